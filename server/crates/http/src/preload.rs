//! preload: names, with the page, the data that the app requests first, so that it arrives while
//! the program is still loading.
use axum::http::HeaderValue;
use tidemark_shared::api::{FIRST_MART, Format, MANIFEST_PATH, Manifest, manifest_url};
use tidemark_shared::page::Page;
use tidemark_snapshot::SnapshotId;

use crate::published::Published;

/// The `Link` header of a page: its manifest, and the mart that its numbers come from. None without
/// such a snapshot, which the app then reports.
pub(crate) async fn link(
    published: &Published,
    page: &str,
    query: Option<&str>,
) -> Option<HeaderValue> {
    let pinned = pinned(query);
    let opened = match pinned {
        Some(id) => published.snapshot(&id.parse::<SnapshotId>().ok()?).await,
        None => published.current().await,
    };
    let opened = opened.ok()?;
    let manifest: &Manifest = opened.snapshot.manifest();
    let path = pinned.map_or_else(|| MANIFEST_PATH.to_owned(), manifest_url);
    let mart = Page::from_path(page)
        .is_none_or(|page| page.spec().preloads_mart)
        .then(|| manifest.mart(FIRST_MART)?.urls.get(&Format::Arrow))
        .flatten();
    let links = [Some(&path), mart].into_iter().flatten();
    let links: Vec<String> = links
        .map(|url| format!("<{url}>; rel=preload; as=fetch; crossorigin"))
        .collect();
    HeaderValue::try_from(links.join(", ")).ok()
}

/// The snapshot that a page's address is pinned to.
fn pinned(query: Option<&str>) -> Option<&str> {
    let mut parameters = query?.split('&');
    parameters.find_map(|parameter| parameter.strip_prefix("snapshot="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_found_among_other_parameters() {
        assert_eq!(
            pinned(Some("plan=Pro&snapshot=ab12&range=90d")),
            Some("ab12")
        );
        assert_eq!(pinned(Some("plan=Pro&mysnapshot=ab12")), None);
        assert_eq!(pinned(None), None);
    }
}
