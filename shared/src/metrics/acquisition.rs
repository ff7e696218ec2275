//! Leads, opportunities and trials.

use crate::dimension::Dimension;
use crate::metric::{Buckets, Kind, Metric, Polarity, Quantity, Sum, Unit, daily, minus, plus};

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
        unit: Unit::Count,
        polarity,
        kind,
        blind: &[Dimension::Plan],
        over_window: None,
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
        over_window: None,
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
    Kind::Is(Quantity::Flow(daily(&[plus("leads_created")]))),
);

/// Leads converted.
pub static LEADS_CONVERTED: Metric = sales(
    "leads_converted",
    "Leads converted",
    "Leads that were converted into an account.",
    "Leads converted in the period",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("leads_converted")]))),
);

/// Opportunities created.
pub static OPPORTUNITIES_CREATED: Metric = sales(
    "opportunities_created",
    "Opportunities created",
    "New sales opportunities.",
    "Opportunities created in the period",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("opportunities_created")]))),
);

/// Opportunities won.
pub static OPPORTUNITIES_WON: Metric = sales(
    "opportunities_won",
    "Opportunities won",
    "Sales opportunities closed as won.",
    "Opportunities won, dated at their close",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("opportunities_won")]))),
);

/// Opportunities lost.
pub static OPPORTUNITIES_LOST: Metric = sales(
    "opportunities_lost",
    "Opportunities lost",
    "Sales opportunities closed as lost.",
    "Opportunities closed and not won, dated at their close",
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(daily(&[plus("opportunities_lost")]))),
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
        Kind::Is(Quantity::Flow(daily(&[plus("opportunities_won_amount")]))),
    )
};

/// Amount of opportunities lost.
pub static OPPORTUNITIES_LOST_AMOUNT: Metric = Metric {
    unit: Unit::Money,
    ..sales(
        "opportunities_lost_amount",
        "Amount lost",
        "Amount of the sales opportunities closed as lost.",
        "Sum of the amounts of opportunities closed and not won",
        Polarity::DownGood,
        Kind::Is(Quantity::Flow(daily(&[plus("opportunities_lost_amount")]))),
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
            over: &[Quantity::Flow(daily(&[plus("opportunities_won")]))],
            under: &[Quantity::Flow(daily(&[
                plus("opportunities_won"),
                plus("opportunities_lost"),
            ]))],
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
            over: &[Quantity::Flow(daily(&[plus("opportunities_won_amount")]))],
            under: &[Quantity::Flow(daily(&[
                plus("opportunities_won_amount"),
                plus("opportunities_lost_amount"),
            ]))],
            scale: 1.0,
        },
    )
};

/// Trials started.
pub static TRIALS_STARTED: Metric = trials(
    "trials_started",
    "Trials started",
    "Trials started by companies that were not paying the day before.",
    "Trials whose first day is in the period",
    Kind::Is(Quantity::Flow(daily(&[plus("trials_started")]))),
);

/// Trials that became paying.
pub static TRIALS_CONVERTED: Metric = trials(
    "trials_converted",
    "Trials converted",
    "Trials that became paying, dated at the activation.",
    "Activations of customers with a trial before them",
    Kind::Is(Quantity::Flow(daily(&[plus("trials_converted")]))),
);

/// Trials of the period that have become paying.
pub static TRIALS_STARTED_CONVERTED: Metric = trials(
    "trials_started_converted",
    "Trials started and converted since",
    "Trials started in the period that have become paying by now.",
    "Trials started in the period and converted by the snapshot's day",
    Kind::Is(Quantity::Flow(daily(&[plus("trials_started_converted")]))),
);

/// Trials of the period still running.
pub static TRIALS_RUNNING: Metric = Metric {
    polarity: Polarity::Neutral,
    ..trials(
        "trials_started_running",
        "Trials still running",
        "Trials started in the period that are neither over nor converted yet.",
        "Trials started in the period and running on the snapshot's day",
        Kind::Is(Quantity::Flow(daily(&[plus("trials_started_running")]))),
    )
};

/// Trials of the period that ended without a payment.
pub static TRIALS_NOT_CONVERTED: Metric = Metric {
    polarity: Polarity::DownGood,
    ..trials(
        "trials_started_not_converted",
        "Trials not converted",
        "Trials started in the period that are over and have not become paying.",
        "Trials started in the period − converted since − still running",
        Kind::Is(Quantity::Flow(daily(&[
            plus("trials_started"),
            minus("trials_started_converted"),
            minus("trials_started_running"),
        ]))),
    )
};

/// Share of the period's trials that have converted.
pub static TRIAL_CONVERSION_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..trials(
        "trial_conversion_rate",
        "Trial conversion rate",
        "Share of the trials started in the period that have become paying by now; trials still running may still convert and are counted separately.",
        "Trials started in the period and converted since ÷ trials started in the period",
        Kind::Ratio {
            over: &[Quantity::Flow(daily(&[plus("trials_started_converted")]))],
            under: &[Quantity::Flow(daily(&[plus("trials_started")]))],
            scale: 1.0,
        },
    )
};

const CYCLE: Sum = Sum {
    mart: "sales_cycle",
    terms: &[plus("customers")],
};

/// Days from the first lead or opportunity to the first active day, of which a share of the
/// customers stays below.
const fn sales_cycle(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    percent: u8,
) -> Metric {
    let kind = Kind::Percentile {
        of: CYCLE,
        percent,
        buckets: Buckets::Exact,
    };
    Metric {
        unit: Unit::Days,
        polarity: Polarity::DownGood,
        ..trials(id, label, help, formula, kind)
    }
}

/// Days from first contact to first payment.
pub static SALES_CYCLE_MEDIAN: Metric = sales_cycle(
    "sales_cycle_median",
    "Sales cycle (median)",
    "Days a new customer typically took from the first lead or opportunity to the first active day.",
    "Median, over customers whose first active day is in the period, of the days since their first lead or opportunity; customers without either are excluded",
    50,
);

/// Days from first contact to first payment that nine in ten new customers keep.
pub static SALES_CYCLE_P90: Metric = sales_cycle(
    "sales_cycle_p90",
    "Sales cycle (90th percentile)",
    "Days within which nine in ten new customers went from the first lead or opportunity to the first active day.",
    "90th percentile, over customers whose first active day is in the period, of the days since their first lead or opportunity; customers without either are excluded",
    90,
);

const SPEND: Sum = Sum {
    mart: "marketing_spend",
    terms: &[plus("amount")],
};

/// Marketing spend.
pub static MARKETING_SPEND: Metric = Metric {
    unit: Unit::Money,
    polarity: Polarity::Neutral,
    ..trials(
        "marketing_spend",
        "Marketing spend",
        "What was spent on marketing; no value where no spend is on record.",
        "Sum of the amounts spent in the period",
        Kind::Is(Quantity::Flow(SPEND)),
    )
};

/// Customer acquisition cost.
pub static CAC: Metric = Metric {
    unit: Unit::Money,
    polarity: Polarity::DownGood,
    ..trials(
        "cac",
        "CAC",
        "Customer acquisition cost: marketing spend per new customer; no value where no spend is on record.",
        "Marketing spend ÷ new customers of the period",
        Kind::Ratio {
            over: &[Quantity::Flow(SPEND)],
            under: &[Quantity::Flow(daily(&[plus("customers_new")]))],
            scale: 1.0,
        },
    )
};
