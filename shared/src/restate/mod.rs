//! What history was restated between two snapshots: which metric of which month has another value
//! now, why, and whose facts did it.
//!
//! Only what both snapshots know is compared: the days until the earlier of their two days. New
//! days are no restatement.

mod cause;
mod compare;
mod difference;
mod facts;
mod json;
mod merge;
mod words;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::Columns;
use crate::api::Manifest;
use crate::dimension::Dimension;
use crate::engine::Marts;
use crate::metric::Metric;

pub use cause::{Causes, Reasons, Setting, SourceChange};
pub use compare::compare;
pub use difference::{Difference, How};
pub use facts::{Counted, Differences};
pub use words::Figures;

/// Marts that are needed beside those that metrics are formed from: whose facts, and the customers'
/// names.
pub const LISTS: [&str; 2] = ["customer_events", "customers"];

/// One of the two snapshots. A mart that cannot be had is left out; what needs it is named as not
/// comparable.
#[derive(Debug, Clone)]
pub struct Side {
    /// What it says of itself.
    pub manifest: Arc<Manifest>,
    /// Its marts, as far as they are at hand.
    pub marts: Arc<Marts>,
    /// The facts of its customers: `customer_events`.
    pub facts: Option<Arc<Columns>>,
    /// Its customers, for their names: `customers`.
    pub customers: Option<Arc<Columns>>,
}

/// A metric of a month that has another value.
#[derive(Debug, Clone, PartialEq)]
pub struct Restated {
    /// The metric.
    pub metric: &'static Metric,
    /// First day of the month.
    pub month: NaiveDate,
    /// Its value in the first snapshot; cents, counts, a share of one; none where it had no
    /// meaning.
    pub before: Option<f64>,
    /// Its value in the second.
    pub after: Option<f64>,
    /// Why it differs or cannot be compared.
    pub causes: Causes,
    /// Whether nothing changed within the month itself: a stock carries what changed before.
    pub carried: bool,
    /// Values of dimensions that hold the whole change, each by itself; of sums only.
    pub within: Vec<(Dimension, String)>,
    /// The days of the month that have another value, with both values; of sums only.
    pub days: Vec<(NaiveDate, Option<f64>, Option<f64>)>,
}

/// A metric that cannot be compared, and why, as the end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incomparable {
    /// The metric.
    pub metric: &'static Metric,
    /// Why it differs or cannot be compared.
    pub reason: &'static str,
}

/// What was restated between two snapshots.
#[derive(Debug)]
pub struct Restatement {
    /// The first snapshot, usually the older one.
    pub before: Arc<Manifest>,
    /// The second.
    pub after: Arc<Manifest>,
    /// The last day that both know.
    pub through: NaiveDate,
    /// What is different about the two.
    pub reasons: Reasons,
    /// Newest month first, metrics in the order of the registry.
    pub restated: Vec<Restated>,
    /// What has another value by definition, because days have passed: conversions are dated when
    /// the trial began, ratings when the ticket was solved. No restatement, and listed separately.
    pub ripened: Vec<Restated>,
    /// Facts of customers until [`Restatement::through`] that are in one only, or not the same in
    /// both.
    pub facts: Differences,
    /// Metrics left out.
    pub incomparable: Vec<Incomparable>,
}

impl Restatement {
    /// Whether every value of the past is what it was.
    pub fn is_empty(&self) -> bool {
        self.restated.is_empty() && self.facts.is_empty()
    }

    /// The months in which something has another value, newest first.
    pub fn months(&self) -> Vec<NaiveDate> {
        let mut months: Vec<NaiveDate> = self.restated.iter().map(|one| one.month).collect();
        months.extend(self.facts.months());
        months.sort_unstable_by(|a, b| b.cmp(a));
        months.dedup();
        months
    }

    /// What has another value in a month, in the order of the registry.
    pub fn of_month(&self, month: NaiveDate) -> impl Iterator<Item = &Restated> {
        self.restated.iter().filter(move |one| one.month == month)
    }
}

#[cfg(test)]
mod tests;
