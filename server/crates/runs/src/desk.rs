//! desk: what a server tells of runs, and how one is asked for.
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::{Run, RunState, Trigger};
use tidemark_shared::date::check_as_of;

use crate::error::RunsError;
use crate::history::{History, NewRun};
use crate::lock::RunLock;
use crate::schedule::last_complete_day;

/// Runs told of at once.
const MOST: u32 = 100;

/// A run someone asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Last day that counts; the last complete one if none is named.
    pub as_of: Option<NaiveDate>,
    /// Whether to leave out the sync.
    pub no_sync: bool,
}

/// Reads the history anew each time, so that it may be another process that runs, and a damaged history harms nothing else.
#[derive(Clone)]
pub struct Desk {
    /// The data folder.
    pub data: PathBuf,
    /// The reporting time zone.
    pub zone: Tz,
    /// What time it is.
    pub now: fn() -> DateTime<Utc>,
    /// Wakes whoever does the queued runs.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Desk({})", self.data.display())
    }
}

impl Desk {
    /// The latest runs, newest first; none if none was ever recorded.
    ///
    /// # Errors
    /// If the history is there and cannot be read.
    pub fn recent(&self) -> Result<Vec<Run>, RunsError> {
        let Some(history) = History::read(&self.data)? else {
            return Ok(Vec::new());
        };
        let runs = history.recent(MOST)?;
        Ok(runs.into_iter().map(|run| self.honest(run)).collect())
    }

    /// One run.
    ///
    /// # Errors
    /// If the history is there and cannot be read.
    pub fn run(&self, id: u64) -> Result<Option<Run>, RunsError> {
        let Some(history) = History::read(&self.data)? else {
            return Ok(None);
        };
        Ok(history.run(id)?.map(|run| self.honest(run)))
    }

    /// Queues a run, or gives the one that waits or is under way already.
    ///
    /// # Errors
    /// [`RunsError::Day`] if no run can be of the day asked for; else if the history cannot be written.
    pub fn ask(&self, asked: Asked) -> Result<Result<Run, Run>, RunsError> {
        let now = (self.now)();
        let as_of = asked
            .as_of
            .unwrap_or_else(|| last_complete_day(now, self.zone));
        let today = now.with_timezone(&self.zone).date_naive();
        check_as_of(as_of, today).map_err(RunsError::Day)?;
        let mut history = History::open(&self.data)?;
        let run = NewRun {
            trigger: Trigger::Api,
            as_of,
            scheduled_for: None,
            resumes: None,
            data_since: now,
            sync: !asked.no_sync,
        };
        let queued = history.queue_if_idle(&run, now)?;
        (self.wake)();
        Ok(queued)
    }

    /// A run said to be under way while nobody holds the lock was left by a process that died.
    fn honest(&self, mut run: Run) -> Run {
        if run.state == RunState::Running && !RunLock::is_held(&self.data) {
            run.state = RunState::Interrupted;
        }
        run
    }
}
