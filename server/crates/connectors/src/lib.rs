//! Connectors: pull records from the vendors' APIs into the raw folder, first fully, then what changed.
//!
//! Each vendor has a room (`stripe`, `salesforce`, `zendesk`) with two functions: `pull` lands
//! records and moves the state, `check` tells which permissions are missing. They share [`Api`],
//! which is paced and patient, and [`Raw`], which alone writes files. A connector knows no business
//! logic: it lands records as the vendor gives them, and may land one twice, but never loses one.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod error;
mod http;
mod raw;
pub mod salesforce;
mod secret;
pub mod stripe;
mod sync;
mod tell;
pub mod zendesk;

pub use error::SyncError;
pub use http::{Answer, Api, ApiOptions, Call, Credentials, Patience};
pub use raw::{Raw, RawOptions, damage_of};
pub use secret::Secret;
pub use sync::{Connector, Outcome, sync};
pub use tell::{Teller, Told, silent};

/// How much a pull fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What changed since the last pull; everything if there was none.
    #[default]
    Incremental,
    /// Everything, whatever was pulled before.
    Full,
}

/// Whether one object of a source can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The object, as the raw folder names it.
    pub object: String,
    /// What is missing and how to give it; `None` if all is well.
    pub problem: Option<String>,
}
