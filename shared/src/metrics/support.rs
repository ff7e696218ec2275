//! Support load.

use super::customers::ACTIVE;
use crate::metric::{Kind, Metric, Polarity, Quantity, Unit};

const fn tickets(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    unit: Unit,
    polarity: Polarity,
    kind: Kind,
) -> Metric {
    Metric {
        id,
        label,
        help,
        formula,
        mart: "lifecycle_daily",
        unit,
        polarity,
        kind,
        blind: &[],
    }
}

/// Tickets created.
pub static TICKETS_CREATED: Metric = tickets(
    "tickets_created",
    "Tickets created",
    "New support tickets.",
    "Tickets created in the period",
    Unit::Count,
    Polarity::DownGood,
    Kind::Flow(&[("tickets_created", 1)]),
);

/// Tickets solved.
pub static TICKETS_SOLVED: Metric = tickets(
    "tickets_solved",
    "Tickets solved",
    "Support tickets solved for the first time.",
    "Tickets whose first solution lies in the period",
    Unit::Count,
    Polarity::Neutral,
    Kind::Flow(&[("tickets_solved", 1)]),
);

/// Tickets per 100 customers.
pub static TICKETS_PER_100_CUSTOMERS: Metric = tickets(
    "tickets_per_100_customers",
    "Tickets per 100 customers",
    "Support load relative to the number of customers.",
    "Tickets created ÷ mean daily active customers × 100",
    Unit::Decimal,
    Polarity::DownGood,
    Kind::Ratio {
        over: &[Quantity::Flow(&[("tickets_created", 1)])],
        under: &[Quantity::MeanDaily(ACTIVE)],
        scale: 100.0,
    },
);
