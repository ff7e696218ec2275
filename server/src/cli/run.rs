//! `tidemark run`: one run from the sources to the snapshot, or one for each day of a range.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use serde_json::json;
use tidemark_runs::{Clock, Executor, History, NewRun, Observer, RunLock, RunsError};
use tidemark_shared::api::{Run as Record, RunState, Trigger};

use super::{Context, log};
use crate::runs::{Work, observers, stamp};
use crate::{Failure, Settings};

/// A look whether the lock is held takes it for a moment: that much patience is needed to tell it from a run.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// Flags of `run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    as_of: Option<NaiveDate>,
    /// First day of a range: a snapshot for each of its days, from the records as they are known now
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<NaiveDate>,
    /// Last day of the range
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<NaiveDate>,
    /// Build from the raw files as they are
    #[arg(long)]
    no_sync: bool,
    /// Go on from the last run, if it did not succeed: what it has synced is not synced again
    #[arg(long, conflicts_with_all = ["as_of", "from", "to", "no_sync"])]
    resume: bool,
    /// Only do what is queued; a server calls this
    #[arg(long, hide = true, conflicts_with_all = ["as_of", "from", "to", "no_sync", "resume"])]
    queued: bool,
    /// The raw files are simulated, which the page says; the demo calls this
    #[arg(long, hide = true)]
    simulated: bool,
}

impl Run {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        context.set("data", self.data.as_deref())?;
        let settings = &context.settings;
        // A wrong setting is told before anything is begun.
        if !self.queued && !self.no_sync && !settings.connections.is_empty() {
            settings
                .connections
                .connectors(&[], &settings.files.fields)?;
        }
        // On a terminal the progress says the same; what a server starts has none.
        log::start(&settings.log, if self.queued { "info" } else { "warn" });
        let data = &settings.data;
        let observers = observers(settings)?;
        let unrecorded = |error: RunsError| {
            // The history cannot show this failure, so it is reported here or nowhere.
            observers.failing(&format!("runs cannot be recorded: {error}"), super::now());
            Failure::failed(error)
        };
        let lock = if self.queued {
            RunLock::acquire(data).map_err(unrecorded)?
        } else {
            lock(settings)?
        };
        let (history, renewed) = History::open_or_renew(data, context.now).map_err(unrecorded)?;
        if let Some(message) = renewed {
            eprintln!("warning: {message}");
        }
        let mut asked = Vec::new();
        for run in self.wanted(&context, &history)? {
            let queued = history.queue(&run, context.now).map_err(unrecorded)?;
            asked.push(queued.id);
        }
        let executor = Executor {
            history: &history,
            clock: &Machine,
            retry: settings.runs.retry,
            observer: &*observers,
            stamp: stamp(settings),
        };
        let mut work = Work::new(settings, context.json, self.simulated);
        let mut done = executor.drain(&lock, &mut work).map_err(unrecorded)?;
        observers.recovered(super::now());
        if !self.queued {
            done.retain(|run| asked.contains(&run.id));
        }
        report(&done, context.json)
    }

    /// The runs asked for.
    fn wanted(&self, context: &Context, history: &History) -> Result<Vec<NewRun>, Failure> {
        let run = |trigger, as_of| NewRun {
            trigger,
            as_of,
            scheduled_for: None,
            resumes: None,
            data_since: context.now,
            sync: !self.no_sync,
        };
        if self.queued {
            return Ok(Vec::new());
        }
        if self.resume {
            let last = history.last_unsuccessful().map_err(Failure::failed)?;
            let last = last.ok_or_else(|| {
                Failure::Usage("the last run succeeded, or there was none: there is nothing to go on from; leave out --resume".to_owned())
            })?;
            return Ok(vec![NewRun {
                resumes: Some(last.id),
                data_since: last.data_since,
                ..run(Trigger::Command, last.as_of)
            }]);
        }
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return Ok(vec![run(Trigger::Command, context.as_of(self.as_of)?)]);
        };
        if from > to {
            return Err(Failure::Usage(format!("--from {from} is after --to {to}")));
        }
        context.as_of(Some(from))?;
        context.as_of(Some(to))?;
        let days = from.iter_days().take_while(|day| *day <= to);
        Ok(days.map(|day| run(Trigger::Backfill, day)).collect())
    }
}

/// The lock, or a failure that names the run under way.
fn lock(settings: &Settings) -> Result<RunLock, Failure> {
    for _ in 0..TRIES {
        if let Some(lock) = RunLock::try_acquire(&settings.data).map_err(Failure::failed)? {
            return Ok(lock);
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    let history = History::read(&settings.data).ok().flatten();
    let running = history.and_then(|history| history.running().ok()?.pop());
    let which = running.map_or("another run".to_owned(), |run| {
        format!("run {} as of {}", run.id, run.as_of)
    });
    Err(Failure::Passing(format!(
        "{which} is under way in {}; wait until it is over",
        settings.data.display()
    )))
}

/// This machine's clock.
struct Machine;

impl Clock for Machine {
    fn now(&self) -> DateTime<Utc> {
        super::now()
    }

    fn sleep(&self, wait: Duration) {
        std::thread::sleep(wait);
    }
}

/// Prints what became of each run; the worst of them decides the exit code.
fn report(runs: &[Record], as_json: bool) -> Result<(), Failure> {
    if as_json {
        println!("{}", json!({ "runs": runs }));
    } else {
        for run in runs {
            println!("run {} as of {}: {}", run.id, run.as_of, told(run));
        }
    }
    let ended = |state| runs.iter().find(move |run| run.state == state);
    let why = |run: &Record| {
        let error = run.error.clone().unwrap_or_default();
        match runs.len() {
            1 => error,
            _ => format!("run {} as of {}: {error}", run.id, run.as_of),
        }
    };
    if let Some(run) = ended(RunState::Failed) {
        return Err(Failure::Failed(why(run)));
    }
    if let Some(run) = ended(RunState::Refused) {
        // The step has already said that nothing is published.
        let why = why(run);
        let plain = why.strip_prefix("not published: ").unwrap_or(&why);
        return Err(Failure::Refused(plain.to_owned()));
    }
    Ok(())
}

fn told(run: &Record) -> String {
    let unsuccessful = |word: &str| {
        let step = run.steps.iter().find(|step| step.state == run.state);
        let place = step.map_or(String::new(), |step| {
            format!(" in {}, attempt {}", step.name, step.attempt)
        });
        format!("{word}{place}")
    };
    match (run.state, &run.snapshot_id) {
        (RunState::Succeeded, Some(id)) => format!("published {id}"),
        (RunState::Refused, _) => unsuccessful("refused"),
        _ => unsuccessful("failed"),
    }
}
