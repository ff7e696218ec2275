//! observer: whoever wants to know what becomes of runs, such as alerts or a lineage server.
use chrono::{DateTime, Utc};
use tidemark_shared::api::Run;

/// Is told of runs. Whatever it does, no run fails of it; it should be quick, since the queue waits.
pub trait Observer {
    /// A run began.
    fn run_started(&self, _run: &Run) {}

    /// A run is over: succeeded, failed, refused, or found interrupted.
    fn run_ended(&self, _run: &Run) {}

    /// The schedule could not be looked at, or a run could not be recorded; `why` says what to do.
    /// Called again while that lasts.
    fn failing(&self, _why: &str, _now: DateTime<Utc>) {}

    /// The schedule is looked at and runs are recorded again.
    fn recovered(&self, _now: DateTime<Utc>) {}

    /// At `due` the day's numbers should have been published, and at `now` they are not. Told once for each `due`.
    fn late(&self, _due: DateTime<Utc>, _now: DateTime<Utc>) {}
}

/// Nobody wants to know.
impl Observer for () {}

/// Several, told one after the other.
impl Observer for Vec<Box<dyn Observer + Send + Sync>> {
    fn run_started(&self, run: &Run) {
        self.iter().for_each(|one| one.run_started(run));
    }

    fn run_ended(&self, run: &Run) {
        self.iter().for_each(|one| one.run_ended(run));
    }

    fn failing(&self, why: &str, now: DateTime<Utc>) {
        self.iter().for_each(|one| one.failing(why, now));
    }

    fn recovered(&self, now: DateTime<Utc>) {
        self.iter().for_each(|one| one.recovered(now));
    }

    fn late(&self, due: DateTime<Utc>, now: DateTime<Utc>) {
        self.iter().for_each(|one| one.late(due, now));
    }
}
