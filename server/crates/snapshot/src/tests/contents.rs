//! contents: what a published snapshot holds, and that equal content is one snapshot.
use std::io::Read;

use chrono::{DateTime, NaiveDate};
use tidemark_shared::wire;

use crate::testing::{freeze, spend, spends};
use crate::{Encoding, Format, Store, compress, encodings, parquet_file};

fn decoded(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        Encoding::Identity => plain.extend_from_slice(bytes),
        Encoding::Brotli => drop(
            brotli::Decompressor::new(bytes, 4096)
                .read_to_end(&mut plain)
                .unwrap(),
        ),
        Encoding::Gzip => drop(
            flate2::read::GzDecoder::new(bytes)
                .read_to_end(&mut plain)
                .unwrap(),
        ),
    }
    plain
}

#[test]
fn every_format_and_encoding_holds_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let marts = [spend(250)];
    let id = store.publish(&freeze(&marts)).unwrap();
    let snapshot = store.current().unwrap().unwrap();
    assert_eq!(snapshot.id(), &id);
    snapshot.verify().unwrap();
    for format in Format::ALL {
        let plain = snapshot
            .read("marketing_spend", format, Encoding::Identity)
            .unwrap();
        assert!(!plain.is_empty());
        for encoding in encodings(format) {
            let bytes = snapshot.read("marketing_spend", format, *encoding).unwrap();
            assert_eq!(decoded(*encoding, &bytes), plain, "{format:?} {encoding}");
        }
    }
    let csv = snapshot
        .read("marketing_spend", Format::Csv, Encoding::Identity)
        .unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap().lines().collect::<Vec<_>>(),
        [
            "day,acquisition_channel,amount",
            "2024-02-28,'=web,-100",
            "2024-02-29,Ads,0",
            "2024-02-29,\"Fairs, etc.\",250"
        ]
    );
    let json = snapshot
        .read("marketing_spend", Format::Json, Encoding::Identity)
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(
        json[0],
        serde_json::json!({"day": "2024-02-28", "acquisition_channel": "=web", "amount": -100})
    );
    assert_eq!(
        snapshot.read_file("quality.json").unwrap(),
        b"{\"checks\":[]}"
    );
}

#[test]
fn a_mart_of_many_pieces_is_what_its_rows_are_in_one() {
    const ROWS: usize = 20_000;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mart = spends(ROWS);
    store.publish(&freeze(std::slice::from_ref(&mart))).unwrap();
    let snapshot = store.current().unwrap().unwrap();
    let file = |format, encoding| snapshot.read(&mart.name, format, encoding).unwrap();
    let plain = |format| file(format, Encoding::Identity);

    let (mut csv, mut json) = ("day,acquisition_channel,amount".to_owned(), "[".to_owned());
    for row in 0..ROWS {
        let day = NaiveDate::from_epoch_days(12_000 + row as i32 / 10).unwrap();
        let channel = format!("channel {}", row % 10);
        csv += &format!("\n{day},{channel},{row}");
        let comma = if row == 0 { "" } else { "," };
        json += &format!(
            "{comma}\n{{\"day\":\"{day}\",\"acquisition_channel\":\"{channel}\",\"amount\":{row}}}"
        );
    }
    assert!(plain(Format::Csv) == format!("{csv}\n").as_bytes());
    assert!(plain(Format::Json) == format!("{json}\n]\n").as_bytes());
    assert!(plain(Format::Parquet) == parquet_file(&mart.batch).unwrap());
    let spec = tidemark_shared::mart::find(&mart.name).unwrap();
    let columns = wire::decode(spec, &plain(Format::Arrow)).unwrap();
    assert_eq!(
        wire::to_batch(&columns).unwrap().columns(),
        mart.batch.columns()
    );

    // Streamed from the disk, the encodings are those of the whole file in memory.
    for format in [Format::Arrow, Format::Json, Format::Csv] {
        let plain = plain(format);
        assert!(
            plain.len() > 3 * 64 * 1024,
            "{format:?}: too small to be in pieces"
        );
        assert!(
            file(format, Encoding::Brotli) == compress::brotli(&plain),
            "{format:?}"
        );
        // What gzip makes of pieces depends on their size; what comes out again does not.
        assert!(
            decoded(Encoding::Gzip, &file(format, Encoding::Gzip)) == plain,
            "{format:?}"
        );
    }
}

#[test]
fn the_manifest_describes_the_marts() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let id = store.publish(&freeze(&[spend(250)])).unwrap();
    let snapshot = store.open_snapshot(&id).unwrap();
    let manifest = snapshot.manifest();
    assert_eq!(manifest.snapshot_id, id.as_str());
    let mart = manifest.mart("marketing_spend").unwrap();
    assert_eq!((mart.rows, mart.columns.len(), mart.urls.len()), (3, 3, 4));
    let arrow = snapshot
        .read("marketing_spend", Format::Arrow, Encoding::Identity)
        .unwrap();
    assert_eq!(mart.bytes, arrow.len() as u64);
    assert_eq!(
        mart.urls[&Format::Csv],
        format!("/api/v1/snapshots/{id}/marketing_spend.csv")
    );
}

#[test]
fn the_id_follows_from_the_content_and_not_from_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let marts = [spend(250)];
    let first = store.publish(&freeze(&marts)).unwrap();
    let mut later = freeze(&marts);
    later.generated_at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    assert_eq!(store.publish(&later).unwrap(), first);
    assert_eq!(store.list().unwrap().len(), 1);

    let mut others = vec![store.publish(&freeze(&[spend(251)])).unwrap()];
    let mut changed = freeze(&marts);
    changed.policies.mrr_discounts = "none".to_owned();
    others.push(store.publish(&changed).unwrap());
    let mut changed = freeze(&marts);
    changed.timezone = "UTC".to_owned();
    others.push(store.publish(&changed).unwrap());
    let mut changed = freeze(&marts);
    changed.documents[0].1 = b"{}".to_vec();
    others.push(store.publish(&changed).unwrap());
    others.push(first);
    others.sort();
    others.dedup();
    assert_eq!(others.len(), 5, "each change gives another id");
}

#[test]
fn the_list_is_newest_first_and_rolling_back_only_points() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (old, new) = ([spend(1)], [spend(2)]);
    let old = store.publish(&freeze(&old)).unwrap();
    let mut later = freeze(&new);
    later.generated_at = DateTime::from_timestamp(1, 0).unwrap();
    let new = store.publish(&later).unwrap();
    let listed = |store: &Store| -> Vec<(String, bool)> {
        let entries = store.list().unwrap().into_iter();
        entries
            .map(|entry| (entry.snapshot_id, entry.current))
            .collect()
    };
    assert_eq!(
        listed(&store),
        [(new.to_string(), true), (old.to_string(), false)]
    );
    store.set_current(&old).unwrap();
    assert_eq!(
        listed(&store),
        [(new.to_string(), false), (old.to_string(), true)]
    );
    assert_eq!(store.current_id().unwrap(), Some(old));
}

#[test]
fn a_fresh_folder_has_nothing_current() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("made/on/the/way")).unwrap();
    assert!(store.current().unwrap().is_none());
    assert!(store.list().unwrap().is_empty());
    assert!(
        Store::open_read_only("not/there")
            .current()
            .unwrap()
            .is_none()
    );
}
