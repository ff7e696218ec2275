//! What is remembered of a run: from the sources to the published snapshot, step by step.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Why a run was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// The schedule said so.
    Schedule,
    /// By schedule, at a time when the server was not running.
    CatchUp,
    /// Part of a range of days asked for.
    Backfill,
    /// A person or another program, on the command line.
    Command,
    /// A person or another program, over HTTP.
    Api,
}

/// How far something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Waits for its turn.
    Queued,
    /// Under way.
    Running,
    /// Done; nothing is missing.
    Succeeded,
    /// Ended by an error, after all its attempts.
    Failed,
    /// The checks refused to publish; the snapshot before stays.
    Refused,
    /// Its process ended in the middle of it.
    Interrupted,
    /// Was not needed: an earlier attempt had done it.
    Skipped,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    /// `sync`, `build`, `check` or `publish`.
    pub name: String,
    /// How far it is.
    pub state: RunState,
    /// Which attempt this is or was, from 1.
    pub attempt: u32,
    /// When it began; none while it waits.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Rows or records it handled, where that can be said.
    pub rows: Option<u64>,
    /// What went wrong in the last attempt that failed, as a sentence that says what to do.
    pub error: Option<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Ascends with time; unique in a data folder.
    pub id: u64,
    /// Names it everywhere, as in OpenLineage events.
    pub uuid: String,
    /// Why it was started.
    pub trigger: Trigger,
    /// How far it is.
    pub state: RunState,
    /// Last day that counts in what it builds.
    pub as_of: NaiveDate,
    /// The instant of the schedule it stands for.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// The unsuccessful run it goes on from: what that one has done is not done again.
    pub resumes: Option<u64>,
    /// Its records must be at least as new as this: a sync begun since then is not repeated.
    pub data_since: DateTime<Utc>,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its steps, in order.
    pub steps: Vec<RunStep>,
    /// The snapshot it published.
    pub snapshot_id: Option<String>,
    /// Errors and warnings among the findings and checks.
    pub errors: u64,
    /// Warnings among the findings and checks.
    pub warnings: u64,
    /// The policies in force, by name.
    pub policies: BTreeMap<String, String>,
    /// Version of the program that ran it.
    pub code_version: String,
    /// Why it failed, as a sentence that says what to do.
    pub error: Option<String>,
}

impl RunState {
    /// Whether nothing more happens to it.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, RunState::Queued | RunState::Running)
    }
}

impl Run {
    /// A step by its name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&RunStep> {
        self.steps.iter().find(|step| step.name == name)
    }
}
