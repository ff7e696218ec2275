//! What a pull tells while it runs, for a progress bar, a log or a test.

use std::sync::Arc;
use std::time::Duration;

/// One thing told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Records of an object landed so far in this run.
    Landed {
        /// Source name.
        source: &'static str,
        /// Object name.
        object: &'static str,
        /// Records, repeated ones included.
        records: u64,
    },
    /// The API asked to wait, or could not be reached.
    Waiting {
        /// Source name.
        source: &'static str,
        /// For how long.
        wait: Duration,
        /// Why, such as `HTTP 429 Too Many Requests`.
        why: String,
    },
    /// Something a person may want to know.
    Note {
        /// Source name.
        source: &'static str,
        /// A sentence.
        text: String,
    },
}

/// Where a pull tells.
pub type Teller = Arc<dyn Fn(Told) + Send + Sync>;

/// Tells nobody.
#[must_use]
pub fn silent() -> Teller {
    Arc::new(|_| {})
}
