//! republish: a thousand publications while readers read: each reader sees one snapshot whole, and none goes back in time.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::site::Site;

/// Publications under load.
const TIMES: i64 = 1_000;
/// Snapshots they are of: after the last one the first is published again, which finds it there.
const CONTENTS: i64 = 100;
/// Reads of each reader, at least.
const READS: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_sees_one_snapshot_whole_however_often_another_is_published() {
    let site = Arc::new(Site::published().0);
    let done = Arc::new(AtomicBool::new(false));
    let newest = Arc::new(AtomicI64::new(1));
    let readers = (0..3).map(|_| {
        let (site, done, newest) = (site.clone(), done.clone(), newest.clone());
        tokio::spawn(async move {
            let mut seen = 0_u64;
            // A reader that the machine held up until the last publication reads all the same.
            while !done.load(Ordering::Acquire) || seen < READS {
                read(&site, &newest).await;
                seen += 1;
                tokio::task::yield_now().await;
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    let publisher = {
        let (site, newest) = (site.clone(), newest.clone());
        tokio::task::spawn_blocking(move || {
            for time in 1..=TIMES {
                site.publish(content_of(time));
                newest.store(time, Ordering::Release);
            }
        })
    };
    publisher.await.unwrap();
    done.store(true, Ordering::Release);
    for reader in readers {
        reader.await.unwrap();
    }
    assert_eq!(site.store.ids().unwrap().len() as i64, CONTENTS);
}

/// The content of the publication of this number.
fn content_of(time: i64) -> i64 {
    1 + (time - 1) % CONTENTS
}

/// What a page does: the manifest, then marts by the addresses it gives. `newest` is the number of the
/// last publication that is known to be complete; the next one may be complete already.
///
/// However long the machine holds this reader up, the manifest must be that of a publication between
/// the newest before the request and the one after the newest when the answer came.
async fn read(site: &Site, newest: &AtomicI64) {
    let before = newest.load(Ordering::Acquire);
    let answer = site.get("/api/v1/manifest").await;
    let after = newest.load(Ordering::Acquire);
    assert_eq!(answer.status, 200);
    let manifest = answer.json();
    let id = manifest["snapshot_id"].as_str().unwrap();
    let made: chrono::DateTime<chrono::Utc> =
        manifest["generated_at"].as_str().unwrap().parse().unwrap();
    let content = made.timestamp();
    assert!(
        (before..=after + 1).any(|time| content_of(time) == content),
        "{content} between publications {before} and {after}"
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
