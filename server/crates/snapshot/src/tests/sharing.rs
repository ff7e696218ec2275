//! sharing: equal files of different snapshots are stored once, and every snapshot is whole without the others.
#![cfg(unix)]
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::testing::{freeze, spend, spends};
use crate::{SnapshotId, Store};

fn inode(store: &Store, id: &SnapshotId, file: &str) -> u64 {
    let path = store.open_snapshot(id).unwrap().file(file).unwrap();
    fs::metadata(path).unwrap().ino()
}

/// Three snapshots whose document is the same and whose marts are not: the first and the last.
fn two(folder: &Path) -> (Store, SnapshotId, SnapshotId) {
    let store = Store::open(folder).unwrap();
    let one = store.publish(&freeze(&[spends(500)])).unwrap();
    store.publish(&freeze(&[spends(499)])).unwrap();
    let other = store.publish(&freeze(&[spends(501)])).unwrap();
    (store, one, other)
}

#[test]
fn an_equal_file_is_stored_once_and_another_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (store, one, other) = two(folder.path());
    let same = |file| inode(&store, &one, file) == inode(&store, &other, file);
    assert!(same("quality.json") && same("quality.json.br") && same("quality.json.gz"));
    assert!(!same("marketing_spend.arrow"));
    for id in [&one, &other] {
        store.open_snapshot(id).unwrap().verify().unwrap();
        let files = fs::read_dir(folder.path().join("snapshots").join(id.as_str())).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().all(|name| !name.ends_with(".shared")));
    }
}

/// However many follow each other, one that is damaged has the one before it whole.
#[test]
fn neighbours_share_nothing_and_two_files_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let publish = |rows| store.publish(&freeze(&[spends(rows)])).unwrap();
    let ids: Vec<SnapshotId> = (500..506).map(publish).collect();
    for file in ["quality.json", "quality.json.br", "quality.json.gz"] {
        let inodes: Vec<u64> = ids.iter().map(|id| inode(&store, id, file)).collect();
        assert!(
            inodes.windows(2).all(|pair| pair[0] != pair[1]),
            "{inodes:?}"
        );
        assert!(
            inodes.windows(3).all(|three| three[0] == three[2]),
            "{inodes:?}"
        );
    }
}

#[test]
fn sharing_changes_neither_bytes_nor_ids() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _, shared) = two(folder.path());
    let alone = tempfile::tempdir().unwrap();
    let apart = Store::open(alone.path()).unwrap();
    assert_eq!(apart.publish(&freeze(&[spends(501)])).unwrap(), shared);
    let [with, without] = [&store, &apart].map(|store| store.open_snapshot(&shared).unwrap());
    for (name, entry) in with.files() {
        assert_eq!(without.entry_of(name), Some(entry), "{name}");
        assert_eq!(
            with.read_file(name).unwrap(),
            without.read_file(name).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn a_snapshot_outlives_those_it_shares_with_and_a_copy_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (store, one, other) = two(folder.path());
    let copy = tempfile::tempdir().unwrap();
    let target = copy.path().join("snapshots").join(other.as_str());
    fs::create_dir_all(&target).unwrap();
    for (name, _) in store.open_snapshot(&other).unwrap().files() {
        let from = store.open_snapshot(&other).unwrap().file(name).unwrap();
        fs::copy(from, target.join(name)).unwrap();
    }
    let manifest = store.snapshot_folder(&other).join("manifest.json");
    fs::copy(manifest, target.join("manifest.json")).unwrap();
    fs::remove_dir_all(store.snapshot_folder(&one)).unwrap();
    store.open_snapshot(&other).unwrap().verify().unwrap();
    let copied = Store::open_read_only(copy.path());
    copied.open_snapshot(&other).unwrap().verify().unwrap();
}

#[test]
fn damage_does_not_spread_into_a_new_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let (store, one, _) = two(folder.path());
    for file in ["quality.json", "quality.json.br"] {
        fs::write(
            store.open_snapshot(&one).unwrap().file(file).unwrap(),
            b"rubbish",
        )
        .unwrap();
    }
    let next = store.publish(&freeze(&[spend(3)])).unwrap();
    store.open_snapshot(&next).unwrap().verify().unwrap();
}
