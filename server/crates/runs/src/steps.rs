//! steps: the four steps of a run, and what doing one leads to.
use tidemark_shared::api::Run;

/// A step, in the order of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Pulls from the sources; what it landed stays.
    Sync,
    /// Makes the marts, in memory.
    Build,
    /// Judges them.
    Check,
    /// Freezes them into a snapshot.
    Publish,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 4] = [Step::Sync, Step::Build, Step::Check, Step::Publish];

    /// Its name in the history.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Build => "build",
            Self::Check => "check",
            Self::Publish => "publish",
        }
    }
}

/// What a step has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// There was nothing to do.
    pub skipped: bool,
    /// Rows or records handled.
    pub rows: Option<u64>,
    /// Errors and warnings among the findings and checks, if the step knows them.
    pub quality: Option<(u64, u64)>,
    /// The snapshot published.
    pub snapshot_id: Option<String>,
}

/// How lasting a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The next attempt may well succeed: the network, a full disk, another process at work.
    Passing,
    /// No attempt will: a wrong setting, an unreadable file.
    Lasting,
    /// The checks refuse to publish.
    Refused,
}

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepError {
    /// How lasting it is.
    pub trouble: Trouble,
    /// A sentence that says what to do.
    pub message: String,
}

/// Whoever does the steps.
pub trait Steps {
    /// Does one step of a run; each is asked for after the one before it was done or skipped.
    ///
    /// # Errors
    /// What went wrong, and whether another attempt makes sense. A step that failed may be asked for again.
    fn perform(&mut self, step: Step, run: &Run) -> Result<Done, StepError>;

    /// The run is over: what was kept between steps can go.
    fn ended(&mut self) {}
}
