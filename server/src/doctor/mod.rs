//! The doctor: looks for what is wrong with the set-up, and says of each thing how to put it right.

mod disk;
mod published;
mod reach;
mod runs;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::Settings;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// As it should be.
    Ok,
    /// Works, and may not for long or not as meant.
    Warn,
    /// Has to be put right.
    Fix,
}

/// What was found about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// What was looked at: `config`, `credentials`, `raw`, `data`, `privacy`, `disk`, `clock`, `last build`, `checksums`, `served`, `stores`, `last run`, `address`.
    pub(crate) check: &'static str,
    /// How bad it is.
    pub(crate) state: State,
    /// What is the case.
    pub(crate) message: String,
    /// What to do; empty if nothing.
    pub(crate) fix: String,
}

impl Finding {
    /// As it should be.
    pub(crate) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Ok,
            message: message.into(),
            fix: String::new(),
        }
    }

    /// Not as it should be; `fix` says what to do.
    pub(crate) fn bad(
        check: &'static str,
        state: State,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            check,
            state,
            message: message.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fix => "FIX",
        };
        write!(f, "{mark:<4}  {:<11}  {}", self.check, self.message)?;
        match self.fix.as_str() {
            "" => Ok(()),
            fix => write!(f, "\n      {:<11}  → {fix}", ""),
        }
    }
}

/// Looks at everything that can be seen from this machine alone.
pub(crate) fn examine(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = vec![disk::raw(settings), disk::data(settings)];
    findings.extend(disk::privacy(settings));
    findings.extend(disk::room(settings, settings.day_of(now)));
    findings.extend(published::examine(settings, now));
    findings.extend(runs::last(settings));
    findings.push(reach::address(
        settings.listen,
        settings.access.access.mode != tidemark_access::Mode::None,
    ));
    findings
}

pub(crate) use reach::credentials;
