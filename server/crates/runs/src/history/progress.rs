//! progress: what happens to a run and its steps, written down at once, each change whole or not at all.
use chrono::{DateTime, Utc};
use tidemark_shared::api::{Run, RunState};

use super::{History, NewRun, planning, rows};
use crate::error::RunsError;
use crate::execute::Stamp;
use crate::steps::{Done, Step, StepError, Trouble};

impl History {
    /// A run begins.
    pub(crate) fn begin(
        &self,
        id: u64,
        stamp: &Stamp,
        now: DateTime<Utc>,
    ) -> Result<(), RunsError> {
        let policies = serde_json::to_string(&stamp.policies).unwrap_or_default();
        self.write(
            "UPDATE runs SET state = 'running', started_at = ?2, policies = ?3, code_version = ?4 WHERE id = ?1",
            (id as i64, rows::millis(now), policies, &stamp.code_version),
        )
    }

    /// A run is over.
    pub(crate) fn end(
        &self,
        id: u64,
        state: RunState,
        error: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), RunsError> {
        self.write(
            "UPDATE runs SET state = ?2, error = ?3, finished_at = ?4 WHERE id = ?1",
            (id as i64, rows::text(state), error, rows::millis(now)),
        )
    }

    /// An attempt at a step begins.
    pub(crate) fn begin_step(
        &self,
        id: u64,
        step: Step,
        attempt: u32,
        now: DateTime<Utc>,
    ) -> Result<(), RunsError> {
        self.write(
            "UPDATE steps SET state = 'running', attempt = ?3, started_at = ?4, finished_at = NULL WHERE run = ?1 AND name = ?2",
            (id as i64, step.name(), attempt, rows::millis(now)),
        )
    }

    /// A step is not needed.
    pub(crate) fn skip_step(
        &self,
        id: u64,
        step: Step,
        now: DateTime<Utc>,
    ) -> Result<(), RunsError> {
        self.write(
            "UPDATE steps SET state = 'skipped', finished_at = ?3 WHERE run = ?1 AND name = ?2",
            (id as i64, step.name(), rows::millis(now)),
        )
    }

    /// An attempt at a step is over; `again` if another one follows.
    pub(crate) fn end_step(
        &self,
        id: u64,
        step: Step,
        outcome: &Result<Done, StepError>,
        again: bool,
        now: DateTime<Utc>,
    ) -> Result<(), RunsError> {
        let state = match outcome {
            Ok(done) if done.skipped => RunState::Skipped,
            Ok(_) => RunState::Succeeded,
            Err(_) if again => RunState::Queued,
            Err(error) if error.trouble == Trouble::Refused => RunState::Refused,
            Err(_) => RunState::Failed,
        };
        let (id, name) = (id as i64, step.name());
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            let rows = outcome.as_ref().ok().and_then(|done| done.rows);
            transaction.execute(
                "UPDATE steps SET state = ?3, finished_at = ?4, rows = ?5, error = coalesce(?6, error) WHERE run = ?1 AND name = ?2",
                (
                    id,
                    name,
                    rows::text(state),
                    rows::millis(now),
                    rows.map(|rows| rows as i64),
                    outcome.as_ref().err().map(|error| &error.message),
                ),
            )?;
            if let Ok(done) = outcome {
                transaction.execute(
                    "UPDATE runs SET snapshot_id = coalesce(?2, snapshot_id), errors = coalesce(?3, errors), warnings = coalesce(?4, warnings) WHERE id = ?1",
                    (
                        id,
                        &done.snapshot_id,
                        done.quality.map(|(errors, _)| errors as i64),
                        done.quality.map(|(_, warnings)| warnings as i64),
                    ),
                )?;
            }
            transaction.commit()
        };
        self.told(write())
    }

    /// Marks a run whose process died, and queues it again if asked to.
    pub(crate) fn interrupt(
        &self,
        run: &Run,
        error: &str,
        again: bool,
        now: DateTime<Utc>,
    ) -> Result<Run, RunsError> {
        let id = run.id as i64;
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute(
                "UPDATE steps SET state = 'interrupted', finished_at = ?2 WHERE run = ?1 AND state = 'running'",
                (id, rows::millis(now)),
            )?;
            transaction.execute(
                "UPDATE runs SET state = 'interrupted', error = ?2, finished_at = ?3 WHERE id = ?1",
                (id, error, rows::millis(now)),
            )?;
            if again {
                let sync = run.step(Step::Sync.name());
                planning::queue(
                    &transaction,
                    &NewRun {
                        trigger: run.trigger,
                        as_of: run.as_of,
                        scheduled_for: run.scheduled_for,
                        resumes: Some(run.id),
                        data_since: run.data_since,
                        sync: sync.is_some_and(|sync| sync.state != RunState::Skipped),
                    },
                    now,
                )?;
            }
            transaction.commit()
        };
        self.told(write())?;
        self.get(run.id)
    }

    fn write(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<(), RunsError> {
        self.told(self.connection.execute(sql, parameters))
            .map(|_| ())
    }
}
