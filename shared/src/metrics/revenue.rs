//! Recurring revenue and its movements.

use super::customers::{ACTIVE, CHURNED};
use crate::metric::{Kind, Metric, Polarity, Quantity, Sum, Unit, daily, minus, plus, times};

/// All MRR movements: their running sum is MRR.
pub(crate) const MRR_FLOWS: Sum = daily(&[
    plus("mrr_new"),
    plus("mrr_reactivation"),
    plus("mrr_expansion"),
    plus("mrr_contraction"),
    plus("mrr_churn_voluntary"),
    plus("mrr_churn_involuntary"),
    plus("mrr_moved"),
]);

const ARR_FLOWS: Sum = daily(&[
    times("mrr_new", 12),
    times("mrr_reactivation", 12),
    times("mrr_expansion", 12),
    times("mrr_contraction", 12),
    times("mrr_churn_voluntary", 12),
    times("mrr_churn_involuntary", 12),
    times("mrr_moved", 12),
]);

/// What was lost, as a positive amount.
const LOST: Sum = daily(&[
    minus("mrr_contraction"),
    minus("mrr_churn_voluntary"),
    minus("mrr_churn_involuntary"),
]);

/// What was lost less what existing and former customers added.
const NET_LOST: Sum = daily(&[
    minus("mrr_contraction"),
    minus("mrr_churn_voluntary"),
    minus("mrr_churn_involuntary"),
    minus("mrr_expansion"),
    minus("mrr_reactivation"),
]);

const GAINED: Sum = daily(&[
    plus("mrr_new"),
    plus("mrr_reactivation"),
    plus("mrr_expansion"),
]);

const fn money(
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
        unit: Unit::Money,
        polarity,
        kind,
        blind: &[],
        over_window: None,
    }
}

/// Monthly recurring revenue.
pub static MRR: Metric = money(
    "mrr",
    "MRR",
    "Monthly recurring revenue: what active subscriptions are worth per month.",
    "Sum over customers of their MRR at the end of the last day",
    Polarity::UpGood,
    Kind::Is(Quantity::Closing(MRR_FLOWS)),
);

/// Annual recurring revenue.
pub static ARR: Metric = money(
    "arr",
    "ARR",
    "Annual recurring revenue: MRR for twelve months.",
    "MRR × 12",
    Polarity::UpGood,
    Kind::Is(Quantity::Closing(ARR_FLOWS)),
);

/// Sum of all movements.
pub static NET_NEW_MRR: Metric = money(
    "net_new_mrr",
    "Net new MRR",
    "The change of MRR in the period.",
    "New + reactivation + expansion + contraction + churn + segment changes",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(MRR_FLOWS)),
);

/// MRR of first-time customers.
pub static MRR_NEW: Metric = money(
    "mrr_new",
    "New MRR",
    "MRR of customers who became active for the first time.",
    "Sum of MRR after a customer's first activation",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_new")]))),
);

/// MRR of customers who came back.
pub static MRR_REACTIVATION: Metric = money(
    "mrr_reactivation",
    "Reactivation MRR",
    "MRR of former customers who came back.",
    "Sum of MRR after an activation that is not the customer's first",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_reactivation")]))),
);

/// MRR added by active customers.
pub static MRR_EXPANSION: Metric = money(
    "mrr_expansion",
    "Expansion MRR",
    "MRR added by customers who were active already.",
    "Sum of daily increases of active customers' MRR",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_expansion")]))),
);

/// MRR given up by customers who stayed (not positive).
pub static MRR_CONTRACTION: Metric = money(
    "mrr_contraction",
    "Contraction MRR",
    "MRR lost from customers who stayed, as a negative amount.",
    "Sum of daily decreases of MRR that do not end at zero",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_contraction")]))),
);

/// MRR of customers who left (not positive).
pub static MRR_CHURN: Metric = money(
    "mrr_churn",
    "Churned MRR",
    "MRR of customers who left, as a negative amount.",
    "Voluntary + involuntary churned MRR",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[
        plus("mrr_churn_voluntary"),
        plus("mrr_churn_involuntary"),
    ]))),
);

/// MRR of customers who left by their own will (not positive).
pub static MRR_CHURN_VOLUNTARY: Metric = money(
    "mrr_churn_voluntary",
    "Voluntary churned MRR",
    "MRR of customers who cancelled, as a negative amount.",
    "Sum of MRR before a churn that is not due to payment",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_churn_voluntary")]))),
);

/// MRR of customers lost through payment (not positive).
pub static MRR_CHURN_INVOLUNTARY: Metric = money(
    "mrr_churn_involuntary",
    "Involuntary churned MRR",
    "MRR of customers lost through failed or disputed payments, as a negative amount.",
    "Sum of MRR before a churn due to payment",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_churn_involuntary")]))),
);

