//! convergence: whatever fails and whenever the process is killed, no day is skipped, no instant counts twice, no two runs overlap.
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{Europe::Berlin, Tz};
use proptest::collection::vec;
use proptest::prelude::*;
use tidemark_shared::api::{RunState, Trigger};

use super::world::{Fate, World};
use crate::{Asked, Desk, NewRun, RunLock, Step, last_complete_day};

/// An evening a week before the clocks of Europe go forward.
fn evening() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 22, 20, 0, 0).unwrap()
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Done),
        2 => Just(Fate::Passing),
        1 => Just(Fate::Lasting),
        1 => Just(Fate::Refused),
        2 => Just(Fate::Killed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_day_is_published(
        sessions in vec((1_i64..50, vec(fate(), 0..16), proptest::option::of(0_u32..40)), 1..8),
    ) {
        // At half past two, which does not exist on 29 March.
        let world = World::new("30 2 * * *", Berlin, evening());
        prop_assert!(world.process(&[], None));
        for (hours, fates, life) in sessions {
            world.pass(TimeDelta::hours(hours));
            world.process(&fates, life);
        }
        // Trouble is over: what was killed is gone on with, and the next instant makes good what failed.
        prop_assert!(world.process(&[], None));
        world.pass(TimeDelta::hours(24));
        prop_assert!(world.process(&[], None));

        let runs = world.runs();
        prop_assert!(runs.iter().all(|run| run.state.is_over()), "{runs:#?}");
        let due: Vec<_> = world.schedule.between(evening(), world.time()).collect();
        let days: BTreeSet<_> = due.iter().map(|at| last_complete_day(*at, world.zone)).collect();
        prop_assert_eq!(days.len(), due.len(), "one instant a day");
        prop_assert_eq!(&*world.published.borrow(), &days);
        let mut heard: Vec<_> = runs
            .iter()
            .filter(|run| run.resumes.is_none())
            .filter_map(|run| run.scheduled_for)
            .collect();
        heard.sort();
        prop_assert_eq!(heard, due);

        let mut last = DateTime::UNIX_EPOCH;
        for run in runs.iter().filter(|run| run.started_at.is_some()) {
            prop_assert!(run.started_at.unwrap() >= last, "{run:#?}");
            last = run.finished_at.unwrap();
        }
        // What an interrupted run has synced, the one that goes on from it does not sync again.
        for run in &runs {
            let before = run.resumes.and_then(|id| runs.iter().find(|one| one.id == id));
            let synced = before.is_some_and(|before| {
                before.state == RunState::Interrupted
                    && before.data_since == run.data_since
                    && before.step("sync").unwrap().state == RunState::Succeeded
            });
            // One that was killed before it got so far has not synced either.
            let sync = run.step("sync").unwrap().state;
            prop_assert!(!synced || matches!(sync, RunState::Skipped | RunState::Queued), "{run:#?}");
        }
    }
}

#[test]
fn a_step_that_passes_is_tried_again_and_the_ones_before_it_are_not() {
    let world = World::new("0 5 * * *", Tz::UTC, evening());
    world.process(&[], None);
    world.pass(TimeDelta::hours(10));
    world.process(&[Fate::Done, Fate::Passing, Fate::Passing], None);
    let runs = world.runs();
    let [run] = runs.as_slice() else {
        panic!("{runs:#?}")
    };
    assert_eq!(run.state, RunState::Succeeded);
    let build = run.step("build").unwrap();
    assert_eq!((build.attempt, build.rows), (3, Some(7)));
    assert_eq!(build.error.as_deref(), Some("build did not work"));
    // A minute, then two.
    assert!(build.finished_at.unwrap() - run.started_at.unwrap() > TimeDelta::minutes(3));
    let steps: Vec<_> = world
        .log
        .borrow()
        .iter()
        .map(|(_, step, _)| *step)
        .collect();
    use Step::{Build, Check, Publish, Sync};
    assert_eq!(steps, [Sync, Build, Build, Build, Check, Publish]);
}

