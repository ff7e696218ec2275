//! hostile: requests meant to confuse; each gets a 4xx problem in bounded time.
use super::site::Site;
use crate::Limits;

#[tokio::test]
async fn paths_that_try_to_leave_or_confuse_are_400() {
    let (site, id) = Site::published();
    for path in [
        "//",
        "//api/v1/manifest",
        "/api//v1/manifest",
        "/../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/etc/passwd",
        "/api/v1/snapshots/..%2f..%2fcurrent/manifest",
        "/api/v1/snapshots/%2e%2e/manifest",
        &format!("/api/v1/snapshots/{id}/..%2fmanifest.json"),
        &format!("/api/v1/snapshots/{id}/marketing_spend.csv%00"),
        &format!("/api/v1/snapshots/{id}/../{id}/manifest"),
        "/%00",
        "/%0d%0aset-cookie:x",
        "/%ff%fe",
        "/%",
        "/a%5cb",
    ] {
        let detail = site.get(path).await.problem(400);
        assert!(detail.starts_with("The path"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn odd_but_harmless_paths_and_queries_are_answered() {
    let (site, _) = Site::published();
    assert_eq!(site.get("/api/v1/manifest?x=%00&y=..%2f").await.status, 200);
    assert_eq!(site.get("/%E2%80%AE").await.status, 404);
    site.get("/api/%E2%80%AE").await.problem(404);
}

#[tokio::test]
async fn too_long_addresses_and_bodies() {
    let (site, _) = Site::published();
    site.get(&format!("/?plan={}", "a,".repeat(10_000)))
        .await
        .problem(414);
    site.get(&format!("/api/{}", "a".repeat(9_000)))
        .await
        .problem(414);
    site.get_with("/api/v1/manifest", &[("content-length", "20000")])
        .await
        .problem(413);
    site.get_with(
        "/api/v1/manifest",
        &[("content-length", "99999999999999999999999")],
    )
    .await
    .problem(413);
    assert_eq!(
        site.get_with("/api/v1/manifest", &[("content-length", "20")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn when_too_much_is_going_on_requests_are_turned_away_but_for_health() {
    let site = Site::with(Limits {
        requests: 0,
        ..Limits::default()
    });
    let answer = site.get("/api/openapi.json").await;
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(site.get("/healthz").await.status, 200);
}
