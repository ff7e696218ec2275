//! The schedule of a server: looks at the clock, queues what is due, and has a process of its own do it.
//!
//! A build takes memory and may be killed for it; in another process it takes nothing along. Server and process meet in the history alone.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tidemark_runs::{History, Observer, RunLock, RunsError, Schedule, tick};
use tokio::sync::Notify;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The wait after a process that failed; it doubles up to the longest, which is shorter if the process could tell why.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const SHORT_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Looks that fail in a row before that is an incident: one may meet a disk that is busy for a moment.
const FAILURES: u32 = 10;

/// What the schedule needs.
#[derive(Clone)]
pub struct Service {
    /// The data folder.
    pub data: PathBuf,
    /// When runs are due; without it only those asked for are done.
    pub schedule: Option<Schedule>,
    /// The reporting time zone.
    pub zone: Tz,
    /// Days that are made good.
    pub catch_up_days: u32,
    /// What time it is.
    pub now: fn() -> DateTime<Utc>,
    /// The process that does what is queued.
    pub command: Arc<dyn Fn() -> Command + Send + Sync>,
    /// Who is told that numbers are late.
    pub observer: Arc<dyn Observer + Send + Sync>,
    /// Wakes it before its time.
    pub wake: Arc<Notify>,
}

/// A process that ends with whoever holds it: a run that is cut short is gone on with at the next start.
struct Ended(Child);

impl Ended {
    /// How it ended, if it has.
    fn status(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // One that has ended by itself needs no kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Service {
    /// Keeps to the schedule until it is dropped; trouble goes to the log, and is tried again.
    pub async fn run(self) {
        let mut worker: Option<Ended> = None;
        let (mut wait, mut not_before) = (FIRST_WAIT, Instant::now());
        let mut said = String::new();
        let mut failures = 0_u32;
        loop {
            if let Some(status) = worker.as_mut().and_then(Ended::status) {
                worker = None;
                if status.success() {
                    wait = FIRST_WAIT;
                } else {
                    // The history tells of runs that failed. A process that could not even begin must not be started each second.
                    let told = status.code().is_some_and(|code| code <= 3);
                    if !told {
                        tracing::error!(%status, "the process of a run ended early");
                        self.report(format!("the process of a run ended early: {status}; see the log, and whether the machine has memory enough")).await;
                    }
                    not_before = Instant::now() + wait;
                    wait = (wait * 2).min(if told { SHORT_WAIT } else { LONGEST_WAIT });
                }
            }
            let service = self.clone();
            let looked = tokio::task::spawn_blocking(move || service.look()).await;
            match looked {
                Ok(Ok(work)) => {
                    said.clear();
                    if failures >= FAILURES {
                        let (observer, now) = (Arc::clone(&self.observer), (self.now)());
                        // The observer waits for the disk.
                        let _ = tokio::task::spawn_blocking(move || observer.recovered(now)).await;
                    }
                    failures = 0;
                    if work && worker.is_none() && Instant::now() >= not_before {
                        worker = self.begin();
                    }
                }
                Ok(Err(error)) => {
                    failures = failures.saturating_add(1);
                    if failures == FAILURES {
                        self.report(format!("the schedule cannot be looked at: {error}"))
                            .await;
                    }
                    // Once, not each second.
                    if said != error.to_string() {
                        said = error.to_string();
                        tracing::error!(%error, "the schedule waits");
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if failures == FAILURES {
                        self.report(format!("a look at the schedule failed: {error}"))
                            .await;
                    }
                    tracing::error!(%error, "a look at the schedule failed");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.wake.notified() => not_before = Instant::now(),
            }
        }
    }

    /// Reports an incident, beside the async workers: the observer waits for the disk and for networks.
    async fn report(&self, why: String) {
        let (observer, now) = (Arc::clone(&self.observer), (self.now)());
        let reported = tokio::task::spawn_blocking(move || observer.failing(&why, now)).await;
        if let Err(error) = reported {
            tracing::error!(%error, "an incident of the schedule could not be reported");
        }
    }

    /// Queues what is due; whether there is something to do. A damaged history is something to do: the
    /// process of a run moves it aside and begins a new one.
    fn look(&self) -> Result<bool, RunsError> {
        match self.look_at_history() {
            Err(error) if error.is_damage() => Ok(true),
            looked => looked,
        }
    }

    fn look_at_history(&self) -> Result<bool, RunsError> {
        let now = (self.now)();
        if let Some(schedule) = &self.schedule {
            let mut history = History::open(&self.data)?;
            let tick = tick(&mut history, schedule, self.zone, self.catch_up_days, now)?;
            if let Some(late) = tick.late {
                tracing::warn!(due = %late.due, as_of = %late.as_of, "the numbers are late");
                self.observer.late(late.due, now);
            }
        }
        let Some(history) = History::read(&self.data)? else {
            return Ok(false);
        };
        let left_behind = || Ok(!history.running()?.is_empty() && !RunLock::is_held(&self.data));
        Ok(history.next_queued()?.is_some() || left_behind()?)
    }

    fn begin(&self) -> Option<Ended> {
        (self.command)()
            .spawn()
            .inspect_err(
                |error| tracing::error!(%error, "the process of a run could not be started"),
            )
            .ok()
            .map(Ended)
    }
}