#[test]
fn what_lasts_or_is_refused_is_not_tried_again() {
    for (fate, state) in [
        (Fate::Lasting, RunState::Failed),
        (Fate::Refused, RunState::Refused),
    ] {
        let world = World::new("0 5 * * *", Tz::UTC, evening());
        world.process(&[], None);
        world.pass(TimeDelta::hours(10));
        world.process(&[Fate::Done, fate], None);
        let run = &world.runs()[0];
        assert_eq!((run.state, run.step("build").unwrap().attempt), (state, 1));
        assert_eq!(run.step("publish").unwrap().state, RunState::Queued);
        assert_eq!(run.error.as_deref(), Some("build did not work"));
    }
}

#[test]
fn days_missed_are_made_good_up_to_the_limit_with_one_sync() {
    let mut world = World::new("0 5 * * *", Tz::UTC, evening());
    world.catch_up = 3;
    world.process(&[], None);
    world.pass(TimeDelta::days(10));
    world.process(&[], None);
    let runs = world.runs();
    let days: Vec<_> = runs.iter().map(|run| run.as_of.to_string()).collect();
    assert_eq!(
        days,
        ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]
    );
    assert!(runs.iter().all(|run| run.trigger == Trigger::CatchUp));
    let syncs = world
        .log
        .borrow()
        .iter()
        .filter(|(_, step, _)| *step == Step::Sync)
        .count();
    assert_eq!(syncs, 1);
}

#[test]
fn a_run_that_kills_its_process_is_given_up() {
    let world = World::new("0 5 * * *", Tz::UTC, evening());
    world.process(&[], None);
    world.pass(TimeDelta::hours(10));
    for _ in 0..9 {
        world.process(&[Fate::Done, Fate::Killed, Fate::Killed], None);
    }
    let runs = world.runs();
    assert_eq!(runs.len(), 4, "{runs:#?}");
    assert!(runs.iter().all(|run| run.state == RunState::Interrupted));
    assert!(runs[3].error.as_ref().unwrap().contains("memory"));
}

#[test]
fn one_run_at_a_time_and_nobody_asks_twice() {
    let world = World::new("0 5 * * *", Tz::UTC, evening());
    let data = world.folder.path();
    let desk = Desk {
        data: data.to_owned(),
        zone: Tz::UTC,
        now: evening,
        wake: std::sync::Arc::new(|| ()),
    };
    assert!(desk.recent().unwrap().is_empty(), "no history is none");
    let asked = desk.ask(Asked::default()).unwrap().unwrap();
    assert_eq!(asked.as_of.to_string(), "2026-03-21");
    let again = desk.ask(Asked::default()).unwrap();
    assert_eq!(again.unwrap_err().id, asked.id);

    let lock = RunLock::try_acquire(data).unwrap().unwrap();
    assert!(RunLock::is_held(data) && RunLock::try_acquire(data).unwrap().is_none());
    let entered = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let _lock = RunLock::acquire(data).unwrap();
            entered.store(true, Ordering::SeqCst);
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!entered.load(Ordering::SeqCst), "the lock keeps it out");
        drop(lock);
        other.join().unwrap();
    });
    assert!(entered.load(Ordering::SeqCst) && !RunLock::is_held(data));
}

#[test]
fn a_run_without_a_process_is_told_as_interrupted_before_anyone_marks_it() {
    let world = World::new("0 5 * * *", Tz::UTC, evening());
    world.process(&[], None);
    let new = NewRun {
        trigger: Trigger::Command,
        as_of: evening().date_naive(),
        scheduled_for: None,
        resumes: None,
        data_since: evening(),
        sync: false,
    };
    world.history().queue(&new, evening()).unwrap();
    assert!(!world.process(&[Fate::Killed], None));
    let desk = Desk {
        data: world.folder.path().to_owned(),
        zone: Tz::UTC,
        now: evening,
        wake: std::sync::Arc::new(|| ()),
    };
    assert_eq!(desk.recent().unwrap()[0].state, RunState::Interrupted);
    assert_eq!(world.runs()[0].state, RunState::Running);
    // Called for on the command line: the caller calls again, nobody else does.
    world.process(&[], None);
    assert_eq!(world.runs().len(), 1);
    assert_eq!(world.runs()[0].state, RunState::Interrupted);
}
