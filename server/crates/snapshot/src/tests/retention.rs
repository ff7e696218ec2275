//! retention: what is kept, what goes, and that a crash while it goes leaves whole snapshots and nothing else.
use std::collections::BTreeSet;
use std::fs;
use std::io;

use chrono::{DateTime, Days, Duration, NaiveDate};
use proptest::prelude::*;
use tidemark_shared::api::{Outcome, Quality, SnapshotEntry};

use crate::retention::{Moment, prune};
use crate::testing::{freeze, spend};
use crate::{Retention, SnapshotError, SnapshotId, Store};

/// Later than every day of these tests.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

fn day(after: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    first.checked_add_days(Days::new(after)).unwrap()
}

/// A build of a day, made some hours after the first day began.
fn entry(of: u64, hours: i64) -> SnapshotEntry {
    SnapshotEntry {
        snapshot_id: format!("{of:016x}{hours:016x}"),
        as_of: day(of),
        generated_at: DateTime::UNIX_EPOCH + Duration::hours(hours),
        current: false,
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        pinned: false,
    }
}

fn kept(all: &[SnapshotEntry], retention: Retention) -> Vec<NaiveDate> {
    let goes = retention.superseded(all, TODAY);
    let stays = all.iter().filter(|one| !goes.contains(one));
    stays.map(|one| one.as_of).collect()
}

#[test]
fn days_then_the_last_of_each_week_then_of_each_month() {
    // 1 January 2024 is a Monday.
    let all: Vec<SnapshotEntry> = (0..100).map(|of| entry(of, of as i64 * 24)).collect();
    let retention = Retention {
        daily: 3,
        weekly: 3,
        monthly: 2,
    };
    // Day 99 is Tuesday, 9 April: its week, those that ended on 7 April and 31 March; its month, and March.
    assert_eq!(kept(&all, retention), [day(90), day(97), day(98), day(99)]);
    let months = Retention {
        daily: 1,
        weekly: 1,
        monthly: 0,
    };
    assert_eq!(kept(&all, months), [day(30), day(59), day(90), day(99)]);
    // Of the ten days that are not among the newest 90, one is the last of its week.
    assert_eq!(kept(&all, Retention::default()).len(), 90 + 1);
    let all_days = Retention { daily: 0, ..months };
    assert_eq!(kept(&all, all_days).len(), 100);
}

#[test]
fn of_one_day_the_newest_build_stays_and_recent_ones() {
    let all = [
        entry(0, 0),
        entry(0, 1),
        entry(1, 60),
        entry(1, 80),
        entry(2, 120),
    ];
    let goes = Retention::default().superseded(&all, TODAY);
    assert_eq!(
        goes,
        [&all[0], &all[2]],
        "only the last two days' builds are recent"
    );
}

proptest! {
    #[test]
    fn what_is_needed_stays(
        builds in proptest::collection::btree_set((0u64..60, 0i64..2_000), 1..40),
        (daily, weekly, monthly) in (0u32..5, 0u32..4, 0u32..3), pin in any::<prop::sample::Index>(), current in any::<prop::sample::Index>(),
    ) {
        let mut all: Vec<SnapshotEntry> = builds.into_iter().map(|(of, hours)| entry(of, hours)).collect();
        let at = pin.index(all.len());
        all[at].pinned = true;
        let at = current.index(all.len());
        all[at].current = true;
        let retention = Retention { daily, weekly, monthly };
        let goes: BTreeSet<&str> = retention.superseded(&all, TODAY).iter().map(|one| one.snapshot_id.as_str()).collect();
        let left: Vec<&SnapshotEntry> = all.iter().filter(|one| !goes.contains(one.snapshot_id.as_str())).collect();
        prop_assert!(all.iter().all(|one| !(one.pinned || one.current) || !goes.contains(one.snapshot_id.as_str())));
        let newest = all.iter().map(|one| one.as_of).max();
        prop_assert!(left.iter().any(|one| Some(one.as_of) == newest), "the newest day stays");
        let left: Vec<SnapshotEntry> = left.into_iter().cloned().collect();
        prop_assert!(retention.superseded(&left, TODAY).is_empty(), "what was kept once is kept again");
    }
}

