//! Leads, opportunities and trials.

use crate::dimension::Dimension;
use crate::metric::{Kind, Metric, Polarity, Quantity, Unit};

/// A metric of the sales system, whose records have no plan.
const fn sales(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    polarity: Polarity,
    kind: Kind,
) -> Metric {
    Metric {
        id,
        label,
        help,
        formula,
        mart: "lifecycle_daily",
        unit: Unit::Count,
        polarity,
        kind,
        blind: &[Dimension::Plan],
    }
}

/// A metric of trials, which have a plan.
const fn trials(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    kind: Kind,
) -> Metric {
    Metric {
        blind: &[],
        ..sales(id, label, help, formula, Polarity::UpGood, kind)
    }
}

/// Leads created.
pub static LEADS_CREATED: Metric = sales(
    "leads_created",
    "Leads created",
    "New leads in the sales system.",
    "Leads created in the period",
    Polarity::UpGood,
    Kind::Flow(&[("leads_created", 1)]),
);

/// Leads converted.
pub static LEADS_CONVERTED: Metric = sales(
    "leads_converted",
    "Leads converted",
    "Leads that were converted into an account.",
    "Leads converted in the period",
    Polarity::UpGood,
    Kind::Flow(&[("leads_converted", 1)]),
);

/// Opportunities created.
pub static OPPORTUNITIES_CREATED: Metric = sales(
    "opportunities_created",
    "Opportunities created",
    "New sales opportunities.",
    "Opportunities created in the period",
    Polarity::UpGood,
    Kind::Flow(&[("opportunities_created", 1)]),
);

/// Opportunities won.
pub static OPPORTUNITIES_WON: Metric = sales(
    "opportunities_won",
    "Opportunities won",
    "Sales opportunities closed as won.",
    "Opportunities won, dated at their close",
    Polarity::UpGood,
    Kind::Flow(&[("opportunities_won", 1)]),
);

/// Opportunities lost.
pub static OPPORTUNITIES_LOST: Metric = sales(
    "opportunities_lost",
    "Opportunities lost",
    "Sales opportunities closed as lost.",
    "Opportunities closed and not won, dated at their close",
    Polarity::DownGood,
    Kind::Flow(&[("opportunities_lost", 1)]),
);

/// Amount of opportunities won.
pub static OPPORTUNITIES_WON_AMOUNT: Metric = Metric {
    unit: Unit::Money,
    ..sales(
        "opportunities_won_amount",
        "Amount won",
        "Amount of the sales opportunities closed as won.",
        "Sum of the amounts of opportunities won",
        Polarity::UpGood,
        Kind::Flow(&[("opportunities_won_amount", 1)]),
    )
};

/// Win rate by number.
pub static WIN_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..sales(
        "win_rate",
        "Win rate",
        "Share of closed opportunities that were won.",
        "Won ÷ (won + lost)",
        Polarity::UpGood,
        Kind::Ratio {
            over: &[Quantity::Flow(&[("opportunities_won", 1)])],
            under: &[Quantity::Flow(&[
                ("opportunities_won", 1),
                ("opportunities_lost", 1),
            ])],
            scale: 1.0,
        },
    )
};

/// Win rate by amount.
pub static WIN_RATE_BY_AMOUNT: Metric = Metric {
    unit: Unit::Rate,
    ..sales(
        "win_rate_by_amount",
        "Win rate by amount",
        "Share of the amount of closed opportunities that was won.",
        "Amount won ÷ (amount won + amount lost)",
        Polarity::UpGood,
        Kind::Ratio {
            over: &[Quantity::Flow(&[("opportunities_won_amount", 1)])],
            under: &[Quantity::Flow(&[
                ("opportunities_won_amount", 1),
                ("opportunities_lost_amount", 1),
            ])],
            scale: 1.0,
        },
    )
};

/// Trials started.
pub static TRIALS_STARTED: Metric = trials(
    "trials_started",
    "Trials started",
    "Trials started by companies that were not paying the day before.",
    "Trials whose first day lies in the period",
    Kind::Flow(&[("trials_started", 1)]),
);

/// Trials that became paying.
pub static TRIALS_CONVERTED: Metric = trials(
    "trials_converted",
    "Trials converted",
    "Trials that became paying, dated at the activation.",
    "Activations of customers with a trial before them",
    Kind::Flow(&[("trials_converted", 1)]),
);

/// Trials of the period still running.
pub static TRIALS_RUNNING: Metric = Metric {
    polarity: Polarity::Neutral,
    ..trials(
        "trials_started_running",
        "Trials still running",
        "Trials started in the period that are neither over nor converted yet.",
        "Trials started in the period and running on the snapshot's day",
        Kind::Flow(&[("trials_started_running", 1)]),
    )
};

/// Share of the period's trials that have converted.
pub static TRIAL_CONVERSION_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..trials(
        "trial_conversion_rate",
        "Trial conversion rate",
        "Share of the trials started in the period that have become paying by now; some may still be running.",
        "Trials started in the period and converted since ÷ trials started in the period",
        Kind::Ratio {
            over: &[Quantity::Flow(&[("trials_started_converted", 1)])],
            under: &[Quantity::Flow(&[("trials_started", 1)])],
            scale: 1.0,
        },
    )
};
