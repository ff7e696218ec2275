//! history: runs and steps in SQLite, in the data folder, written as they happen.
mod planning;
mod progress;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tidemark_shared::api::{Run, RunState, Trigger};

use crate::error::RunsError;

/// Its name in the data folder.
pub const FILE: &str = "runs.sqlite";

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A run to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRun {
    /// Why.
    pub trigger: Trigger,
    /// Last day that counts.
    pub as_of: NaiveDate,
    /// The instant of the schedule it stands for.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// The unsuccessful run it goes on from.
    pub resumes: Option<u64>,
    /// How new its records must be at least.
    pub data_since: DateTime<Utc>,
    /// Whether to sync; false leaves the raw files as they are.
    pub sync: bool,
}

/// The history of a data folder, open.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    connection: Connection,
}

impl History {
    /// Opens it for reading and writing; begins one where there is none.
    ///
    /// # Errors
    /// If it cannot be made, read or brought to the version of today.
    pub fn open(data: &Path) -> Result<Self, RunsError> {
        let path = data.join(FILE);
        std::fs::create_dir_all(data).map_err(|source| RunsError::Folder {
            path: data.to_owned(),
            source,
        })?;
        let opened = Connection::open(&path).and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            // Readers and the one who writes do not wait for each other; a killed process leaves what it had committed.
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // A power cut may take the last changes along, never the file; what they told of is then done again.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            Ok(connection)
        });
        let mut history = Self::of_today(path, opened)?;
        let migrated = schema::migrate(&mut history.connection);
        history.told(migrated)?;
        Ok(history)
    }

    /// Opens it for reading alone; nothing if none was begun.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn read(data: &Path) -> Result<Option<Self>, RunsError> {
        let path = data.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(&path, flags).and_then(|connection| {
            connection.busy_timeout(PATIENCE)?;
            Ok(connection)
        });
        let history = Self::of_today(path, opened)?;
        // Begun this very moment by another process: nothing is in it yet.
        let empty = history.told(schema::version(&history.connection))? == 0;
        Ok((!empty).then_some(history))
    }

    /// Opens it after a check of every page and row; a damaged one is moved aside, with a sentence that says so, and a
    /// new one begun. For the process that holds the lock.
    ///
    /// # Errors
    /// If it can be neither opened nor moved.
    pub fn open_or_renew(
        data: &Path,
        now: DateTime<Utc>,
    ) -> Result<(Self, Option<String>), RunsError> {
        let checked = Self::open(data).and_then(|history| history.check().map(|()| history));
        let error = match checked {
            Ok(history) => return Ok((history, None)),
            Err(error) if error.is_damage() => error,
            Err(error) => return Err(error),
        };
        let path = data.join(FILE);
        let aside = (1..)
            .map(|number| data.join(format!("{FILE}.damaged-{number}")))
            .find(|aside| !aside.exists())
            .unwrap_or_default();
        let moved = std::fs::rename(&path, &aside);
        moved.map_err(|source| RunsError::Folder { path, source })?;
        for suffix in ["-wal", "-shm"] {
            // What belongs to the damaged file must not be read into the new one; there may be none.
            let _ = std::fs::remove_file(data.join(format!("{FILE}{suffix}")));
        }
        let message = format!(
            "{error}. It was moved to {}, and a new history is begun",
            aside.display()
        );
        let mut history = Self::open(data)?;
        // The run that was due when the damage was found is still owed, and its lateness is still to be reported.
        let since = now - TimeDelta::days(1);
        history.planning(|seen| {
            seen.first_heard(since)?;
            seen.hear_until(since)
        })?;
        Ok((history, Some(message)))
    }

    /// What is wrong with the history of a data folder, if anything; changes nothing.
    #[must_use]
    pub fn fault(data: &Path) -> Option<RunsError> {
        match Self::read(data) {
            Ok(Some(history)) => history.check().err(),
            Ok(None) => None,
            Err(error) => Some(error),
        }
    }

    /// Reads every page and every row.
    ///
    /// # Errors
    /// If one of them is damaged.
    pub fn check(&self) -> Result<(), RunsError> {
        let checked = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        let found = self.told(checked)?;
        if found != "ok" {
            return Err(RunsError::Damaged {
                path: self.path.clone(),
                found,
            });
        }
        self.recent(u32::MAX).map(|_| ())
    }

    fn of_today(path: PathBuf, opened: rusqlite::Result<Connection>) -> Result<Self, RunsError> {
        let connection = opened.map_err(|source| RunsError::History {
            path: path.clone(),
            source,
        })?;
        let history = Self { path, connection };
        let found = history.told(schema::version(&history.connection))?;
        if found > schema::LATEST {
            return Err(RunsError::Newer {
                path: history.path,
                found,
                known: schema::LATEST,
            });
        }
        Ok(history)
    }

    /// An error of SQLite as one of ours.
    fn told<T>(&self, result: rusqlite::Result<T>) -> Result<T, RunsError> {
        result.map_err(|source| RunsError::History {
            path: self.path.clone(),
            source,
        })
    }

    /// The latest runs, newest first.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn recent(&self, most: u32) -> Result<Vec<Run>, RunsError> {
        self.told(rows::runs(
            &self.connection,
            "ORDER BY id DESC LIMIT ?",
            [most],
        ))
    }

    /// A run, if there is one of this id.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn run(&self, id: u64) -> Result<Option<Run>, RunsError> {
        self.told(rows::by_id(&self.connection, id))
    }

    /// A run that is there.
    pub(crate) fn get(&self, id: u64) -> Result<Run, RunsError> {
        self.run(id)?.ok_or(RunsError::Value {
            what: "the id of a run",
            value: id.to_string(),
        })
    }

    /// The queued run that is next: the oldest.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn next_queued(&self) -> Result<Option<Run>, RunsError> {
        Ok(self.in_state(RunState::Queued)?.into_iter().next())
    }

    /// The runs said to be under way, oldest first: at most one, unless a process died.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn running(&self) -> Result<Vec<Run>, RunsError> {
        self.in_state(RunState::Running)
    }

    fn in_state(&self, state: RunState) -> Result<Vec<Run>, RunsError> {
        let clause = "WHERE state = ? ORDER BY id";
        self.told(rows::runs(&self.connection, clause, [rows::text(state)]))
    }

    /// The latest run that did not succeed, if nothing has succeeded since.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn last_unsuccessful(&self) -> Result<Option<Run>, RunsError> {
        let last = self.recent(1)?.pop();
        Ok(last.filter(|run| run.state.is_over() && run.state != RunState::Succeeded))
    }

    /// Whether a sync that began at or after `since` has succeeded. One that began after `now` was
    /// recorded by a clock that was ahead, and says nothing about how new the records are.
    pub(crate) fn synced_since(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, RunsError> {
        let query = "SELECT EXISTS (SELECT 1 FROM steps WHERE name = 'sync' AND state = 'succeeded' AND started_at BETWEEN ? AND ?)";
        let range = [rows::millis(since), rows::millis(now)];
        self.told(self.connection.query_row(query, range, |row| row.get(0)))
    }

    /// Queues a run.
    ///
    /// # Errors
    /// If the history cannot be written.
    pub fn queue(&self, run: &NewRun, now: DateTime<Utc>) -> Result<Run, RunsError> {
        let queue = || {
            let transaction = self.connection.unchecked_transaction()?;
            let id = planning::queue(&transaction, run, now)?;
            transaction.commit().map(|()| id)
        };
        self.get(self.told(queue())?.unwrap_or_default())
    }

    /// Queues a run unless one waits or is under way, which is given instead.
    ///
    /// # Errors
    /// If the history cannot be written.
    pub fn queue_if_idle(
        &mut self,
        run: &NewRun,
        now: DateTime<Utc>,
    ) -> Result<Result<Run, Run>, RunsError> {
        let path = self.path.clone();
        let connection = &mut self.connection;
        let mut decide = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let clause = "WHERE state IN ('queued', 'running') ORDER BY id LIMIT 1";
            if let Some(busy) = rows::runs(&transaction, clause, [])?.pop() {
                return Ok(Err(busy));
            }
            let id = planning::queue(&transaction, run, now)?.unwrap_or_default();
            let queued = rows::by_id(&transaction, id)?;
            transaction.commit()?;
            queued.map(Ok).ok_or(rusqlite::Error::QueryReturnedNoRows)
        };
        decide().map_err(|source| RunsError::History { path, source })
    }
}
