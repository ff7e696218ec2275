//! What can be the matter: one incident, known by its key as long as it lasts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tidemark_shared::metrics;

/// What kind of trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The numbers are not there at the hour they were promised for.
    Late {
        /// That hour; of several the last.
        due: DateTime<Utc>,
    },
    /// A run failed after all its attempts.
    Failed,
    /// The checks refused to publish.
    Refused,
    /// A file of the data folder is damaged or was moved aside.
    Store {
        /// The file, relative to the data folder.
        store: String,
    },
    /// The snapshot the pointer names is not served.
    Instead,
    /// A snapshot is of a day that has not come yet.
    FutureDay,
    /// The schedule cannot be looked at, or a run cannot be recorded.
    Scheduler,
    /// A source's newest fact is too old.
    Stale {
        /// The source.
        source: String,
    },
    /// A metric's last day is out of its own pattern.
    Anomaly {
        /// Id of the metric in the registry.
        metric: String,
    },
}

/// Kinds that are judged together, so that what is no longer the matter is known to be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// How the last run ended.
    Run,
    /// Whether the numbers are in time.
    Time,
    /// Whether the sources are fresh.
    Sources,
    /// Whether the metrics keep to their patterns.
    Patterns,
    /// Whether the data folder is in order.
    Data,
    /// Whether the schedule is followed.
    Schedule,
}

impl Kind {
    /// The family it is judged in.
    #[must_use]
    pub fn family(&self) -> Family {
        match self {
            Kind::Failed | Kind::Refused => Family::Run,
            Kind::Late { .. } => Family::Time,
            Kind::Stale { .. } => Family::Sources,
            Kind::Anomaly { .. } => Family::Patterns,
            Kind::Store { .. } | Kind::Instead | Kind::FutureDay => Family::Data,
            Kind::Scheduler => Family::Schedule,
        }
    }

    /// The name under which it is open: at most one incident of a name at a time.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Kind::Late { .. } => "late".to_owned(),
            Kind::Failed => "failed".to_owned(),
            Kind::Refused => "refused".to_owned(),
            Kind::Stale { source } => format!("stale:{source}"),
            Kind::Anomaly { metric } => format!("anomaly:{metric}"),
            Kind::Store { store } => format!("store:{store}"),
            Kind::Instead => "instead".to_owned(),
            Kind::FutureDay => "future_day".to_owned(),
            Kind::Scheduler => "scheduler".to_owned(),
        }
    }

    /// What is told when it is over.
    #[must_use]
    pub fn over(&self) -> String {
        match self {
            Kind::Late { .. } => "The numbers are up to date again".to_owned(),
            Kind::Failed => "Runs succeed again".to_owned(),
            Kind::Refused => "The checks publish again".to_owned(),
            Kind::Store { store } => format!("{store} is in order again"),
            Kind::Instead => "The latest snapshot is served again".to_owned(),
            Kind::FutureDay => "No snapshot is of a future day any more".to_owned(),
            Kind::Scheduler => "Runs work again".to_owned(),
            Kind::Stale { source } => format!("{source} has recent data again"),
            Kind::Anomaly { metric } => {
                let label = metrics::find(metric).map_or(metric.as_str(), |found| found.label);
                format!("{label} is back in its usual range")
            }
        }
    }
}

/// Something that is the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What kind of trouble; tells the incident's key.
    pub kind: Kind,
    /// One line: what is the matter.
    pub title: String,
    /// What it means and what to do, in a sentence or two.
    pub text: String,
    /// Names and values worth knowing, in the order to show them.
    pub facts: Vec<(String, String)>,
    /// Page of the dashboard that shows it, with its query, such as `/health`.
    pub page: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Incident {
    /// The name under which it is open.
    #[must_use]
    pub fn key(&self) -> String {
        self.kind.key()
    }
}
