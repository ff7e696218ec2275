//! atomicity: a failure at any moment of publishing leaves the old snapshot or the new one.
use std::fs;
use std::io;

use crate::publish::{Step, publish};
use crate::testing::{freeze, spend};
use crate::{SnapshotError, Store};

/// Publishes with the n-th moment failing; the moments passed before it.
fn publish_failing_at(
    store: &Store,
    cents: i64,
    at: usize,
) -> (Vec<Step>, Result<(), SnapshotError>) {
    let mut passed = Vec::new();
    let marts = [spend(cents)];
    let result = publish(store, &freeze(&marts), &mut |step| {
        if passed.len() == at {
            return Err(io::Error::other("out of luck"));
        }
        passed.push(step);
        Ok(())
    });
    (passed, result.map(drop))
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
