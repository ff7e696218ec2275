//! Paying customers: how many there are, come and go.

use crate::metric::{Kind, Metric, Polarity, Quantity, Sum, Unit};

/// Flows whose running sum is the number of active customers.
pub(crate) const ACTIVE: Sum = &[
    ("customers_new", 1),
    ("customers_reactivated", 1),
    ("customers_churned_voluntary", -1),
    ("customers_churned_involuntary", -1),
    ("customers_moved", 1),
];

/// Customers who left.
pub(crate) const CHURNED: Sum = &[
    ("customers_churned_voluntary", 1),
    ("customers_churned_involuntary", 1),
];

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
        mart: "lifecycle_daily",
        unit: Unit::Count,
        polarity,
        kind,
        blind: &[],
    }
}

/// Customers with MRR.
pub static ACTIVE_CUSTOMERS: Metric = count(
    "active_customers",
    "Active customers",
    "Customers with MRR above zero.",
    "Customers with MRR > 0 at the end of the last day",
    Polarity::UpGood,
    Kind::Stock(ACTIVE),
);

/// First-time customers.
pub static CUSTOMERS_NEW: Metric = count(
    "customers_new",
    "New customers",
    "Customers who became active for the first time.",
    "Customers whose first active day lies in the period",
    Polarity::UpGood,
    Kind::Flow(&[("customers_new", 1)]),
);

/// Customers who came back.
pub static CUSTOMERS_REACTIVATED: Metric = count(
    "customers_reactivated",
    "Reactivated customers",
    "Former customers who became active again.",
    "Activations that are not the customer's first",
    Polarity::UpGood,
    Kind::Flow(&[("customers_reactivated", 1)]),
);

/// Customers who left.
pub static CUSTOMERS_CHURNED: Metric = count(
    "customers_churned",
    "Churned customers",
    "Customers whose MRR fell to zero.",
    "Voluntary + involuntary churns",
    Polarity::DownGood,
    Kind::Flow(CHURNED),
);

/// Customers who left by their own will.
pub static CUSTOMERS_CHURNED_VOLUNTARY: Metric = count(
    "customers_churned_voluntary",
    "Voluntary churns",
    "Customers who left by their own will.",
    "Churns that are not due to payment",
    Polarity::DownGood,
    Kind::Flow(&[("customers_churned_voluntary", 1)]),
);

/// Customers lost through payment.
pub static CUSTOMERS_CHURNED_INVOLUNTARY: Metric = count(
    "customers_churned_involuntary",
    "Involuntary churns",
    "Customers lost through failed or disputed payments.",
    "Churns due to payment",
    Polarity::DownGood,
    Kind::Flow(&[("customers_churned_involuntary", 1)]),
);

/// Customers who changed their dimension values.
pub static CUSTOMERS_MOVED: Metric = count(
    "customers_moved",
    "Moved customers",
    "Customers who came into the filtered group, less those who went out of it, while staying active.",
    "Customers who took on other dimension values; zero without a filter",
    Polarity::Neutral,
    Kind::Flow(&[("customers_moved", 1)]),
);

/// Share of opening customers who left, the flow variant.
pub static CUSTOMER_CHURN_RATE: Metric = Metric {
    unit: Unit::Rate,
    ..count(
        "customer_churn_rate",
        "Customer churn rate",
        "Customers who left in the period as a share of those active before it (flow variant: a customer won and lost within it counts as lost).",
        "Churned customers ÷ customers active at the end of the day before the period",
        Polarity::DownGood,
        Kind::Ratio {
            over: &[Quantity::Flow(CHURNED)],
            under: &[Quantity::Opening(ACTIVE)],
            scale: 1.0,
        },
    )
};
