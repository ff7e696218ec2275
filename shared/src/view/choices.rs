//! What a user chooses of a view: the width of buckets, the comparison, the cells of cohorts.

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
