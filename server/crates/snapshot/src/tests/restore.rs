//! restore: a copied folder serves what the original did, also one copied while a builder publishes or made by an earlier version.
use std::fs;
use std::path::Path;

use super::disk::{self, Publisher, assert_serves, contents, copy, publish};
use crate::{Encoding, Format, Store};

#[test]
fn a_copied_folder_serves_the_same_bytes_and_can_be_built_into() {
    let (original, backup) = (disk::folder(), disk::folder());
    let store = Store::open(original.path()).unwrap();
    publish(&store, 1).unwrap();
    publish(&store, 2).unwrap();
    copy(original.path(), backup.path());
    drop(original);
    let restored = Store::open(backup.path()).unwrap();
    assert_serves(&restored, 2);
    assert_eq!(restored.list().unwrap().len(), 2);
    publish(&restored, 3).unwrap();
    assert_serves(&restored, 3);
}

#[test]
fn every_snapshot_of_a_folder_copied_while_a_builder_publishes_is_whole() {
    let folder = disk::folder();
    publish(&Store::open(folder.path()).unwrap(), 1).unwrap();
    let mut publisher = Publisher::start(folder.path(), 2, 1_000);
    for _ in 0..20 {
        let backup = disk::folder();
        copy_with_cp(folder.path(), backup.path());
        let restored = Store::open(backup.path()).unwrap();
        let ids = restored.ids().unwrap();
        assert!(!ids.is_empty());
        for id in &ids {
            restored.open_snapshot(id).unwrap().verify().unwrap();
        }
        // The next build cleans up what was half-done when it was copied.
        publish(&restored, 2_000).unwrap();
        assert_serves(&restored, 2_000);
    }
    publisher.kill();
}

/// The system's own `cp`, which meets files that come and go; it says so and copies the rest.
fn copy_with_cp(from: &Path, to: &Path) {
    let output = std::process::Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .output();
    output.unwrap();
}

/// A snapshot written by the first version of the layout, kept as it was.
const LAYOUT_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/layout-1");

#[test]
fn a_folder_made_by_an_earlier_version_is_read_as_it_was_and_built_upon() {
    let folder = disk::folder();
    copy(Path::new(LAYOUT_1), folder.path());
    let store = Store::open(folder.path()).unwrap();
    let kept = store.current().unwrap().unwrap();
    kept.verify().unwrap();
    assert_eq!(kept.manifest().as_of.to_string(), "2024-02-29");
    let csv = kept
        .read("marketing_spend", Format::Csv, Encoding::Identity)
        .unwrap();
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        "day,acquisition_channel,amount\n2024-02-28,'=web,-100\n2024-02-29,Ads,0\n2024-02-29,\"Fairs, etc.\",7\n"
    );
    let arrow = kept
        .read("marketing_spend", Format::Arrow, Encoding::Identity)
        .unwrap();
    let spec = tidemark_shared::mart::find("marketing_spend").unwrap();
    let columns = tidemark_shared::wire::decode(spec, &arrow).unwrap();
    assert_eq!(columns.rows(), 3);
    let before = contents(&store.snapshot_folder(kept.id()));
    publish(&store, 8).unwrap();
    store.set_current(kept.id()).unwrap();
    assert!(contents(&store.snapshot_folder(kept.id())) == before);
    assert!(
        fs::read_to_string(folder.path().join("current"))
            .unwrap()
            .starts_with(kept.id().as_str())
    );
}
