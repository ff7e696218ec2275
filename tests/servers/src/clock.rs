//! The server's clock: the machine's, moved by as much as a test likes.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// A clock shared by all parts of one server. It starts with the machine's time.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The server's time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// The server's time in whole seconds since 1970.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.now().timestamp()
    }

    /// Moves the clock forward, or back with a negative number.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The server's time, some seconds later, as HTTP writes it.
    #[must_use]
    pub fn http_date(&self, in_seconds: i64) -> String {
        let time = self.now() + TimeDelta::seconds(in_seconds);
        time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}
