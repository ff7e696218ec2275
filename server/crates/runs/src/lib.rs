//! runs: when the marts are made anew, one run at a time, step by step, and what is remembered of each.
//!
//! [`Schedule`] knows the instants, [`plan`] what they owe, [`History`] keeps runs and steps in SQLite, [`RunLock`]
//! lets one process at a time work on them, and [`Executor`] does: steps in order, patient with what passes,
//! and whatever is killed at any moment is gone on with. What a step does is told by [`Steps`], what time it is by [`Clock`].
mod desk;
mod error;
mod execute;
mod history;
mod lock;
mod observer;
pub mod openlineage;
mod plan;
mod retry;
mod schedule;
mod steps;
#[cfg(test)]
mod tests;

pub use desk::{Asked, Desk};
pub use error::RunsError;
pub use execute::{Clock, Executor, Stamp};
pub use history::{FILE, History, NewRun};
pub use lock::RunLock;
pub use observer::Observer;
pub use plan::{Late, Tick, tick};
pub use retry::{Next, Retry, after};
pub use schedule::{Schedule, last_complete_day};
pub use steps::{Done, Step, StepError, Steps, Trouble};
