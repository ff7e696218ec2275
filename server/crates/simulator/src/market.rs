//! The market the company sells into: countries, industries, sizes and channels, with their weights and habits.

use crate::catalog::Currency;

/// A tax on invoices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tax {
    /// Whole percent.
    pub percent: i64,
    /// Contained in the line amounts, rather than added on top.
    pub inclusive: bool,
}

pub(crate) struct Country {
    pub name: &'static str,
    pub region: &'static str,
    pub currency: Currency,
    pub legal_form: &'static str,
    pub tax: Option<Tax>,
    pub weight: u32,
}

const fn country(
    name: &'static str,
    region: &'static str,
    currency: Currency,
    legal_form: &'static str,
    tax: Option<Tax>,
    weight: u32,
) -> Country {
    Country {
        name,
        region,
        currency,
        legal_form,
        tax,
        weight,
    }
}

const fn on_top(percent: i64) -> Option<Tax> {
    Some(Tax {
        percent,
        inclusive: false,
    })
}

const fn contained(percent: i64) -> Option<Tax> {
    Some(Tax {
        percent,
        inclusive: true,
    })
}

/// The region opened during the second year.
pub(crate) const LAUNCHED_REGION: &str = "Latin America";

pub(crate) const COUNTRIES: [Country; 16] = {
    use Currency::{Eur, Gbp, Jpy, Usd};
    [
        country("United States", "North America", Usd, "Inc.", None, 330),
        country("Canada", "North America", Usd, "Ltd.", on_top(5), 60),
        country(
            "United Kingdom",
            "UK & Ireland",
            Gbp,
            "Ltd",
            on_top(20),
            120,
        ),
        country("Ireland", "UK & Ireland", Eur, "Ltd", on_top(23), 22),
        country("Germany", "DACH", Eur, "GmbH", on_top(19), 95),
        country("Austria", "DACH", Eur, "GmbH", on_top(20), 22),
        country("Switzerland", "DACH", Eur, "AG", None, 26),
        country("France", "Southern Europe", Eur, "SAS", on_top(20), 58),
        country("Spain", "Southern Europe", Eur, "SA", on_top(21), 38),
        country("Italy", "Southern Europe", Eur, "SpA", on_top(22), 30),
        country("Japan", "Asia Pacific", Jpy, "KK", contained(10), 48),
        country(
            "Australia",
            "Asia Pacific",
            Usd,
            "Pty Ltd",
            contained(10),
            50,
        ),
        country("Singapore", "Asia Pacific", Usd, "Pte Ltd", on_top(9), 30),
        country("Brazil", LAUNCHED_REGION, Usd, "Ltd", None, 70),
        country("Mexico", LAUNCHED_REGION, Usd, "SA", on_top(16), 48),
        country("Chile", LAUNCHED_REGION, Usd, "SA", None, 20),
    ]
};

pub(crate) const INDUSTRIES: [(&str, u32); 7] = [
    ("Software", 26),
    ("Professional Services", 20),
    ("Retail", 16),
    ("Manufacturing", 13),
    ("Healthcare", 10),
    ("Financial Services", 9),
    ("Education", 6),
];

/// Employees from and to, per size band.
pub(crate) const SIZES: [(i64, i64); 5] =
    [(1, 10), (11, 50), (51, 200), (201, 1_000), (1_001, 12_000)];

/// A way customers find the company, and how those who come that way behave.
pub(crate) struct Channel {
    pub name: &'static str,
    /// Share of leads at the start and at the end of the history.
    pub weight: (u32, u32),
    /// Weights of the size bands.
    pub sizes: [u32; 5],
    /// Share of self-serve leads that try the product or buy.
    pub engages: f64,
    /// Share of trials that convert.
    pub converts: f64,
    /// Share of sales leads that become an opportunity, and of those the share won.
    pub qualifies: f64,
    pub wins: f64,
    /// Multiplies the churn of the first three months, and of later ones.
    pub churn: (f64, f64),
    /// Marketing spend per day at the start, in USD.
    pub spend: f64,
}

pub(crate) const CHANNELS: [Channel; 8] = [
    Channel {
        name: "Organic Search",
        weight: (19, 20),
        sizes: [42, 32, 17, 7, 2],
        engages: 0.44,
        converts: 0.46,
        qualifies: 0.5,
        wins: 0.33,
        churn: (1.0, 1.0),
        spend: 0.0,
    },
    Channel {
        name: "Paid Search",
        weight: (27, 17),
        sizes: [48, 31, 14, 5, 2],
        engages: 0.45,
        converts: 0.37,
        qualifies: 0.36,
        wins: 0.24,
        churn: (2.5, 1.35),
        spend: 756.0,
    },
    Channel {
        name: "Paid Social",
        weight: (12, 12),
        sizes: [52, 31, 12, 4, 1],
        engages: 0.3,
        converts: 0.35,
        qualifies: 0.3,
        wins: 0.22,
        churn: (1.6, 1.25),
        spend: 414.0,
    },
    Channel {
        name: "Content",
        weight: (14, 17),
        sizes: [38, 33, 19, 8, 2],
        engages: 0.36,
        converts: 0.45,
        qualifies: 0.46,
        wins: 0.34,
        churn: (0.95, 0.95),
        spend: 216.0,
    },
    Channel {
        name: "Referral",
        weight: (7, 10),
        sizes: [30, 33, 22, 11, 4],
        engages: 0.62,
        converts: 0.55,
        qualifies: 0.66,
        wins: 0.46,
        churn: (0.5, 0.55),
        spend: 0.0,
    },
    Channel {
        name: "Partner",
        weight: (4, 10),
        sizes: [16, 27, 29, 20, 8],
        engages: 0.56,
        converts: 0.53,
        qualifies: 0.62,
        wins: 0.44,
        churn: (0.55, 0.6),
        spend: 162.0,
    },
    Channel {
        name: "Outbound",
        weight: (11, 9),
        sizes: [6, 18, 34, 28, 14],
        engages: 0.26,
        converts: 0.4,
        qualifies: 0.4,
        wins: 0.27,
        churn: (1.05, 1.0),
        spend: 0.0,
    },
    Channel {
        name: "Events",
        weight: (6, 5),
        sizes: [14, 28, 30, 19, 9],
        engages: 0.34,
        converts: 0.42,
        qualifies: 0.48,
        wins: 0.32,
        churn: (0.9, 0.9),
        spend: 198.0,
    },
];
