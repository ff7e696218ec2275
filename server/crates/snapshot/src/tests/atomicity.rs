//! atomicity: a failure at any moment of publishing leaves the old snapshot or the new one.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::publish::{Step, publish};
use crate::testing::{freeze, spend};
use crate::{SnapshotError, Store};

/// Publishes with the n-th moment failing; the moments passed before it.
fn publish_failing_at(
    store: &Store,
    cents: i64,
    at: usize,
) -> (Vec<Step>, Result<(), SnapshotError>) {
    let passed = Mutex::new(Vec::new());
    let marts = [spend(cents)];
    let result = publish(store, &freeze(&marts), &|step| {
        let mut passed = passed.lock().unwrap();
        if passed.len() == at {
            return Err(io::Error::other("out of luck"));
        }
        passed.push(step);
        Ok(())
    });
    (passed.into_inner().unwrap(), result.map(drop))
}

/// The names in a folder that stand for something half-done.
fn temporaries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("tmp-")
        })
        .collect()
}

#[test]
fn whichever_moment_fails_the_old_snapshot_stays_and_the_next_try_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let old = store.publish(&freeze(&[spend(1)])).unwrap();
    for at in 0.. {
        // New content each time: a snapshot left complete but not current would only be pointed at.
        let (passed, result) = publish_failing_at(&store, 2 + at as i64, at);
        let current = store.current().unwrap().unwrap();
        current.verify().unwrap();
        assert!(temporaries(folder.path()).is_empty(), "failed at {at}");
        if result.is_ok() {
            assert_eq!(passed.last(), Some(&Step::Point));
            assert!(
                passed
                    .iter()
                    .filter(|step| **step == Step::WriteFile)
                    .count()
                    > 10
            );
            assert_ne!(current.id(), &old);
            return;
        }
        assert_eq!(current.id(), &old, "failed at {at} after {passed:?}");
        for entry in store.list().unwrap() {
            store
                .open_snapshot(&entry.snapshot_id.parse().unwrap())
                .unwrap()
                .verify()
                .unwrap();
        }
    }
}

#[test]
fn an_encoding_that_cannot_be_written_takes_everything_along() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let marts = [spend(1)];
    // The first encoded file begins when all plain ones have ended: four formats and a document.
    let begun = Mutex::new(0);
    let result = publish(&store, &freeze(&marts), &|step| {
        let mut begun = begun.lock().unwrap();
        *begun += 1;
        if *begun == 6 {
            assert_eq!(step, Step::WriteFile);
            let draft = &temporaries(folder.path())[0];
            assert_eq!(fs::read_dir(draft).unwrap().count(), 5);
            fs::create_dir(draft.join("marketing_spend.csv.br"))?;
        }
        Ok(())
    });
    let error = result.unwrap_err().to_string();
    assert!(error.contains("marketing_spend.csv.br"), "{error}");
    assert!(temporaries(folder.path()).is_empty());
    assert!(store.ids().unwrap().is_empty());
    assert!(store.current().unwrap().is_none());
}

#[test]
fn what_a_killed_builder_left_is_removed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let left = folder.path().join("tmp-0123-99");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("lifecycle_daily.arrow"), b"half").unwrap();
    drop(store.lock().unwrap());
    assert!(!left.exists());
}

#[test]
fn a_second_builder_is_told_who_is_building() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let lock = store.lock().unwrap();
    let refused = store.publish(&freeze(&[spend(1)])).unwrap_err();
    let SnapshotError::Busy { holder, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(holder, &format!("process {}", std::process::id()));
    store.publish_locked(&lock, &freeze(&[spend(1)])).unwrap();
    drop(lock);
    store.publish(&freeze(&[spend(2)])).unwrap();
}
