//! What a page shows: range, grain, comparison, filters and snapshot, and its form as a URL query.
//!
//! Defaults are left out of the query and the order is fixed, so equal views have equal URLs.

mod filter;
mod list;
mod query;
mod range;

pub use filter::{Filter, Filters};
pub use list::{Field, ListView, Listing, MAX_AMOUNTS, Mark, Sort, Stage};
pub use query::{Ignored, MAX_QUERY_BYTES, parse};
pub use range::{Preset, Range, Span, Window};

use crate::chart::ChartId;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::MRR;

/// Width of the buckets of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// Calendar days.
    Day,
    /// Weeks from Monday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
}

impl Grain {
    /// All grains, finest first.
    pub const ALL: [Grain; 4] = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter];

    /// URL value.
    pub const fn key(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Grain::Day => "Day",
            Grain::Week => "Week",
            Grain::Month => "Month",
            Grain::Quarter => "Quarter",
        }
    }

    /// The grain of a URL value.
    pub fn from_key(key: &str) -> Option<Grain> {
        Self::ALL.into_iter().find(|grain| grain.key() == key)
    }
}

/// The period numbers are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compare {
    /// The period of the same length just before.
    #[default]
    Previous,
    /// The same period a year earlier.
    Year,
    /// No comparison.
    None,
}

impl Compare {
    /// All choices.
    pub const ALL: [Compare; 3] = [Compare::Previous, Compare::Year, Compare::None];

    /// URL value.
    pub const fn key(self) -> &'static str {
        match self {
            Compare::Previous => "previous",
            Compare::Year => "year",
            Compare::None => "none",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Compare::Previous => "Previous period",
            Compare::Year => "Previous year",
            Compare::None => "No comparison",
        }
    }

    /// The choice of a URL value.
    pub fn from_key(key: &str) -> Option<Compare> {
        Self::ALL.into_iter().find(|compare| compare.key() == key)
    }
}

/// What the cells of the cohort chart show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CohortShow {
    /// Share of the cohort's customers still active.
    #[default]
    CustomersRate,
    /// Number of its customers still active.
    Customers,
    /// MRR as a share of the cohort's initial MRR.
    MrrRate,
    /// MRR as amounts.
    Mrr,
}

impl CohortShow {
    /// All choices.
    pub const ALL: [CohortShow; 4] = [
        CohortShow::CustomersRate,
        CohortShow::Customers,
        CohortShow::MrrRate,
        CohortShow::Mrr,
    ];

    /// URL value.
    pub const fn key(self) -> &'static str {
        match self {
            CohortShow::CustomersRate => "customers_rate",
            CohortShow::Customers => "customers",
            CohortShow::MrrRate => "mrr_rate",
            CohortShow::Mrr => "mrr",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            CohortShow::CustomersRate => "Customer retention",
            CohortShow::Customers => "Active customers",
            CohortShow::MrrRate => "MRR retention",
            CohortShow::Mrr => "MRR",
        }
    }

    /// The choice of a URL value.
    pub fn from_key(key: &str) -> Option<CohortShow> {
        Self::ALL.into_iter().find(|show| show.key() == key)
    }

    /// The choice for a measure (`mrr` or customers) shown as a share or as it is.
    pub const fn of(mrr: bool, rate: bool) -> CohortShow {
        match (mrr, rate) {
            (false, true) => CohortShow::CustomersRate,
            (false, false) => CohortShow::Customers,
            (true, true) => CohortShow::MrrRate,
            (true, false) => CohortShow::Mrr,
        }
    }

    /// Whether MRR is shown rather than customers.
    pub const fn is_mrr(self) -> bool {
        matches!(self, CohortShow::MrrRate | CohortShow::Mrr)
    }

    /// Whether shares are shown rather than amounts.
    pub const fn is_rate(self) -> bool {
        matches!(self, CohortShow::CustomersRate | CohortShow::MrrRate)
    }
}

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

    /// The query string of the view, without `?`; empty for the default view.
    pub fn to_query(&self) -> String {
        query::format(self)
    }
}
