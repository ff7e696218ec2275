//! republish: a thousand publications while readers read: each reader sees one snapshot whole, and none goes back in time.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::site::Site;

/// Publications under load.
const TIMES: i64 = 1_000;
/// Snapshots they are of: after the last one the first is published again, which writes it anew and then finds it there.
const CONTENTS: i64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_sees_one_snapshot_whole_however_often_another_is_published() {
    let site = Arc::new(Site::published().0);
    let done = Arc::new(AtomicBool::new(false));
    let newest = Arc::new(AtomicI64::new(1));
    let readers = (0..3).map(|_| {
        let (site, done, newest) = (site.clone(), done.clone(), newest.clone());
        tokio::spawn(async move {
            let mut seen = 0_u64;
            while !done.load(Ordering::Acquire) {
                read(&site, newest.load(Ordering::Acquire)).await;
                seen += 1;
                tokio::task::yield_now().await;
            }
            seen
        })
    });
    let readers: Vec<_> = readers.collect();
    let publisher = {
        let (site, newest) = (site.clone(), newest.clone());
        tokio::task::spawn_blocking(move || {
            for time in 1..=TIMES {
                site.publish(1 + (time - 1) % CONTENTS);
                newest.store(time.min(CONTENTS), Ordering::Release);
            }
        })
    };
    publisher.await.unwrap();
    done.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.await.unwrap() > 10);
    }
    assert_eq!(site.store.ids().unwrap().len() as i64, CONTENTS);
}

/// What a page does: the manifest, then marts by the addresses it gives.
async fn read(site: &Site, at_least: i64) {
    let answer = site.get("/api/v1/manifest").await;
    assert_eq!(answer.status, 200);
    let manifest = answer.json();
    let id = manifest["snapshot_id"].as_str().unwrap();
    let made: chrono::DateTime<chrono::Utc> =
        manifest["generated_at"].as_str().unwrap().parse().unwrap();
    let content = made.timestamp();
    assert!(
        content >= at_least || at_least == CONTENTS,
        "{content} after {at_least}"
    );
    let mart = &manifest["marts"][0];
    for format in ["csv", "json"] {
        let url = mart["urls"][format].as_str().unwrap();
        assert!(url.contains(id), "{url}");
        let body = site.get(url).await;
        assert_eq!(body.status, 200, "{url}");
        let text = String::from_utf8(body.body.to_vec()).unwrap();
        let amount = match format {
            "csv" => format!("2022-01-09,Fairs,{content}\n"),
            _ => format!("\"amount\":{content}}}"),
        };
        assert!(text.contains(&amount), "{amount} in {text}");
    }
    let quality = site.get("/api/v1/quality").await;
    assert_eq!(quality.status, 200);
}
