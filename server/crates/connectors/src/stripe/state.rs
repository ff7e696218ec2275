//! How far the pull has come, as it is saved with each checkpoint.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::slices::Slices;

/// All of it; times are seconds since 1970 on Stripe's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// A full pass that is not over.
    pub(crate) full: Option<FullPass>,
    /// All changes until here are landed.
    pub(crate) since: Option<i64>,
    /// A reading of events that is not over.
    pub(crate) events: Option<Events>,
}

/// A full pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FullPass {
    /// When it began: changes since then are in the events.
    pub(crate) started: i64,
    /// How far each list is, by object.
    pub(crate) lists: BTreeMap<String, List>,
}

/// How far a list is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum List {
    /// Not begun.
    #[default]
    New,
    /// But for these parts of it.
    Slices(Slices),
    /// To its end.
    Done,
}

/// A reading of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Events {
    /// From when.
    pub(crate) from: i64,
    /// Until when.
    pub(crate) until: i64,
    /// Up to and with this event, newest first; nothing yet if absent.
    pub(crate) after: Option<String>,
}
