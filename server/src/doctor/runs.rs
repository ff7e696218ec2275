//! The last run: how it ended, and what its error says to do.

use tidemark_runs::{History, RunsError};
use tidemark_shared::api::{Run, RunState};

use super::{Finding, State};
use crate::Settings;

const CHECK: &str = "last run";

/// The last run that is over; none where none was ever recorded.
pub(super) fn last(settings: &Settings) -> Option<Finding> {
    let runs = || -> Result<Vec<Run>, RunsError> {
        History::read(&settings.data)?.map_or(Ok(Vec::new()), |history| history.recent(20))
    };
    match runs() {
        Ok(runs) => runs.iter().find(|run| run.state.is_over()).map(told),
        Err(error) => Some(Finding::bad(
            CHECK,
            State::Fix,
            error.to_string(),
            "`tidemark run` puts a damaged history aside and begins a new one",
        )),
    }
}

fn told(run: &Run) -> Finding {
    let ended = match run.state {
        RunState::Succeeded | RunState::Skipped => {
            return Finding::ok(
                CHECK,
                format!("run {} as of {} succeeded", run.id, run.as_of),
            );
        }
        RunState::Refused => "was refused by the checks",
        RunState::Interrupted => "was interrupted",
        _ => "failed",
    };
    let why = run.error.as_deref().unwrap_or("it left no reason");
    Finding::bad(
        CHECK,
        State::Fix,
        format!("run {} as of {} {ended}: {why}", run.id, run.as_of),
        "put right what it says, then `tidemark run --resume`",
    )
}
