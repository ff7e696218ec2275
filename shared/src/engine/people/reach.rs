//! Which numbers can be taken apart by customer, and how; the others say why not.

use crate::metric::{Kind, Metric, Quantity};
use crate::view::{ListView, Listing, Stage};

/// Where the customers behind a metric are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// In the facts behind the daily flows, on any days.
    Events,
    /// Among the customers, by their stage on the snapshot's day.
    Stage(Stage),
    /// Among the customers, as they are on the snapshot's day.
    AsOf,
}

/// How the customers behind a metric are found.
///
/// # Errors
/// They cannot be; then the reason, as a sentence.
pub fn reach(metric: &Metric) -> Result<Reach, &'static str> {
    let stage = metric.id.strip_prefix("stage_").and_then(Stage::from_key);
    if let Some(stage) = stage {
        return Ok(Reach::Stage(stage));
    }
    if matches!(metric.kind, Kind::Percentile { .. }) {
        return Err("A percentile is a place in an order; it is not made of amounts of customers.");
    }
    let marts = metric.marts();
    if metric.has_no_history() && marts == ["customers"] {
        return Ok(Reach::AsOf);
    }
    let all_daily = marts == ["lifecycle_daily"];
    match marts.iter().find(|mart| **mart != "lifecycle_daily") {
        None if all_daily => Ok(Reach::Events),
        Some(&"marketing_spend") if metric.marts().len() == 1 => {
            Err("Spend belongs to a channel, not to customers.")
        }
        Some(&"marketing_spend") => Ok(Reach::Events),
        Some(&"support_daily" | &"support_durations") => {
            Err("This is counted ticket by ticket, without the customer of each.")
        }
        Some(&"retention_cohorts") => Err("Press a cell of the cohorts to see who is behind it."),
        _ => Err("This is counted by group of customers, without the names in each group."),
    }
}

/// Whether what is listed is found in the facts behind the daily flows, so that they are needed.
pub fn needs_events(list: &ListView) -> bool {
    match list.listing {
        None => false,
        Some(Listing::Cohort { .. }) => true,
        Some(Listing::Metric(metric)) => reach(metric) == Ok(Reach::Events),
    }
}

/// Factors of a metric that are found in the facts, above the line first.
pub(super) fn factors(metric: &Metric) -> Vec<Quantity> {
    let all: Vec<Quantity> = match metric.kind {
        Kind::Is(quantity) => vec![quantity],
        Kind::Ratio { over, under, .. } => over.iter().chain(under).copied().collect(),
        Kind::Percentile { .. } => Vec::new(),
    };
    let daily = |quantity: &Quantity| quantity.sum().mart == "lifecycle_daily";
    all.into_iter().filter(daily).collect()
}
