//! Support: load, speed, satisfaction.

use super::customers::ACTIVE;
use crate::metric::{
    Buckets, Kind, Metric, Polarity, Quantity, Rows, Sum, Term, Unit, daily, plus,
};

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
        unit,
        polarity,
        kind,
        blind: &[],
        over_window: None,
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
    Kind::Is(Quantity::Flow(daily(&[plus("tickets_created")]))),
);

/// Tickets solved.
pub static TICKETS_SOLVED: Metric = tickets(
    "tickets_solved",
    "Tickets solved",
    "Support tickets solved for the first time.",
    "Tickets first solved in the period",
    Unit::Count,
    Polarity::Neutral,
    Kind::Is(Quantity::Flow(daily(&[plus("tickets_solved")]))),
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
        over: &[Quantity::Flow(daily(&[plus("tickets_created")]))],
        under: &[Quantity::MeanDaily(ACTIVE)],
        scale: 100.0,
    },
);

const fn support(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "support_daily",
        terms,
    }
}

/// Tickets opened again.
pub static TICKETS_REOPENED: Metric = tickets(
    "tickets_reopened",
    "Tickets reopened",
    "Tickets first solved in the period that were opened again at some later time.",
    "Tickets with a reopening, each once, dated at their first solution: when they were reopened is not on record",
    Unit::Count,
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(support(&[plus("tickets_reopened")]))),
);

/// Tickets not solved for good.
pub static TICKET_BACKLOG: Metric = tickets(
    "ticket_backlog",
    "Ticket backlog",
    "Tickets waiting for their final solution.",
    "Tickets created − tickets solved for good, up to the end of the last day",
    Unit::Count,
    Polarity::DownGood,
    Kind::Is(Quantity::Closing(support(&[plus("backlog_change")]))),
);

/// Good ratings.
pub static SATISFACTION_GOOD: Metric = tickets(
    "satisfaction_good",
    "Good ratings",
    "Tickets whose requester was satisfied.",
    "Tickets rated good, dated at their first solution, else at their creation",
    Unit::Count,
    Polarity::UpGood,
    Kind::Is(Quantity::Flow(support(&[plus("satisfaction_good")]))),
);

/// Bad ratings.
pub static SATISFACTION_BAD: Metric = tickets(
    "satisfaction_bad",
    "Bad ratings",
    "Tickets whose requester was not satisfied.",
    "Tickets rated bad, dated at their first solution, else at their creation",
    Unit::Count,
    Polarity::DownGood,
    Kind::Is(Quantity::Flow(support(&[plus("satisfaction_bad")]))),
);

/// Customer satisfaction.
pub static CSAT: Metric = tickets(
    "csat",
    "CSAT",
    "Share of the rated tickets whose requester was satisfied.",
    "Good ratings ÷ (good + bad ratings)",
    Unit::Rate,
    Polarity::UpGood,
    Kind::Ratio {
        over: &[Quantity::Flow(support(&[plus("satisfaction_good")]))],
        under: &[Quantity::Flow(support(&[
            plus("satisfaction_good"),
            plus("satisfaction_bad"),
        ]))],
        scale: 1.0,
    },
);

const FIRST_REPLY: Sum = Sum {
    mart: "support_durations",
    terms: &[plus("tickets").of(Rows::With("measure", "first_reply"))],
};
const FULL_RESOLUTION: Sum = Sum {
    mart: "support_durations",
    terms: &[plus("tickets").of(Rows::With("measure", "full_resolution"))],
};

const fn duration(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    of: Sum,
    percent: u8,
) -> Metric {
    let buckets = Buckets::Widening;
    let kind = Kind::Percentile {
        of,
        percent,
        buckets,
    };
    let unit = Unit::Minutes;
    tickets(id, label, help, formula, unit, Polarity::DownGood, kind)
}

/// Median time to the first reply.
pub static FIRST_REPLY_P50: Metric = duration(
    "first_reply_p50",
    "First reply (median)",
    "Time within which half of the tickets got their first reply.",
    "Median of the calendar minutes to the first reply, over tickets first replied to in the period; interpolated within a bucket of durations",
    FIRST_REPLY,
    50,
);

/// Time to the first reply that nine in ten tickets keep.
pub static FIRST_REPLY_P90: Metric = duration(
    "first_reply_p90",
    "First reply (90th percentile)",
    "Time within which nine in ten tickets got their first reply.",
    "90th percentile of the calendar minutes to the first reply, over tickets first replied to in the period; interpolated within a bucket of durations",
    FIRST_REPLY,
    90,
);

/// Median time to the full resolution.
pub static FULL_RESOLUTION_P50: Metric = duration(
    "full_resolution_p50",
    "Full resolution (median)",
    "Time within which half of the tickets were solved.",
    "Median of the calendar minutes to the full resolution, over tickets resolved in the period; interpolated within a bucket of durations",
    FULL_RESOLUTION,
    50,
);

/// Time to the full resolution that nine in ten tickets keep.
pub static FULL_RESOLUTION_P90: Metric = duration(
    "full_resolution_p90",
    "Full resolution (90th percentile)",
    "Time within which nine in ten tickets were solved.",
    "90th percentile of the calendar minutes to the full resolution, over tickets resolved in the period; interpolated within a bucket of durations",
    FULL_RESOLUTION,
    90,
);
