//! pages: the app's page and files.
use super::site::Site;

#[tokio::test]
async fn every_page_of_the_app_gives_the_page() {
    let site = Site::empty();
    for path in [
        "/",
        "/acquisition",
        "/retention",
        "/churn",
        "/support",
        "/customers",
        "/history",
        "/health",
        "/definitions",
        "/churn/",
        "/?range=90d&plan=Pro%2CTeam",
        "/index.html",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(answer.body.starts_with(b"<!doctype html>"));
        let again = site
            .get_with(path, &[("if-none-match", answer.header("etag"))])
            .await;
        assert_eq!(again.status, 304);
    }
}

#[tokio::test]
async fn other_addresses_give_the_page_with_404_and_missing_files_a_problem() {
    let site = Site::empty();
    for path in ["/nonsense", "/churn/more", "/a..b/c"] {
        let answer = site.get_with(path, &[("if-none-match", "*")]).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.starts_with(b"<!doctype html>"));
    }
    for path in ["/nonsense.js", "/favicon.ico", "/churn/app.wasm"] {
        site.get(path).await.problem(404);
    }
}

#[tokio::test]
async fn files_are_cached_for_ever_only_if_their_name_has_a_hash() {
    let site = Site::empty();
    let script = site
        .get_with(
            "/app-0123456789abcdef.js",
            &[("accept-encoding", "br, gzip")],
        )
        .await;
    assert_eq!(
        script.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(script.header("content-encoding"), "br");
    assert_eq!(&script.body[..], b"not really brotli");
    let gzip_only = site
        .get_with("/app-0123456789abcdef.js", &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(
        (gzip_only.header("content-encoding"), &gzip_only.body[..]),
        ("", &b"let plain"[..])
    );
    let icon = site.get("/icon.svg").await;
    assert_eq!(icon.header("cache-control"), "no-cache");
    assert_eq!(icon.header("content-type"), "image/svg+xml");
}

#[tokio::test]
async fn a_page_names_the_data_that_it_will_ask_for_first() {
    let (site, first) = Site::published();
    site.publish(2);
    let link = |path: String| {
        let site = &site;
        async move { site.get(&path).await.header("link").to_owned() }
    };
    let latest = "</api/v1/manifest>; rel=preload; as=fetch; crossorigin";
    assert_eq!(link("/churn".to_owned()).await, latest);
    let pinned = link(format!("/?range=90d&snapshot={first}")).await;
    let wanted = format!("</api/v1/snapshots/{first}/manifest>; rel=preload");
    assert!(pinned.starts_with(&wanted), "{pinned}");
    let etag = site.get("/").await.header("etag").to_owned();
    let again = site.get_with("/", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status.as_u16(), again.header("link")), (304, latest));
    for path in [
        "/?snapshot=00000000",
        "/?snapshot=%0d%0a",
        "/nonsense",
        "/icon.svg",
    ] {
        assert_eq!(link(path.to_owned()).await, "", "{path}");
    }
    assert_eq!(Site::empty().get("/").await.header("link"), "");
}

#[tokio::test]
async fn the_policy_allows_the_scripts_written_into_the_page_by_hash() {
    let answer = Site::empty().get("/").await;
    assert!(
        answer
            .header("content-security-policy")
            .contains("'wasm-unsafe-eval' 'sha256-")
    );
}
