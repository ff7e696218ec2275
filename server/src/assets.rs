//! The app's files, carried inside the binary with their brotli and gzip forms.

use std::borrow::Cow;

use rust_embed::RustEmbed;
use tidemark_http::{AppAssets, Asset};

#[derive(RustEmbed)]
#[folder = "../app/dist"]
#[allow_missing = true]
struct Dist;

/// The embedded app. In a build made without it, its page says how to get it.
pub(crate) struct EmbeddedApp;

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Tidemark</title>\
    <p>This binary was built without the app. Run <code>make build</code> and start the binary it names.</p>\
    <p>The API works: <a href=\"/api/v1/manifest\">/api/v1/manifest</a>.</p></html>";

impl AppAssets for EmbeddedApp {
    fn get(&self, path: &str) -> Option<Asset> {
        let bytes = match embedded(path) {
            Some(bytes) => bytes,
            None if path == "index.html" => NOT_BUILT.as_bytes(),
            None => return None,
        };
        Some(Asset {
            bytes,
            br: embedded(&format!("{path}.br")),
            gz: embedded(&format!("{path}.gz")),
            content_type: content_type(path),
            fingerprinted: is_fingerprinted(path),
        })
    }
}

fn embedded(path: &str) -> Option<&'static [u8]> {
    match Dist::get(path)?.data {
        Cow::Borrowed(bytes) => Some(bytes),
        Cow::Owned(_) => None,
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

/// Build tools put a hash of at least eight hexadecimal digits before the extension: `app-1f2e3d4c5b6a7988.js`, `app-1f2e3d4c5b6a7988_bg.wasm`.
fn is_fingerprinted(path: &str) -> bool {
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .split('.')
        .next()
        .unwrap_or_default();
    stem.split(['-', '_'])
        .skip(1)
        .any(|part| part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_cached_for_ever() {
        assert!(is_fingerprinted("tidemark-app-1f2e3d4c5b6a7988_bg.wasm"));
        assert!(is_fingerprinted("snippets/echarts-0123456789abcdef.js"));
        for name in [
            "index.html",
            "boot.js",
            "tidemark-app.js",
            "favicon.svg",
            "deadbeefdeadbeef.js",
        ] {
            assert!(!is_fingerprinted(name), "{name}");
        }
    }
}
