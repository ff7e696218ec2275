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
        "public, max-age=31536000, immutable"
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
async fn the_policy_allows_the_scripts_written_into_the_page_by_hash() {
    let answer = Site::empty().get("/").await;
    assert!(
        answer
            .header("content-security-policy")
            .contains("'wasm-unsafe-eval' 'sha256-")
    );
}