/// MRR that changed its dimension values.
pub static MRR_MOVED: Metric = money(
    "mrr_moved",
    "MRR changing segment",
    "MRR of active customers who entered the filtered segment, less those who left it, because an attribute such as plan or region changed.",
    "MRR of active customers whose attributes changed, counted + under the new values and − under the old; zero without a filter",
    Polarity::Neutral,
    Kind::Is(Quantity::Flow(daily(&[plus("mrr_moved")]))),
);

/// Share of opening MRR lost.
pub static GROSS_MRR_CHURN_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..money(
        "gross_mrr_churn_rate",
        "Gross MRR churn rate",
        "Share of the opening MRR lost to churn and contraction.",
        "−(churn + contraction) ÷ MRR at the end of the day before the period",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::Flow(LOST)],
            under: &[Quantity::Opening(MRR_FLOWS)],
            scale: 1.0,
        },
    )
};

/// Share of opening MRR lost, less what was added.
pub static NET_MRR_CHURN_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..money(
        "net_mrr_churn_rate",
        "Net MRR churn rate",
        "Share of the opening MRR lost, less what existing and returning customers added; negative means growth.",
        "−(churn + contraction + expansion + reactivation) ÷ MRR at the end of the day before the period",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::Flow(NET_LOST)],
            under: &[Quantity::Opening(MRR_FLOWS)],
            scale: 1.0,
        },
    )
};

/// Average share of MRR lost per month to churn and contraction.
pub static GROSS_MRR_CHURN_RATE_MONTHLY: Metric = Metric {
    unit: Unit::Rate,
    over_window: Some(&GROSS_MRR_CHURN_RATE),
    ..money(
        "gross_mrr_churn_rate_monthly",
        "Gross MRR churn per month",
        "Average share of MRR lost per month to churn and contraction. Only complete calendar months count; a shorter period is brought to the length of a month.",
        "−(churn + contraction) of the complete calendar months of the period ÷ sum of the MRR before each of these months; without a complete month: the rate of the period × 365/12 ÷ its days",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::MonthlyFlow(LOST)],
            under: &[Quantity::MonthlyOpening(MRR_FLOWS)],
            scale: 1.0,
        },
    )
};

/// Average share of MRR lost per month, less what existing and returning customers added; negative
/// means growth.
pub static NET_MRR_CHURN_RATE_MONTHLY: Metric = Metric {
    unit: Unit::Rate,
    over_window: Some(&NET_MRR_CHURN_RATE),
    ..money(
        "net_mrr_churn_rate_monthly",
        "Net MRR churn per month",
        "Average share of MRR lost per month, less what existing and returning customers added; negative means growth. Only complete calendar months count; a shorter period is brought to the length of a month.",
        "−(churn + contraction + expansion + reactivation) of the complete calendar months of the period ÷ sum of the MRR before each of these months; without a complete month: the rate of the period × 365/12 ÷ its days",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::MonthlyFlow(NET_LOST)],
            under: &[Quantity::MonthlyOpening(MRR_FLOWS)],
            scale: 1.0,
        },
    )
};

/// Gains per loss.
pub static QUICK_RATIO: Metric = Metric {
    unit: Unit::Ratio,
    ..money(
        "quick_ratio",
        "Quick ratio",
        "How many times the MRR gained covers the MRR lost.",
        "(new + reactivation + expansion) ÷ −(churn + contraction)",
        Polarity::UpGood,
        Kind::Ratio {
            over: &[Quantity::Flow(GAINED)],
            under: &[Quantity::Flow(LOST)],
            scale: 1.0,
        },
    )
};

/// Average revenue per account.
pub static ARPA: Metric = money(
    "arpa",
    "ARPA",
    "Average MRR of an active customer.",
    "MRR ÷ active customers, both at the end of the last day",
    Polarity::UpGood,
    Kind::Ratio {
        over: &[Quantity::Closing(MRR_FLOWS)],
        under: &[Quantity::Closing(ACTIVE)],
        scale: 1.0,
    },
);

/// Average sale price.
pub static ASP: Metric = money(
    "asp",
    "ASP",
    "Average MRR with which a new customer starts.",
    "New MRR ÷ new customers",
    Polarity::UpGood,
    Kind::Ratio {
        over: &[Quantity::Flow(daily(&[plus("mrr_new")]))],
        under: &[Quantity::Flow(daily(&[plus("customers_new")]))],
        scale: 1.0,
    },
);

/// Lifetime value: ARPA ÷ monthly churn, the latter from the last 90 days.
pub static LTV: Metric = money(
    "ltv",
    "LTV",
    "Expected revenue from an average customer over its lifetime, if churn stays as in the last 90 days.",
    "ARPA ÷ monthly churn; monthly churn = churned customers of the last 90 days ÷ customers active before them × 365/12 ÷ 90",
    Polarity::UpGood,
    Kind::Ratio {
        over: &[
            Quantity::Closing(MRR_FLOWS),
            Quantity::TrailingOpening(90, ACTIVE),
        ],
        under: &[
            Quantity::Closing(ACTIVE),
            Quantity::TrailingFlow(90, CHURNED),
        ],
        scale: 90.0 * 12.0 / 365.0,
    },
);
