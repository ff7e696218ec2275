//! removed: snapshots that the settings of retention let go of while the server runs.
use axum::response::IntoResponse;
use tidemark_snapshot::{Retention, SnapshotId, Store};

use super::site::Site;
use crate::published::Published;

/// Later than every day of these tests.
const TODAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

const LAST: Retention = Retention {
    daily: 1,
    weekly: 1,
    monthly: 1,
};

/// Two builds of one day, made further apart than recent ones are retained; the later one is current.
fn two(site: &Site) -> (SnapshotId, SnapshotId) {
    (site.publish(1), site.publish(1_000_000))
}

fn prune(store: &Store) -> Vec<SnapshotId> {
    store.prune(&store.lock().unwrap(), &LAST, TODAY).unwrap()
}

#[tokio::test]
async fn a_removed_snapshot_is_a_problem_and_no_longer_listed_and_the_others_are_served() {
    let site = Site::empty();
    let (old, new) = two(&site);
    let [old_manifest, old_mart] =
        ["manifest", "marketing_spend.csv"].map(|file| format!("/api/v1/snapshots/{old}/{file}"));
    // Opened and in memory: what is gone is gone all the same.
    let held = site.get(&old_mart).await;
    assert_eq!(held.status, 200);
    assert_eq!(prune(&site.store), std::slice::from_ref(&old));
    for path in [&old_manifest, &old_mart] {
        let tag = [("if-none-match", held.header("etag"))];
        let answer = site.get_with(path, &tag).await;
        assert!(answer.problem(404).contains("retention"), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let list = site.get("/api/v1/snapshots").await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    let mart = format!("/api/v1/snapshots/{new}/marketing_spend.csv");
    assert_eq!(site.get(&mart).await.status, 200);
    assert_eq!(site.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn removed_between_two_steps_of_one_request_is_gone_and_no_damage() {
    let site = Site::empty();
    let (old, _) = two(&site);
    let published = Published::new(site.store.clone(), std::sync::Arc::new(|| TODAY));
    let opened = published
        .snapshot(&old)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    prune(&site.store);
    let error = published.file(&opened, "quality.json").await.err().unwrap();
    assert!(error.detail().contains("retention"), "{error}");
    assert_eq!(error.into_response().status(), 410);
}

#[tokio::test]
async fn a_pinned_snapshot_says_so_and_stays() {
    let site = Site::empty();
    let (old, _) = two(&site);
    site.store.pin(&old).unwrap();
    assert!(prune(&site.store).is_empty());
    let list = site.get("/api/v1/snapshots").await.json();
    assert_eq!(
        (&list[0]["pinned"], &list[1]["pinned"]),
        (&false.into(), &true.into())
    );
}
