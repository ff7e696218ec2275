//! world: a clock that moves only when asked, and steps that fail or are killed as a script says.
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::Run;

use crate::{
    Clock, Done, Executor, History, Retry, RunLock, Schedule, Stamp, Step, StepError, Steps,
    Trouble, tick,
};

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Done,
    Passing,
    Lasting,
    Refused,
    Killed,
}

/// A machine with one data folder.
pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    pub(super) zone: Tz,
    pub(super) schedule: Schedule,
    pub(super) catch_up: u32,
    now: Cell<DateTime<Utc>>,
    /// Looks at the clock until the process is killed.
    life: Cell<Option<u32>>,
    fates: RefCell<VecDeque<Fate>>,
    /// The steps done or tried, with the day of their run.
    pub(super) log: RefCell<Vec<(NaiveDate, Step, Fate)>>,
    /// The days that were published.
    pub(super) published: RefCell<BTreeSet<NaiveDate>>,
}

impl World {
    pub(super) fn new(cron: &str, zone: Tz, now: DateTime<Utc>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            zone,
            schedule: Schedule::parse(cron, zone, None).unwrap(),
            catch_up: 3_650,
            now: Cell::new(now),
            life: Cell::new(None),
            fates: RefCell::default(),
            log: RefCell::default(),
            published: RefCell::default(),
        }
    }

    pub(super) fn pass(&self, time: TimeDelta) {
        self.now.set(self.now.get() + time);
    }

    pub(super) fn time(&self) -> DateTime<Utc> {
        self.now.get()
    }

    pub(super) fn history(&self) -> History {
        History::open(self.folder.path()).unwrap()
    }

    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs = self.history().recent(u32::MAX).unwrap();
        runs.reverse();
        runs
    }

    /// A process: looks at the schedule and does what is queued; true if it came to its end.
    pub(super) fn process(&self, fates: &[Fate], life: Option<u32>) -> bool {
        *self.fates.borrow_mut() = fates.iter().copied().collect();
        self.life.set(life);
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let mut history = self.history();
            tick(
                &mut history,
                &self.schedule,
                self.zone,
                self.catch_up,
                self.now(),
            )
            .unwrap();
            self.drain(&history, self);
        }));
        self.life.set(None);
        ended.is_ok()
    }

    pub(super) fn drain(&self, history: &History, clock: &dyn Clock) -> Vec<Run> {
        let lock = RunLock::acquire(self.folder.path()).unwrap();
        let executor = Executor {
            history,
            clock,
            retry: Retry {
                attempts: 3,
                ..Retry::default()
            },
            observer: &(),
            stamp: Stamp::default(),
        };
        executor.drain(&lock, &mut Hands(self)).unwrap()
    }
}

/// Killed without a word on the console.
fn kill() -> ! {
    resume_unwind(Box::new("killed"))
}

impl Clock for World {
    fn now(&self) -> DateTime<Utc> {
        // Every change to the history is preceded by a look at the clock: each is a moment to be killed.
        match self.life.get() {
            Some(0) => kill(),
            life => self.life.set(life.map(|life| life - 1)),
        }
        self.pass(TimeDelta::seconds(1));
        self.now.get()
    }

    fn sleep(&self, wait: Duration) {
        self.pass(TimeDelta::from_std(wait).unwrap());
    }
}

/// The steps as this world lets them go.
struct Hands<'a>(&'a World);

impl Steps for Hands<'_> {
    fn perform(&mut self, step: Step, run: &Run) -> Result<Done, StepError> {
        let world = self.0;
        let fate = world.fates.borrow_mut().pop_front().unwrap_or(Fate::Done);
        world.log.borrow_mut().push((run.as_of, step, fate));
        world.pass(TimeDelta::seconds(20));
        let failed = |trouble| {
            Err(StepError {
                trouble,
                message: format!("{} did not work", step.name()),
            })
        };
        match fate {
            Fate::Killed => kill(),
            Fate::Passing => failed(Trouble::Passing),
            Fate::Lasting => failed(Trouble::Lasting),
            Fate::Refused => failed(Trouble::Refused),
            Fate::Done => {
                if step == Step::Publish {
                    world.published.borrow_mut().insert(run.as_of);
                }
                Ok(Done {
                    rows: Some(7),
                    ..Done::default()
                })
            }
        }
    }
}
