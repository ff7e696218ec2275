//! planning: a look at the clock and what follows from it, as one transaction.
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tidemark_shared::api::{Run, RunState};

use super::{History, NewRun, rows};
use crate::error::RunsError;
use crate::plan::{Days, of_a_wrong_clock};
use crate::steps::Step;

const HEARD_UNTIL: &str = "heard_until";
const FIRST_HEARD: &str = "first_heard";
const TOLD_LATE: &str = "told_late";

/// The history inside the transaction.
pub(crate) struct Seen<'a> {
    transaction: Transaction<'a>,
    path: &'a std::path::Path,
}

impl History {
    /// Runs `plan` as one transaction: it happens as a whole, and alone, or not at all.
    pub(crate) fn planning<T>(
        &mut self,
        plan: impl FnOnce(&Seen<'_>) -> Result<T, RunsError>,
    ) -> Result<T, RunsError> {
        let Self { path, connection } = self;
        let told = |source| RunsError::History {
            path: path.clone(),
            source,
        };
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(told)?;
        let seen = Seen { transaction, path };
        let planned = plan(&seen)?;
        seen.transaction.commit().map_err(told)?;
        Ok(planned)
    }
}

impl Seen<'_> {
    fn told<T>(&self, result: rusqlite::Result<T>) -> Result<T, RunsError> {
        result.map_err(|source| RunsError::History {
            path: self.path.to_owned(),
            source,
        })
    }

    /// The scheduled days since one, each with its latest run; a day that ever succeeded has succeeded.
    pub(crate) fn days_since(&self, oldest: NaiveDate) -> Result<Days, RunsError> {
        let read = || -> rusqlite::Result<Days> {
            let mut statement = self.transaction.prepare(
                "SELECT as_of, id, state FROM runs WHERE as_of >= ? AND (trigger IN ('schedule', 'catchup') OR state = 'succeeded') ORDER BY id",
            )?;
            let found = statement.query_map([rows::text(oldest)], |row| {
                let id: i64 = row.get(1)?;
                Ok((rows::word(row, 0)?, id.unsigned_abs(), rows::word(row, 2)?))
            })?;
            let mut days: Days = BTreeMap::new();
            for found in found {
                let (day, id, state): (NaiveDate, u64, RunState) = found?;
                let latest = days.entry(day).or_insert((id, state));
                if latest.1 != RunState::Succeeded {
                    *latest = (id, state);
                }
            }
            Ok(days)
        };
        self.told(read())
    }

    /// Up to which instant the schedule was heard.
    pub(crate) fn heard_until(&self) -> Result<Option<DateTime<Utc>>, RunsError> {
        self.told(rows::mark(&self.transaction, HEARD_UNTIL))
    }

    pub(crate) fn hear_until(&self, at: DateTime<Utc>) -> Result<(), RunsError> {
        self.told(rows::set_mark(&self.transaction, HEARD_UNTIL, at))
    }

    /// When the schedule was first heard: now, if never before.
    pub(crate) fn first_heard(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, RunsError> {
        let first = self.told(rows::mark(&self.transaction, FIRST_HEARD))?;
        if let Some(first) = first.filter(|first| !of_a_wrong_clock(*first, now)) {
            return Ok(first);
        }
        self.told(rows::set_mark(&self.transaction, FIRST_HEARD, now))?;
        Ok(now)
    }

    /// Records that lateness is reported; false if it was already reported.
    pub(crate) fn record_late(
        &self,
        due: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, RunsError> {
        let reported = self.told(rows::mark(&self.transaction, TOLD_LATE))?;
        if reported.is_some_and(|at| at >= due && !of_a_wrong_clock(at, now)) {
            return Ok(false);
        }
        self.told(rows::set_mark(&self.transaction, TOLD_LATE, due))?;
        Ok(true)
    }

    /// Queues a run; nothing if its instant has one.
    pub(crate) fn queue(&self, run: &NewRun, now: DateTime<Utc>) -> Result<Option<Run>, RunsError> {
        let queue = || match queue(&self.transaction, run, now)? {
            Some(id) => rows::by_id(&self.transaction, id),
            None => Ok(None),
        };
        self.told(queue())
    }
}

/// Queues a run with all its steps; nothing if its instant has one.
pub(super) fn queue(
    connection: &Connection,
    run: &NewRun,
    now: DateTime<Utc>,
) -> rusqlite::Result<Option<u64>> {
    let inserted = connection.execute(
        "INSERT INTO runs (uuid, trigger, state, as_of, scheduled_for, resumes, data_since, queued_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (scheduled_for) WHERE resumes IS NULL DO NOTHING",
        (
            uuid::Uuid::new_v4().to_string(),
            rows::text(run.trigger),
            rows::text(RunState::Queued),
            rows::text(run.as_of),
            run.scheduled_for.map(rows::millis),
            run.resumes.map(|id| id as i64),
            rows::millis(run.data_since),
            rows::millis(now),
        ),
    )?;
    if inserted == 0 {
        return Ok(None);
    }
    let id = connection.last_insert_rowid();
    for (position, step) in Step::ALL.into_iter().enumerate() {
        let state = if step == Step::Sync && !run.sync {
            RunState::Skipped
        } else {
            RunState::Queued
        };
        connection.execute(
            "INSERT INTO steps (run, position, name, state) VALUES (?1, ?2, ?3, ?4)",
            (id, position as i64, step.name(), rows::text(state)),
        )?;
    }
    Ok(Some(id.unsigned_abs()))
}
