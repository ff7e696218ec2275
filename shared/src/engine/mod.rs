//! The only metric arithmetic: from decoded marts and a view to series, totals, movements,
//! breakdowns and cohorts.
//!
//! Flows are added per day for the rows a filter lets through (by the crate `tidemark-crossfilter`,
//! which touches only the rows that a change of filters touches), and kept as running sums; every
//! bucket, total, stock and rate is then a difference of two of them. Percentiles come from
//! histograms.

mod breakdown;
mod cells;
mod cohorts;
mod contribution;
mod dataset;
mod evaluation;
mod histogram;
mod marts;
mod movements;
pub mod people;
mod segments;
mod slice;
mod split;
mod tally;
mod value;

pub use breakdown::Branch;
pub use cohorts::{CohortCell, CohortRow, CohortTable, RetentionData, cohorts};
pub use contribution::{Contribution, Explanation};
pub use dataset::{DataError, Dataset};
pub use evaluation::{Evaluation, Part, Scope, Series, Total};
pub use marts::Marts;
pub use movements::{Movements, Subject};
pub use segments::{FEW, Segment, churn_segments};
pub use slice::Slice;
pub use split::MOST_BRANCHES;
pub use tally::{Tally, scheduled_churn, share, tally};

#[cfg(test)]
mod breakdown_tests;
#[cfg(test)]
mod cohort_tests;
#[cfg(test)]
mod contribution_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
pub(crate) mod oracle;
#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tally_tests;
