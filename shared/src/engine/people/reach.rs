//! Which numbers can be taken apart by customer, and how; the others say why not.

use crate::metric::{Kind, Metric, Quantity, Rows, Sum, Term};
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
        return Err("A percentile is not a sum over customers.");
    }
    let marts = metric.marts();
    if metric.has_no_history() && marts == ["customers"] {
        return Ok(Reach::AsOf);
    }
    let sums = metric.sums();
    if factors(metric).is_empty() {
        return Err(match marts.first() {
            Some(&"marketing_spend") => "Spend is recorded by channel, not by customer.",
            Some(&"retention_cohorts") => "Click a cell of the cohort table to list its customers.",
            _ => "This metric is counted by segment, without customer names.",
        });
    }
    // Spend per customer has a list of the customers, though none of the spend.
    let apart = |sum: &Sum| is_apart(sum) || sum.mart == "marketing_spend";
    if sums.iter().all(apart) {
        Ok(Reach::Events)
    } else {
        Err("Part of this metric is counted by segment, without customer names.")
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

/// Measures of the facts that a column of a mart adds up; none if the facts do not have it.
pub(crate) fn measures(mart: &str, column: &'static str) -> Vec<&'static str> {
    match (mart, column) {
        ("lifecycle_daily" | "support_daily", column) => vec![column],
        ("churn_reasons", "customers") => {
            vec![
                "customers_churned_voluntary",
                "customers_churned_involuntary",
            ]
        }
        ("churn_reasons", "mrr") => vec!["mrr_churn_voluntary", "mrr_churn_involuntary"],
        _ => Vec::new(),
    }
}

/// Whether the facts take a sum apart.
fn is_apart(sum: &Sum) -> bool {
    let has = |term: &Term| term.rows == Rows::All && !measures(sum.mart, term.column).is_empty();
    sum.terms.iter().all(has)
}

/// Factors of a metric that are found in the facts, above the line first.
pub(super) fn factors(metric: &Metric) -> Vec<Quantity> {
    let all: Vec<Quantity> = match metric.kind {
        Kind::Is(quantity) => vec![quantity],
        Kind::Ratio { over, under, .. } => over.iter().chain(under).copied().collect(),
        Kind::Percentile { .. } => Vec::new(),
    };
    let found = |quantity: &Quantity| is_apart(&quantity.sum());
    all.into_iter().filter(found).collect()
}

/// Whether every factor of a metric is found in the facts.
#[cfg(test)]
pub(super) fn is_whole(metric: &Metric) -> bool {
    metric.sums().iter().all(is_apart)
}
