//! damage: files changed on the disk are never served; other snapshots go on.
use std::fs;

use super::site::Site;

#[tokio::test]
async fn a_damaged_file_is_500_that_names_it_and_the_server_is_not_ready() {
    let (site, old) = Site::published();
    let new = site.publish(2);
    assert_eq!(site.get("/readyz").await.status, 200);
    let file = site
        .store
        .open_snapshot(&new)
        .unwrap()
        .file("marketing_spend.csv")
        .unwrap();
    let intact = fs::read(&file).unwrap();
    let mut bytes = intact.clone();
    bytes[3] ^= 1;
    fs::write(&file, bytes).unwrap();
    let path = format!("/api/v1/snapshots/{new}/marketing_spend.csv");
    let detail = site.get(&path).await.problem(500);
    assert!(
        detail.contains("marketing_spend.csv does not match its checksum"),
        "{detail}"
    );
    let detail = site.get("/readyz").await.problem(503);
    assert!(detail.contains("marketing_spend.csv"), "{detail}");
    // The other files and snapshots are served as before.
    assert_eq!(
        site.get(&format!("/api/v1/snapshots/{new}/marketing_spend.json"))
            .await
            .status,
        200
    );
    assert_eq!(
        site.get(&format!("/api/v1/snapshots/{old}/marketing_spend.csv"))
            .await
            .status,
        200
    );
    // Restored: seen without a restart.
    fs::write(&file, intact).unwrap();
    assert_eq!(site.get(&path).await.status, 200);
    assert_eq!(site.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_damaged_manifest_or_pointer_is_500_without_the_servers_folders() {
    let (site, id) = Site::published();
    let pointer = site.folder.path().join("current");
    fs::write(&pointer, "nonsense").unwrap();
    for path in ["/api/v1/manifest", "/api/v1/snapshots/latest/manifest"] {
        let detail = site.get(path).await.problem(500);
        assert!(detail.contains("rollback"), "{detail}");
        assert!(
            !detail.contains(site.folder.path().to_str().unwrap()),
            "{detail}"
        );
    }
    site.get("/readyz").await.problem(503);
    site.store.set_current(&id).unwrap();
    fs::write(
        site.folder
            .path()
            .join("snapshots")
            .join(id.as_str())
            .join("manifest.json"),
        "{}",
    )
    .unwrap();
    let detail = site.get("/api/v1/manifest").await.problem(500);
    assert!(detail.contains("manifest.json"), "{detail}");
    assert_eq!(
        site.get("/").await.status,
        200,
        "the app itself still comes up to tell"
    );
}

#[tokio::test]
async fn a_removed_snapshot_is_404_once_it_is_noticed() {
    let (site, old) = Site::published();
    site.publish(2);
    let path = format!("/api/v1/snapshots/{old}/marketing_spend.csv");
    assert_eq!(
        site.get(&format!("/api/v1/snapshots/{old}/manifest"))
            .await
            .status,
        200
    );
    fs::remove_dir_all(site.folder.path().join("snapshots").join(old.as_str())).unwrap();
    site.get(&path).await.problem(500);
    site.get(&path).await.problem(404);
}
