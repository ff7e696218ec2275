//! Paying customers: how many there are, come and go.

use crate::metric::{Kind, Metric, Polarity, Quantity, ROWS, Rows, Sum, Unit, daily, minus, plus};

/// Flows whose running sum is the number of active customers.
pub(crate) const ACTIVE: Sum = daily(&[
    plus("customers_new"),
    plus("customers_reactivated"),
    minus("customers_churned_voluntary"),
    minus("customers_churned_involuntary"),
    plus("customers_moved"),
]);

/// Customers who left.
pub(crate) const CHURNED: Sum = daily(&[
    plus("customers_churned_voluntary"),
    plus("customers_churned_involuntary"),
]);

const fn count(
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
        blind: &[],
        over_window: None,
    }
}

/// Customers with MRR.
pub static ACTIVE_CUSTOMERS: Metric = count(
    "active_customers",
    "Active customers",
    "Customers with MRR above zero.",
    "Customers with MRR > 0 at the end of the last day",
    Polarity::UpGood,
    Kind::Is(Quantity::Closing(ACTIVE)),
);

/// First-time customers.
pub static CUSTOMERS_NEW: Metric = count(
    "customers_new",
    "New customers",
    "Customers who became active for the first time.",
    "Customers whose first active day is in the period",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("customers_new")]))),
);

/// Customers who came back.
pub static CUSTOMERS_REACTIVATED: Metric = count(
    "customers_reactivated",
    "Reactivated customers",
    "Former customers who became active again.",
    "Activations that are not the customer's first",
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(daily(&[plus("customers_reactivated")]))),
);

/// Customers who left.
pub static CUSTOMERS_CHURNED: Metric = count(
    "customers_churned",
    "Churned customers",
    "Customers whose MRR fell to zero.",
    "Voluntary + involuntary churns",
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(CHURNED)),
);

/// Customers who left by their own will.
pub static CUSTOMERS_CHURNED_VOLUNTARY: Metric = count(
    "customers_churned_voluntary",
    "Voluntary churns",
    "Customers who cancelled.",
    "Churns that are not due to payment",
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(daily(&[plus(
        "customers_churned_voluntary",
    )]))),
);

/// Customers lost through payment.
pub static CUSTOMERS_CHURNED_INVOLUNTARY: Metric = count(
    "customers_churned_involuntary",
    "Involuntary churns",
    "Customers lost through failed or disputed payments.",
    "Churns due to payment",
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(daily(&[plus(
        "customers_churned_involuntary",
    )]))),
);

/// Customers who left, each with a reason.
pub static CHURN_REASONS_CUSTOMERS: Metric = count(
    "churn_reasons_customers",
    "Churned customers by reason",
    "Customers who left, by the reason they gave, otherwise by the reason in billing.",
    "Churns by the feedback given, else the reason in billing, else unknown",
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(Sum {
        mart: "churn_reasons",
        terms: &[plus("customers")],
    })),
);

/// MRR of the customers who left, each with a reason.
pub static CHURN_REASONS_MRR: Metric = Metric {
    unit: Unit::Money,
    ..count(
        "churn_reasons_mrr",
        "Churned MRR by reason",
        "MRR of the customers who left, as a negative amount, by the reason they gave, otherwise by the reason in billing.",
        "MRR of churns by the feedback given, else the reason in billing, else unknown",
        Polarity::UpGood,
        Kind::Is(Quantity::Flow(Sum {
            mart: "churn_reasons",
            terms: &[plus("mrr")],
        })),
    )
};

/// Customers who changed their dimension values.
pub static CUSTOMERS_MOVED: Metric = count(
    "customers_moved",
    "Customers changing segment",
    "Active customers who entered the filtered segment, less those who left it, because an attribute such as plan or region changed.",
    "Active customers whose attributes changed, counted + under the new values and − under the old; zero without a filter",
    Polarity::Neutral,
    Kind::Is(Quantity::Flow(daily(&[plus("customers_moved")]))),
);

/// Share of opening customers who left, the flow variant.
pub static CUSTOMER_CHURN_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..count(
        "customer_churn_rate",
        "Customer churn rate",
        "Share of the customers active before the period who left in it; over the whole period, so a longer period has a higher rate. A customer won and lost within the period counts as lost.",
        "Churned customers ÷ customers active at the end of the day before the period",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::Flow(CHURNED)],
            under: &[Quantity::Opening(ACTIVE)],
            scale: 1.0,
        },
    )
};

/// Average share of customers who leave per month.
pub static CUSTOMER_CHURN_RATE_MONTHLY: Metric = Metric {
    unit: Unit::Rate,
    over_window: Some(&CUSTOMER_CHURN_RATE),
    ..count(
        "customer_churn_rate_monthly",
        "Customer churn per month",
        "Average share of customers lost per month. Only complete calendar months count; a shorter period is brought to the length of a month.",
        "Customers churned in the complete calendar months of the period ÷ sum of the customers active before each of these months; without a complete month: churn rate of the period × 365/12 ÷ its days",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::MonthlyFlow(CHURNED)],
            under: &[Quantity::MonthlyOpening(ACTIVE)],
            scale: 1.0,
        },
    )
};

/// Active customers who are scheduled to cancel.
pub static SCHEDULED_CHURN_CUSTOMERS: Metric = count(
    "scheduled_churn_customers",
    "Scheduled churn",
    "Active customers all of whose subscriptions with MRR are scheduled to cancel.",
    "Customers whose last subscription has an end date; known only for the snapshot's day, without history",
    Polarity::DownGood,
    Kind::Is(Quantity::AsOf(Sum {
        mart: "customers",
        terms: &[plus(ROWS).of(Rows::Known("scheduled_churn_on"))],
    })),
);

/// MRR of active customers who are scheduled to cancel.
pub static SCHEDULED_CHURN_MRR: Metric = Metric {
    unit: Unit::Money,
    ..count(
        "scheduled_churn_mrr",
        "Scheduled churned MRR",
        "MRR of the active customers all of whose subscriptions with MRR are scheduled to cancel, as a positive amount.",
        "Sum of the MRR of customers with scheduled churn; known only for the snapshot's day, without history",
        Polarity::DownGood,
        Kind::Is(Quantity::AsOf(Sum {
            mart: "customers",
            terms: &[plus("mrr").of(Rows::Known("scheduled_churn_on"))],
        })),
    )
};
