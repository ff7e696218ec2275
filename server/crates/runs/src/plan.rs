//! plan: which runs the schedule owes now, and whether the numbers are late.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::{Run, RunState, Trigger};
use tidemark_shared::date::last_plausible_day;

use crate::error::RunsError;
use crate::history::{History, NewRun};
use crate::schedule::{Schedule, last_complete_day};

/// An instant heard this much later was missed.
const ON_TIME: TimeDelta = TimeDelta::seconds(60);
/// A record of the future this far off was written by a wrong clock.
const WRONG_CLOCK: TimeDelta = TimeDelta::hours(2);

/// What a look at the clock led to.
#[derive(Debug, Default)]
pub struct Tick {
    /// The runs that were queued now.
    pub queued: Vec<Run>,
    /// That the numbers are late, told once.
    pub late: Option<Late>,
}

/// The day's numbers are not there in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// When they should have been.
    pub due: DateTime<Utc>,
    /// The last day they should know.
    pub as_of: NaiveDate,
}

/// What is known of a scheduled day: its latest run, and how far that is.
pub(crate) type Days = BTreeMap<NaiveDate, (u64, RunState)>;

/// Queues what the schedule owes by `now`, as one step: whoever looks at the same time queues nothing twice.
/// `zone` is the reporting time zone; days further back than `catch_up` days are given up.
///
/// # Errors
/// If the history cannot be read or written.
pub fn tick(
    history: &mut History,
    schedule: &Schedule,
    zone: Tz,
    catch_up: u32,
    now: DateTime<Utc>,
) -> Result<Tick, RunsError> {
    history.planning(|seen| {
        let oldest = last_complete_day(now, zone) - TimeDelta::days(i64::from(catch_up));
        let days = seen.days_since(oldest)?;
        let before = seen.heard_until()?;
        let until = match before {
            Some(until) if !of_a_wrong_clock(until, now) => until,
            // The first look, or the last one was by a wrong clock: what came before nobody has missed.
            _ => now,
        };
        let from = until.max(now - TimeDelta::days(i64::from(catch_up) + 2));
        let instants: Vec<_> = schedule.between(from, now).collect();
        let mut queued = Vec::new();
        for run in owed(&instants, &days, oldest, zone, now) {
            queued.extend(seen.queue(&run, now)?);
        }
        let heard = instants.last().copied().unwrap_or(until);
        if Some(heard) != before {
            seen.hear_until(heard)?;
        }
        let late = match late(schedule, &days, zone, seen.first_heard(now)?, now) {
            Some(late) if seen.record_late(late.due, now)? => Some(late),
            _ => None,
        };
        Ok(Tick { queued, late })
    })
}

/// The runs owed once these instants have come: one for each day they end, and one for each day before that has not succeeded yet.
fn owed(
    instants: &[DateTime<Utc>],
    days: &Days,
    oldest: NaiveDate,
    zone: Tz,
    now: DateTime<Utc>,
) -> Vec<NewRun> {
    let Some(newest) = instants.last() else {
        return Vec::new();
    };
    // Of several instants in one day the last one stands for all.
    let by_day: BTreeMap<NaiveDate, DateTime<Utc>> = instants
        .iter()
        .map(|instant| (last_complete_day(*instant, zone), *instant))
        .collect();
    let run = |as_of, scheduled_for, resumes, on_time| NewRun {
        trigger: if on_time {
            Trigger::Schedule
        } else {
            Trigger::CatchUp
        },
        as_of,
        scheduled_for,
        resumes,
        // The first of them syncs, and that serves all.
        data_since: *newest,
        sync: true,
    };
    let again = days
        .iter()
        .filter(|(day, (_, state))| {
            **day <= last_complete_day(now, zone)
                && unsuccessful(*state)
                && !by_day.contains_key(day)
        })
        .map(|(day, (id, _))| run(*day, None, Some(*id), false));
    let new = by_day
        .iter()
        // The newest day is run whatever the limit.
        .filter(|(day, instant)| **day >= oldest || *instant == newest)
        .map(|(day, instant)| {
            let on_time = instant == newest && now - *instant <= ON_TIME;
            run(*day, Some(*instant), None, on_time)
        });
    let mut runs: Vec<NewRun> = again.chain(new).collect();
    runs.sort_by_key(|run| run.as_of);
    runs
}

/// Whether an instant was recorded while the clock was ahead: it lies too far in the future.
pub(crate) fn of_a_wrong_clock(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at > now + WRONG_CLOCK
}

fn unsuccessful(state: RunState) -> bool {
    matches!(
        state,
        RunState::Failed | RunState::Refused | RunState::Interrupted
    )
}

/// Whether a run that was due since `first`, when the schedule was first heard, is not there in time.
fn late(
    schedule: &Schedule,
    days: &Days,
    zone: Tz,
    first: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Late> {
    let due = schedule.ready_by(first, now)?;
    let as_of = last_complete_day(due, zone);
    // A run of a day that has not come yet succeeded under a wrong clock.
    let possible = as_of..=last_plausible_day(now.with_timezone(&zone).date_naive());
    let there = days
        .range(possible)
        .any(|(_, (_, state))| *state == RunState::Succeeded);
    (!there).then_some(Late { due, as_of })
}
