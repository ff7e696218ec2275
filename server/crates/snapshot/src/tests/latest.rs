//! latest: what is served when the pointer is lost, or a wrong clock has published a day of the future.
use std::fs;
use std::path::Path;

use chrono::{DateTime, Days, Duration, NaiveDate};
use tempfile::TempDir;

use crate::testing::{freeze, spend};
use crate::{Instead, Latest, Retention, SnapshotError, SnapshotId, Store};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Publishes a snapshot of a day, built early the day after.
fn publish(store: &Store, as_of: &str) -> SnapshotId {
    let as_of = day(as_of);
    let marts = [spend(i64::from(tidemark_shared::date::to_days(as_of)))];
    let mut freeze = freeze(&marts);
    freeze.as_of = as_of;
    let next = as_of.and_hms_opt(5, 0, 0).unwrap().and_utc() + Duration::days(1);
    freeze.generated_at = next;
    store.publish(&freeze).unwrap()
}

fn store(days: &[&str]) -> (TempDir, Store, Vec<SnapshotId>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let ids = days.iter().map(|day| publish(&store, day)).collect();
    (folder, store, ids)
}

fn pointer(folder: &Path) -> std::path::PathBuf {
    folder.join("current")
}

fn latest(store: &Store) -> Latest {
    store.latest(TODAY).unwrap().unwrap()
}

#[test]
fn a_day_of_the_future_is_never_the_latest_and_a_later_build_is_served() {
    let (_folder, store, ids) = store(&["2024-03-01", "2024-03-02", "2031-01-01"]);
    let served = latest(&store);
    assert_eq!(served.id, ids[1]);
    let why = served.instead.unwrap().to_string();
    let repair = format!("tidemark snapshots remove {}", ids[2]);
    assert!(why.contains("2031-01-01") && why.contains(&repair), "{why}");
    // The build of the next morning names itself, and all is as before.
    let next = publish(&store, "2024-03-03");
    let expected = Latest {
        id: next,
        instead: None,
    };
    assert_eq!(latest(&store), expected);
    assert_eq!(store.of_the_future(TODAY).unwrap().len(), 1);
}

#[test]
fn one_day_ahead_is_a_time_zone_and_two_are_a_wrong_clock() {
    let (_folder, store, ids) = store(&["2024-03-05"]);
    assert_eq!(latest(&store).instead, None);
    let yesterday = TODAY - Days::new(1);
    let served = store.latest(yesterday).unwrap().unwrap();
    assert_eq!(served.id, ids[0], "there is no other one to serve");
    assert!(matches!(served.instead, Some(Instead::FutureDay { .. })));
}

#[test]
fn a_clock_that_is_far_behind_serves_what_the_pointer_names_and_removes_nothing() {
    let (_folder, store, ids) = store(&["2024-03-01", "2024-03-02", "2024-03-03"]);
    store.set_current(&ids[1]).unwrap();
    let then = day("2001-01-01");
    assert_eq!(store.latest(then).unwrap().unwrap().id, ids[1]);
    let one = Retention {
        daily: 1,
        weekly: 1,
        monthly: 1,
    };
    let lock = store.lock().unwrap();
    assert!(store.prune(&lock, &one, then).unwrap().is_empty());
}

#[test]
fn a_pointer_that_is_empty_garbage_or_missing_leads_to_the_newest_plausible_snapshot() {
    let (folder, store, ids) = store(&["2024-03-01", "2024-03-02", "2031-01-01"]);
    // The newest day, not the newest build.
    store.set_current(&ids[0]).unwrap();
    for content in ["", "garbage\n", "0123", &ids[0].to_string()] {
        fs::write(pointer(folder.path()), content).unwrap();
        let served = latest(&store);
        assert_eq!(served.id, ids[1], "{content:?}");
        assert!(matches!(served.instead, Some(Instead::BadPointer { .. })));
    }
    fs::remove_file(pointer(folder.path())).unwrap();
    let served = latest(&store);
    assert_eq!(served.id, ids[1]);
    let why = served.instead.unwrap().to_string();
    assert!(why.contains("is missing"), "{why}");
    // The next build writes the pointer again.
    publish(&store, "2024-03-03");
    assert_eq!(latest(&store).instead, None);
}

#[test]
fn a_pointer_to_nothing_readable_leads_to_the_newest_readable_snapshot() {
    let (folder, store, ids) = store(&["2024-03-01", "2024-03-02"]);
    let manifest = |id: &SnapshotId| {
        let folder = folder.path().join("snapshots").join(id.as_str());
        folder.join("manifest.json")
    };
    fs::write(manifest(&ids[1]), "cut").unwrap();
    let fresh = Store::open_read_only(folder.path());
    let served = latest(&fresh);
    assert_eq!(served.id, ids[0]);
    assert!(matches!(served.instead, Some(Instead::Unreadable { .. })));
    assert_eq!(fresh.open_latest(TODAY).unwrap().unwrap().id(), &ids[0]);
    // Removed while this store remembers it: it is not there any more.
    fs::remove_dir_all(manifest(&ids[1]).parent().unwrap()).unwrap();
    assert_eq!(latest(&store).id, ids[0]);
    fs::write(manifest(&ids[0]), "cut").unwrap();
    let fresh = Store::open_read_only(folder.path());
    let error = fresh.latest(TODAY).unwrap_err();
    assert!(matches!(error, SnapshotError::Unknown { .. }), "{error}");
}

#[test]
fn before_the_first_publication_there_is_no_latest_and_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.latest(TODAY).unwrap(), None);
    fs::write(pointer(folder.path()), "").unwrap();
    assert!(store.latest(TODAY).unwrap_err().is_damage());
}

#[test]
fn removing_a_day_of_the_future_repairs_the_pointer() {
    let (_folder, store, ids) = store(&["2024-03-01", "2024-03-02", "2031-01-01"]);
    let lock = store.lock().unwrap();
    for needed in [&ids[1], &ids[0]] {
        store.pin(&ids[0]).unwrap();
        let error = store.remove(&lock, needed, TODAY).unwrap_err();
        assert!(matches!(error, SnapshotError::Needed { .. }), "{error}");
    }
    store.remove(&lock, &ids[2], TODAY).unwrap();
    let expected = Latest {
        id: ids[1].clone(),
        instead: None,
    };
    assert_eq!(latest(&store), expected);
    assert_eq!(store.ids().unwrap().len(), 2);
    let again = store.remove(&lock, &ids[2], TODAY).unwrap_err();
    assert!(matches!(again, SnapshotError::Unknown { .. }), "{again}");
}

#[test]
fn a_day_of_the_future_takes_no_real_days_place_in_retention() {
    let (_folder, store, ids) = store(&["2024-03-01", "2024-03-02", "2031-01-01", "2031-01-02"]);
    store.set_current(&ids[1]).unwrap();
    let two = Retention {
        daily: 2,
        weekly: 2,
        monthly: 2,
    };
    let removed = store.prune(&store.lock().unwrap(), &two, TODAY).unwrap();
    assert_eq!(removed, []);
    // Real builds of the present are judged by each other's age, not by a build of the year 2031.
    let all = store.list().unwrap();
    let newest = all.iter().map(|one| one.generated_at).max();
    assert!(newest > Some(DateTime::UNIX_EPOCH + Duration::days(60 * 365)));
    assert_eq!(two.superseded(&all, TODAY), Vec::<&_>::new());
}
