//! history: what it does with a file that is damaged, of a later version, or read while it is written.
use std::fs;

use chrono::{DateTime, Utc};
use tidemark_shared::api::Trigger;

use crate::{FILE, History, NewRun, RunsError};

/// To the millisecond and beyond.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_694_400, 123_456_789).unwrap()
}

fn new_run(now: DateTime<Utc>) -> NewRun {
    NewRun {
        trigger: Trigger::Backfill,
        as_of: now.date_naive(),
        scheduled_for: None,
        resumes: None,
        data_since: now,
        sync: true,
    }
}

#[test]
fn a_damaged_history_is_moved_aside_and_a_new_one_begun() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    fs::write(
        data.join(FILE),
        b"this is no database, but long enough to be taken for one".repeat(100),
    )
    .unwrap();
    let error = History::read(data).unwrap_err();
    assert!(
        error.is_damage() && error.to_string().contains(FILE),
        "{error}"
    );
    for number in 1..3 {
        let (history, told) = History::open_or_renew(data).unwrap();
        assert!(told.unwrap().contains(&format!("{FILE}.damaged-{number}")));
        history.queue(&new_run(now()), now()).unwrap();
        assert_eq!(history.recent(9).unwrap().len(), 1);
        drop(history);
        fs::write(
            data.join(FILE),
            b"again no database, and this one too is long".repeat(100),
        )
        .unwrap();
    }
}

#[test]
fn a_history_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(History::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    for error in [
        History::open(folder.path()).unwrap_err(),
        History::open_or_renew(folder.path()).unwrap_err(),
    ] {
        assert!(
            matches!(error, RunsError::Newer { found: 99, .. }),
            "{error}"
        );
    }
}

#[test]
fn a_run_comes_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::open(folder.path()).unwrap();
    let now = now();
    let queued = history.queue(&new_run(now), now).unwrap();
    let reader = History::read(folder.path()).unwrap().unwrap();
    assert_eq!(reader.run(queued.id).unwrap(), Some(queued.clone()));
    assert_eq!(queued.queued_at.timestamp_millis(), now.timestamp_millis());
    let names: Vec<_> = queued.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["sync", "build", "check", "publish"]);
    assert_eq!(reader.run(queued.id + 1).unwrap(), None);
    assert!(reader.queue(&new_run(now), now).is_err(), "it only reads");
}
