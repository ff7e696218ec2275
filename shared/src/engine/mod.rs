//! The only metric arithmetic: from decoded marts and a view to series, totals, movements, breakdowns and cohorts.
//!
//! Flows are added per day for the rows a filter lets through, and kept as running sums; every bucket, total,
//! stock and rate is then a difference of two of them. Percentiles come from histograms.

mod bucket;
mod cells;
mod cohorts;
mod dataset;
mod evaluation;
mod histogram;
mod marts;
mod movements;
pub mod people;
mod slice;
mod value;

pub use bucket::{Bucket, buckets, compared_buckets};
pub use cohorts::{CohortCell, CohortRow, CohortTable, RetentionData, cohorts};
pub use dataset::{DataError, Dataset};
pub use evaluation::{Change, Direction, Evaluation, Part, Scope, Series, Total, Verdict};
pub use marts::Marts;
pub use movements::{Movements, Subject};
pub use slice::Slice;

#[cfg(test)]
mod cohort_tests;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod oracle_tests;
