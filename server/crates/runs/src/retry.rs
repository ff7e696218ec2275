//! retry: what follows an attempt at a step, as a pure function.
use std::time::Duration;

use tidemark_shared::api::RunState;

use crate::steps::{Done, StepError, Trouble};

/// How often a step is tried, and how long is waited in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts at one step of one run, at least 1.
    pub attempts: u32,
    /// The wait after the first attempt; it doubles with each.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Retry {
    /// Four attempts within seven minutes.
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_secs(60),
            longest: Duration::from_secs(60 * 60),
        }
    }
}

impl Retry {
    /// The wait after the `tried`-th attempt.
    #[must_use]
    pub fn wait(&self, tried: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(tried.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The step is done; the next one may begin.
    Go,
    /// The same step again, after a wait.
    Again(Duration),
    /// The run is over, in this state.
    End(RunState),
}

/// What follows the `tried`-th attempt at a step.
#[must_use]
pub fn after(outcome: &Result<Done, StepError>, tried: u32, retry: &Retry) -> Next {
    match outcome {
        Ok(_) => Next::Go,
        Err(error) => match error.trouble {
            Trouble::Refused => Next::End(RunState::Refused),
            Trouble::Passing if tried < retry.attempts => Next::Again(retry.wait(tried)),
            Trouble::Passing | Trouble::Lasting => Next::End(RunState::Failed),
        },
    }
}
