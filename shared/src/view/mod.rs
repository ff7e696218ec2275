//! What a page shows: range, grain, comparison, filters and snapshot, and its form as a URL query.
//!
//! Defaults are left out of the query and the order is fixed, so equal views have equal URLs.

mod bucket;
mod choices;
mod filter;
mod list;
mod query;
mod range;

pub use bucket::{Bucket, buckets, compared_buckets};
pub use choices::{CohortShow, Compare, Grain};
pub use filter::{Filter, Filters};
pub use list::{Field, ListView, Listing, MAX_AMOUNTS, Mark, Sort, Stage};
pub use query::{Ignored, MAX_QUERY_BYTES, parse};
pub use range::{Preset, Range, Span, Window};

use chrono::NaiveDate;

use crate::charts::ChartId;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::MRR;

/// Everything a page's numbers depend on, besides the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Days shown.
    pub range: Range,
    /// Bucket width if it was chosen; use [`View::grain`] to read the one in force.
    pub chosen_grain: Option<Grain>,
    /// The period compared with.
    pub compare: Compare,
    /// Filters by dimension.
    pub filters: Filters,
    /// Snapshot the numbers are pinned to; none means the latest.
    pub snapshot: Option<String>,
    /// The earlier snapshot that the history page compares with; none means the one of the day
    /// before.
    pub against: Option<String>,
    /// The dimension that charts are broken down by: a line or a bar per value.
    pub by: Option<Dimension>,
    /// What the cohort chart shows.
    pub cohort: CohortShow,
    /// The headline metric whose change is explained if it was chosen; use [`View::explained`] to
    /// read the one in force.
    pub explain: Option<&'static Metric>,
    /// The chart a link or an export is about.
    pub chart: Option<ChartId>,
    /// What the list of customers shows.
    pub people: ListView,
}

impl View {
    /// The bucket width in force: the chosen one, else the range's usual one.
    pub fn grain(&self) -> Grain {
        self.chosen_grain
            .unwrap_or_else(|| self.range.usual_grain())
    }

    /// Chooses a bucket width; the range's usual one counts as not chosen.
    pub fn set_grain(&mut self, grain: Grain) {
        self.chosen_grain = (grain != self.range.usual_grain()).then_some(grain);
    }

    /// Sets the range and forgets a chosen bucket width, which belonged to the old range.
    pub fn set_range(&mut self, range: Range) {
        self.range = range;
        self.chosen_grain = None;
    }

    /// The metric whose change is explained: the chosen one, else MRR.
    pub fn explained(&self) -> &'static Metric {
        self.explain.unwrap_or(&MRR)
    }

    /// The view in its canonical form, in which equal views are equal.
    pub fn canonical(mut self) -> View {
        self.range = self.range.canonical();
        if let Some(grain) = self.chosen_grain {
            self.set_grain(grain);
        }
        self.filters = self.filters.canonical();
        self.people = self.people.canonical();
        self.explain = self.explain.filter(|metric| **metric != MRR);
        self
    }

    /// The days shown and compared on data that reaches from `data_start` to `as_of`.
    ///
    /// The shown days are cut to the data. The compared days are not: a comparison with days before
    /// the data would look like growth, so there is none then.
    pub fn resolve(&self, as_of: NaiveDate, data_start: NaiveDate) -> Window {
        let asked = self.range.asked(as_of, data_start);
        let shown = Span {
            from: asked.from.max(data_start),
            to: asked.to.min(as_of),
        };
        // What lies after the snapshot's day has not happened: comparing it would look like a drop.
        let happened = Span {
            from: asked.from,
            to: asked.to.min(as_of),
        };
        let compared = match self.compare {
            Compare::None => None,
            Compare::Year => Some(happened.shifted_months(-12)),
            Compare::Previous => self.range.previous(happened),
        }
        .filter(|span| !shown.is_empty() && span.from >= data_start);
        Window {
            shown,
            compared,
            data_start,
            as_of,
        }
    }
}
