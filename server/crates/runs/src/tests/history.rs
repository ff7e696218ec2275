//! history: what it does with a file that is damaged, of a later version, or read while it is written.
use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::Trigger;

use crate::{FILE, History, NewRun, RunsError, Schedule, tick};

/// To the millisecond and beyond.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_694_400, 123_456_789).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
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
        let (history, told) = History::open_or_renew(data, at("2026-12-01T05:30:00Z")).unwrap();
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
        History::open_or_renew(folder.path(), at("2026-12-01T05:30:00Z")).unwrap_err(),
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

#[test]
fn a_damaged_page_is_found_wherever_it_is_and_the_run_due_is_still_owed() {
    let now = at("2026-12-01T05:30:00Z");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let runs = 200;
    let history = History::open(data).unwrap();
    for number in 0..runs {
        let run = NewRun {
            trigger: Trigger::Api,
            as_of: "2026-11-30".parse().unwrap(),
            scheduled_for: None,
            resumes: None,
            data_since: now - TimeDelta::days(runs - number),
            sync: true,
        };
        history.queue(&run, now).unwrap();
    }
    drop(history);
    assert!(History::fault(data).is_none());
    let path = data.join(FILE);
    let sound = std::fs::read(&path).unwrap();
    let pages = sound.len() / 4096;
    assert!(pages > 8, "{pages} pages");
    // The first page names the tables; any other one is only read when its rows are.
    for page in 1..pages {
        let mut bytes = sound.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xA5);
        std::fs::write(&path, bytes).unwrap();
        let error = History::fault(data).expect("a finding");
        assert!(error.is_damage(), "page {page}: {error}");
        let (mut history, message) = History::open_or_renew(data, now).unwrap();
        assert!(message.unwrap().contains("damaged-"), "page {page}");
        let schedule = Schedule::parse("15 5 * * *", Tz::UTC, None).unwrap();
        let tick = tick(&mut history, &schedule, Tz::UTC, 7, now).unwrap();
        assert_eq!(tick.queued.len(), 1, "the run of a quarter past five");
        drop(history);
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(data.join(format!("{FILE}{suffix}")));
        }
    }
}
