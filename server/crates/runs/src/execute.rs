//! execute: does the queued runs, one after the other, step by step, and writes down each step as it happens.
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tidemark_shared::api::{Run, RunState, Trigger};

use crate::error::RunsError;
use crate::history::History;
use crate::lock::RunLock;
use crate::observer::Observer;
use crate::retry::{Next, Retry, after};
use crate::steps::{Step, StepError, Steps};

/// A run that ends with its process is begun again this often; then something in it kills.
const MOST_RESUMPTIONS: usize = 3;

/// What time it is.
pub trait Clock {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
    /// Waits.
    fn sleep(&self, wait: Duration);
}

/// What is noted of each run beside what happens.
#[derive(Debug, Clone, Default)]
pub struct Stamp {
    /// Version of the program.
    pub code_version: String,
    /// The policies in force, by name.
    pub policies: BTreeMap<String, String>,
}

/// Does runs.
pub struct Executor<'a> {
    /// Where they are queued and remembered.
    pub history: &'a History,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// How patient to be with a step.
    pub retry: Retry,
    /// Who is told.
    pub observer: &'a dyn Observer,
    /// What is noted.
    pub stamp: Stamp,
}

impl Executor<'_> {
    /// Does every queued run, oldest first, until none is left; gives them as they ended.
    /// A run that a dead process left behind is marked, and queued again.
    ///
    /// # Errors
    /// If the history cannot be read or written. What a step fails with is told in its run.
    pub fn drain(&self, lock: &RunLock, steps: &mut dyn Steps) -> Result<Vec<Run>, RunsError> {
        self.recover(lock)?;
        let mut done = Vec::new();
        while let Some(run) = self.history.next_queued()? {
            done.push(self.run(&run, steps)?);
        }
        Ok(done)
    }

    /// Marks what a dead process left running, and queues it again. Holding the lock proves that it is dead.
    fn recover(&self, _lock: &RunLock) -> Result<(), RunsError> {
        for run in self.history.running()? {
            // Whoever called for one run on the command line calls again.
            let ours = run.trigger != Trigger::Command;
            let again = ours && self.resumptions(&run)? < MOST_RESUMPTIONS;
            let what = match (ours, again) {
                (false, _) => "run it again",
                (true, true) => "it is begun again",
                (true, false) => {
                    "it was begun again, and that ended so too: see whether the machine has memory enough"
                }
            };
            let error = &format!("the process ended in the middle of the run; {what}");
            let run = self
                .history
                .interrupt(&run, error, again, self.clock.now())?;
            self.observer.run_ended(&run);
        }
        Ok(())
    }

    /// How often a run was begun again without coming to its end.
    fn resumptions(&self, run: &Run) -> Result<usize, RunsError> {
        let mut count = 0;
        let mut before = run.resumes;
        while let Some(id) = before.filter(|_| count < MOST_RESUMPTIONS) {
            let Some(run) = self
                .history
                .run(id)?
                .filter(|run| run.state == RunState::Interrupted)
            else {
                break;
            };
            count += 1;
            before = run.resumes;
        }
        Ok(count)
    }

    fn run(&self, queued: &Run, steps: &mut dyn Steps) -> Result<Run, RunsError> {
        let (id, history) = (queued.id, self.history);
        history.begin(id, &self.stamp, self.clock.now())?;
        let run = history.get(id)?;
        self.observer.run_started(&run);
        let mut ended = (RunState::Succeeded, None);
        for step in Step::ALL {
            if let Some(failure) = self.step(step, &run, steps)? {
                ended = (failure.0, Some(failure.1));
                break;
            }
        }
        steps.ended();
        let (state, error) = ended;
        history.end(id, state, error.as_deref(), self.clock.now())?;
        let run = history.get(id)?;
        self.observer.run_ended(&run);
        Ok(run)
    }

    /// Does a step, as often as it takes; how the run ends if it cannot be done.
    fn step(
        &self,
        step: Step,
        run: &Run,
        steps: &mut dyn Steps,
    ) -> Result<Option<(RunState, String)>, RunsError> {
        let history = self.history;
        let unneeded = run
            .step(step.name())
            .is_some_and(|step| step.state == RunState::Skipped);
        let now = self.clock.now();
        if unneeded || (step == Step::Sync && history.synced_since(run.data_since, now)?) {
            history.skip_step(run.id, step, now)?;
            return Ok(None);
        }
        let mut attempt = 0;
        loop {
            attempt += 1;
            history.begin_step(run.id, step, attempt, self.clock.now())?;
            let outcome = steps.perform(step, run);
            let next = after(&outcome, attempt, &self.retry);
            let again = matches!(next, Next::Again(_));
            history.end_step(run.id, step, &outcome, again, self.clock.now())?;
            match (next, outcome) {
                (Next::Again(wait), _) => self.clock.sleep(wait),
                (Next::End(state), Err(StepError { message, .. })) => {
                    return Ok(Some((state, message)));
                }
                (Next::Go | Next::End(_), _) => return Ok(None),
            }
        }
    }
}
