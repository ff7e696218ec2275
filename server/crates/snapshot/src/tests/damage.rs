//! damage: any changed, cut or missing byte is noticed and named, and can be repaired.
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use crate::testing::{freeze, spend};
use crate::{Encoding, Format, Snapshot, SnapshotError, SnapshotId, Store};

fn published(folder: &Path) -> (Store, SnapshotId) {
    let store = Store::open(folder).unwrap();
    let id = store.publish(&freeze(&[spend(1)])).unwrap();
    (store, id)
}

fn files(folder: &Path, id: &SnapshotId) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder.join("snapshots").join(id.as_str())).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn any_flipped_bit_or_cut_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = published(folder.path());
    let files = files(folder.path(), &id);
    let harm = (any::<Index>(), any::<Index>(), 0_u8..8, any::<bool>());
    proptest!(ProptestConfig::with_cases(200), |((file, at, bit, cut) in harm)| {
        let path = file.get(&files);
        let intact = fs::read(path).unwrap();
        let mut bytes = intact.clone();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << bit;
        }
        fs::write(path, bytes).unwrap();
        let error = store.open_snapshot(&id).and_then(|s| Snapshot::verify(&s)).unwrap_err();
        fs::write(path, intact).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        prop_assert!(matches!(&error, SnapshotError::Damaged { file, .. } if file == name), "{error}");
        prop_assert!(error.is_damage());
    });
    store.current().unwrap().unwrap().verify().unwrap();
}

#[test]
fn a_missing_file_is_damage_and_a_missing_snapshot_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = published(folder.path());
    let snapshot = store.open_snapshot(&id).unwrap();
    fs::remove_file(snapshot.file("marketing_spend.csv.br").unwrap()).unwrap();
    let error = snapshot
        .read("marketing_spend", Format::Csv, Encoding::Brotli)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("marketing_spend.csv.br is missing"),
        "{error}"
    );
    let error = snapshot
        .read("marketing_spend", Format::Parquet, Encoding::Gzip)
        .unwrap_err();
    assert!(matches!(error, SnapshotError::NoFile { .. }));
    let other: SnapshotId = "0".repeat(32).parse().unwrap();
    assert!(matches!(
        store.open_snapshot(&other).unwrap_err(),
        SnapshotError::Unknown { .. }
    ));
}

#[test]
fn publishing_the_same_content_again_repairs_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = published(folder.path());
    for path in files(folder.path(), &id) {
        fs::write(&path, b"rubbish").unwrap();
        assert_eq!(store.publish(&freeze(&[spend(1)])).unwrap(), id);
        store.current().unwrap().unwrap().verify().unwrap();
    }
}

#[test]
fn a_damaged_snapshot_cannot_be_rolled_back_to() {
    let folder = tempfile::tempdir().unwrap();
    let (store, old) = published(folder.path());
    let new = store.publish(&freeze(&[spend(2)])).unwrap();
    fs::write(
        store
            .open_snapshot(&old)
            .unwrap()
            .file("quality.json")
            .unwrap(),
        b"x",
    )
    .unwrap();
    assert!(store.set_current(&old).unwrap_err().is_damage());
    assert_eq!(store.current_id().unwrap(), Some(new));
}

#[test]
fn a_damaged_pointer_says_how_to_set_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, id) = published(folder.path());
    for content in ["", "latest\n", "../../etc\n", id.as_str()] {
        fs::write(folder.path().join("current"), content).unwrap();
        let error = store.current().unwrap_err();
        assert!(error.to_string().contains("rollback"), "{error}");
    }
    store.set_current(&id).unwrap();
    assert_eq!(store.current_id().unwrap(), Some(id));
}
