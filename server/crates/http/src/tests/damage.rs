//! damage: files changed on the disk are never served; other snapshots go on.
use std::fs;

use super::site::Site;

#[tokio::test]
async fn a_damaged_file_is_500_that_names_it_and_the_snapshot_before_is_served() {
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
    // From now on the latest is the one before, for every reader, and health says why.
    let ready = site.get("/readyz").await;
    assert_eq!(ready.status, 200);
    let ready = ready.json();
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["snapshot_id"], old.as_str());
    let detail = ready["detail"].as_str().unwrap();
    assert!(detail.contains("marketing_spend.csv"), "{detail}");
    let manifest = site.get("/api/v1/manifest").await;
    assert_eq!(manifest.json()["snapshot_id"], old.as_str());
    let latest = site
        .get("/api/v1/snapshots/latest/marketing_spend.csv")
        .await;
    assert_eq!(
        latest.header("location"),
        format!("/api/v1/snapshots/{old}/marketing_spend.csv")
    );
    let listed = site.get("/api/v1/snapshots").await.json();
    assert_eq!(listed[1]["snapshot_id"], old.as_str());
    assert_eq!(
        (&listed[0]["current"], &listed[1]["current"]),
        (&false.into(), &true.into())
    );
    let metrics = String::from_utf8(site.get("/metrics").await.body.to_vec()).unwrap();
    assert!(
        metrics.contains("\ntidemark_snapshot_damaged 1\n"),
        "{metrics}"
    );
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
    assert_eq!(site.get("/readyz").await.json()["status"], "ready");
    let manifest = site.get("/api/v1/manifest").await;
    assert_eq!(manifest.json()["snapshot_id"], new.as_str());
}

/// The id served as the latest; none if nothing is.
async fn latest(site: &Site) -> Option<String> {
    let answer = site.get("/api/v1/manifest").await;
    let manifest = (answer.status == 200).then(|| answer.json())?;
    Some(manifest["snapshot_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn whichever_file_of_the_latest_is_cut_or_flipped_the_snapshot_before_is_served() {
    let (mut site, old) = Site::published();
    let new = site.publish(2);
    let folder = site.folder.path().join("snapshots").join(new.as_str());
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert!(files.len() > 10);
    for (i, file) in files.iter().enumerate() {
        let intact = fs::read(file).unwrap();
        let mut bytes = intact.clone();
        match i % 3 {
            0 => bytes.truncate(intact.len() / 2),
            1 => bytes[intact.len() / 2] ^= 4,
            _ => bytes.clear(),
        }
        fs::write(file, bytes).unwrap();
        // A server that starts on the damaged folder finds out before it says that it is ready.
        site.restart();
        let ready = site.get("/readyz").await;
        assert_eq!(ready.status, 200, "{}", file.display());
        assert_eq!(ready.json()["status"], "degraded", "{}", file.display());
        assert_eq!(latest(&site).await.as_deref(), Some(old.as_str()));
        let csv = format!("/api/v1/snapshots/{old}/marketing_spend.csv");
        assert_eq!(site.get(&csv).await.status, 200);
        fs::write(file, intact).unwrap();
        assert_eq!(site.get("/readyz").await.json()["status"], "ready");
        assert_eq!(latest(&site).await.as_deref(), Some(new.as_str()));
    }
}

#[tokio::test]
async fn a_pointer_to_a_snapshot_that_is_gone_leads_to_the_newest_there_is() {
    let (site, old) = Site::published();
    let older = site.publish(0);
    let new = site.publish(2);
    fs::remove_dir_all(site.folder.path().join("snapshots").join(new.as_str())).unwrap();
    assert_eq!(site.get("/readyz").await.json()["status"], "degraded");
    assert_eq!(latest(&site).await.as_deref(), Some(old.as_str()));
    assert_ne!(old, older);
}

#[tokio::test]
async fn a_snapshot_that_was_rolled_back_from_never_stands_in() {
    let (site, old) = Site::published();
    let bad = site.publish(2);
    site.store.set_current(&old).unwrap();
    let file = site
        .store
        .open_snapshot(&old)
        .unwrap()
        .file("marketing_spend.csv")
        .unwrap();
    fs::write(file, "x").unwrap();
    site.get("/readyz").await.problem(503);
    assert_ne!(latest(&site).await.as_deref(), Some(bad.as_str()));
}

#[tokio::test]
async fn a_damaged_or_lost_pointer_leads_to_the_newest_snapshot_without_the_servers_folders() {
    let (site, _old) = Site::published();
    let new = site.publish(2);
    let pointer = site.folder.path().join("current");
    for content in [Some("nonsense"), Some(""), None] {
        match content {
            Some(content) => fs::write(&pointer, content).unwrap(),
            None => fs::remove_file(&pointer).unwrap(),
        }
        assert_eq!(latest(&site).await.as_deref(), Some(new.as_str()));
        let ready = site.get("/readyz").await.json();
        assert_eq!(ready["status"], "degraded", "{content:?}");
        let detail = ready["detail"].as_str().unwrap();
        assert!(detail.contains("rollback"), "{detail}");
        let folder = site.folder.path().to_str().unwrap();
        assert!(!detail.contains(folder), "{detail}");
    }
    site.store.set_current(&new).unwrap();
    assert_eq!(site.get("/readyz").await.json()["status"], "ready");
}

#[tokio::test]
async fn a_damaged_manifest_without_another_snapshot_is_500() {
    let (site, id) = Site::published();
    let folder = site.folder.path().join("snapshots").join(id.as_str());
    fs::write(folder.join("manifest.json"), "{}").unwrap();
    let detail = site.get("/api/v1/manifest").await.problem(500);
    assert!(detail.contains("manifest.json"), "{detail}");
    assert_eq!(
        site.get("/").await.status,
        200,
        "the app itself still comes up to report it"
    );
}
