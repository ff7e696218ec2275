//! The watch as whoever is told of runs: no run fails of it, trouble goes to the log.

use chrono::{DateTime, Utc};
use tidemark_alerts::{Family, Kind, conditions};
use tidemark_runs::Observer;
use tidemark_shared::api::Run;

use super::Watch;
use crate::Failure;

impl Observer for Watch {
    fn run_ended(&self, run: &Run) {
        let now = run.finished_at.unwrap_or(run.queued_at);
        told(alone(self.after_run(run, now)).map(|_| ()));
    }

    fn failing(&self, why: &str, now: DateTime<Utc>) {
        let incident = conditions::operational(Kind::Scheduler, why, now);
        self.alerts()
            .settle(&[Family::Schedule], vec![incident], now);
        // At once: the process may be about to end, and the disk may refuse to store the incident.
        told(alone(async { Ok(self.alerts().deliver(now).await?) }).map(|_| ()));
    }

    fn recovered(&self, now: DateTime<Utc>) {
        self.alerts().settle(&[Family::Schedule], Vec::new(), now);
    }

    fn late(&self, due: DateTime<Utc>, now: DateTime<Utc>) {
        // Sent with the next tick, which is not far.
        told(Watch::late(self, due, now));
    }
}

/// Runs to its end what waits for networks, on a thread that is no other runtime's.
fn alone<T>(task: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().map_err(Failure::failed)?;
    runtime.block_on(task)
}

fn told(result: Result<(), Failure>) {
    if let Err(error) = result {
        tracing::error!(%error, "alerts could not be judged or told");
    }
}