const LAST: Retention = Retention {
    daily: 1,
    weekly: 1,
    monthly: 1,
};

/// A store with a snapshot of each of some days, the last one current.
fn published(folder: &std::path::Path, days: u64) -> (Store, Vec<SnapshotId>) {
    let store = Store::open(folder).unwrap();
    let publish = |of: u64| {
        let marts = [spend(of as i64)];
        let mut freeze = freeze(&marts);
        freeze.as_of = day(of);
        store.publish(&freeze).unwrap()
    };
    let ids = (0..days).map(publish).collect();
    (store, ids)
}

#[test]
fn pruning_spares_the_current_and_the_pinned_and_can_be_rolled_back_after() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ids) = published(folder.path(), 6);
    store.pin(&ids[1]).unwrap();
    store.set_current(&ids[3]).unwrap();
    let removed = store.prune(&store.lock().unwrap(), &LAST, TODAY).unwrap();
    assert_eq!(removed.len(), 3);
    let left: BTreeSet<_> = store.ids().unwrap().into_iter().collect();
    assert_eq!(left, [1, 3, 5].map(|at: usize| ids[at].clone()).into());
    for id in &left {
        store.open_snapshot(id).unwrap().verify().unwrap();
        store.set_current(id).unwrap();
    }
    store.set_current(&ids[5]).unwrap();
    let gone = store.set_current(&ids[0]).unwrap_err();
    assert!(matches!(gone, SnapshotError::Unknown { .. }), "{gone}");
    // Rolled back to means pinned, until it is let go.
    assert_eq!(store.pins().unwrap(), left);
    store.unpin(&ids[1]).unwrap();
    assert_eq!(
        store.prune(&store.lock().unwrap(), &LAST, TODAY).unwrap(),
        [ids[1].clone()]
    );
}

#[test]
fn whichever_moment_of_pruning_fails_only_whole_snapshots_are_left() {
    for fails_at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let (store, ids) = published(folder.path(), 4);
        let passed = std::cell::Cell::new(0);
        let result = prune(
            &store,
            &store.lock().unwrap(),
            &LAST,
            TODAY,
            &|_: Moment| {
                if passed.get() == fails_at {
                    return Err(io::Error::other("out of luck"));
                }
                passed.set(passed.get() + 1);
                Ok(())
            },
        );
        for id in store.ids().unwrap() {
            store.open_snapshot(&id).unwrap().verify().unwrap();
        }
        assert_eq!(store.current_id().unwrap().as_ref(), ids.last());
        // The next builder finishes what was begun.
        let lock = store.lock().unwrap();
        let names = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name());
        let half = names.filter(|name| name.to_string_lossy().starts_with("tmp-"));
        assert_eq!(half.count(), 0, "failed at {fails_at}");
        store.prune(&lock, &LAST, TODAY).unwrap();
        assert_eq!(store.ids().unwrap(), [ids[3].clone()]);
        if result.is_ok() {
            assert_eq!(passed.get(), 6);
            return;
        }
    }
}

#[test]
fn nothing_is_removed_while_it_is_unknown_what_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ids) = published(folder.path(), 3);
    fs::write(folder.path().join("current"), "rubbish").unwrap();
    assert!(
        store
            .prune(&store.lock().unwrap(), &LAST, TODAY)
            .unwrap_err()
            .is_damage()
    );
    fs::remove_file(folder.path().join("current")).unwrap();
    assert!(
        store
            .prune(&store.lock().unwrap(), &LAST, TODAY)
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.ids().unwrap().len(), ids.len());
}

#[test]
fn what_was_opened_before_it_was_removed_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ids) = published(folder.path(), 2);
    let opened = store.open_snapshot(&ids[0]).unwrap();
    store.prune(&store.lock().unwrap(), &LAST, TODAY).unwrap();
    let error = opened.read_file("quality.json").unwrap_err();
    assert!(matches!(error, SnapshotError::Removed { .. }), "{error}");
    assert!(!error.is_damage() && !opened.is_there());
}
