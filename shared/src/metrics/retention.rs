//! What is left after twelve months, of every cohort, and by recent tickets.

use crate::metric::{Kind, Metric, Polarity, Quantity, Rows, Sum, Term, Unit, plus};

const fn share(
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
        unit: Unit::Rate,
        polarity,
        kind,
        blind: &[],
        over_window: None,
    }
}

const fn year(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "retention_12m",
        terms,
    }
}

/// One quantity as a share of another.
const fn part_of(over: &'static [Quantity], under: &'static [Quantity]) -> Kind {
    Kind::Ratio {
        over,
        under,
        scale: 1.0,
    }
}

/// Net revenue retention.
pub static NRR: Metric = share(
    "nrr",
    "NRR (12 months)",
    "Net revenue retention: what the customers of a year ago pay now, as a share of what they paid then; growth included, new customers not.",
    "MRR now ÷ MRR twelve months earlier, of the customers active then; of the last complete month that ends in or before the period",
    Polarity::UpGood,
    part_of(
        &[Quantity::LastMonth(year(&[plus("mrr_now")]))],
        &[Quantity::LastMonth(year(&[plus("mrr_then")]))],
    ),
);

/// Gross revenue retention.
pub static GRR: Metric = share(
    "grr",
    "GRR (12 months)",
    "Gross revenue retention: what is left of the MRR of a year ago; no customer counts for more than then.",
    "MRR now, per customer at most that of then, ÷ MRR twelve months earlier, of the customers active then; of the last complete month that ends in or before the period",
    Polarity::UpGood,
    part_of(
        &[Quantity::LastMonth(year(&[plus("mrr_now_capped")]))],
        &[Quantity::LastMonth(year(&[plus("mrr_then")]))],
    ),
);

/// Customers of a year ago who are still active.
pub static CUSTOMERS_RETAINED_12M: Metric = Metric {
    unit: Unit::Count,
    ..share(
        "customers_retained_12m",
        "Retained customers (12 months)",
        "Customers active twelve months earlier who are active now.",
        "Customers active at the end of both months; of the last complete month that ends in or before the period",
        Polarity::UpGood,
        Kind::Is(Quantity::LastMonth(year(&[plus("customers_retained")]))),
    )
};

/// Share of the customers of a year ago who are still active.
pub static CUSTOMER_RETENTION_12M: Metric = share(
    "customer_retention_12m",
    "Customer retention (12 months)",
    "Share of the customers of a year ago who are active now.",
    "Customers active at the end of both months ÷ customers active twelve months earlier; of the last complete month that ends in or before the period",
    Polarity::UpGood,
    part_of(
        &[Quantity::LastMonth(year(&[plus("customers_retained")]))],
        &[Quantity::LastMonth(year(&[plus("customers")]))],
    ),
);

const fn cohorts(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "retention_cohorts",
        terms,
    }
}

/// Customers left of the cohorts.
pub static COHORT_CUSTOMER_RETENTION: Metric = share(
    "cohort_customer_retention",
    "Cohort customer retention",
    "Share of the customers acquired in a month who are active at the end of a later month; of all cohorts together unless a cohort is named.",
    "Customers active at the month's end ÷ customers acquired, per cohort and month; together: all cohorts at the last complete month that ends in or before the period",
    Polarity::UpGood,
    part_of(
        &[Quantity::LastMonth(cohorts(&[plus("customers_active")]))],
        &[Quantity::LastMonth(cohorts(&[plus("customers_acquired")]))],
    ),
);

/// MRR left of the cohorts.
pub static COHORT_MRR_RETENTION: Metric = share(
    "cohort_mrr_retention",
    "Cohort MRR retention",
    "MRR of the customers acquired in a month at the end of a later month, as a share of their initial MRR; may pass 100 %.",
    "MRR at the month's end ÷ initial MRR, per cohort and month; together: all cohorts at the last complete month that ends in or before the period",
    Polarity::UpGood,
    part_of(
        &[Quantity::LastMonth(cohorts(&[plus("mrr_active")]))],
        &[Quantity::LastMonth(cohorts(&[plus("mrr_initial")]))],
    ),
);

const fn observed(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "tickets_and_churn",
        terms,
    }
}

const fn churn_after(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    over: &'static [Quantity],
    under: &'static [Quantity],
) -> Metric {
    let polarity = Polarity::DownGood;
    share(id, label, help, formula, polarity, part_of(over, under))
}

/// Monthly churn, whatever the tickets.
pub static MONTHLY_CHURN_RATE: Metric = churn_after(
    "monthly_churn_rate",
    "Churn rate per month, all customers",
    "Share of the customers active at the start of a month who churn within it: the reference for churn by tickets.",
    "Churned within the month ÷ customers active at the end of the day before it; over the complete months that end in the period",
    &[Quantity::Flow(observed(&[plus("churned")]))],
    &[Quantity::Flow(observed(&[plus("customers")]))],
);

/// Monthly churn after no tickets.
pub static CHURN_RATE_TICKETS_0: Metric = churn_after(
    "churn_rate_tickets_0",
    "Churn rate after no tickets",
    "Monthly churn rate of the customers with no tickets in the 30 days before the month.",
    "Of the customers with no tickets in the 30 days before a month: churned within it ÷ active before it; over the complete months that end in the period",
    &[Quantity::Flow(observed(&[
        plus("churned").of(Rows::With("ticket_bucket", "0"))
    ]))],
    &[Quantity::Flow(observed(&[
        plus("customers").of(Rows::With("ticket_bucket", "0"))
    ]))],
);

/// Monthly churn after one ticket.
pub static CHURN_RATE_TICKETS_1: Metric = churn_after(
    "churn_rate_tickets_1",
    "Churn rate after 1 ticket",
    "Monthly churn rate of the customers with one ticket in the 30 days before the month.",
    "Of the customers with one ticket in the 30 days before a month: churned within it ÷ active before it; over the complete months that end in the period",
    &[Quantity::Flow(observed(&[
        plus("churned").of(Rows::With("ticket_bucket", "1"))
    ]))],
    &[Quantity::Flow(observed(&[
        plus("customers").of(Rows::With("ticket_bucket", "1"))
    ]))],
);

/// Monthly churn after two or three tickets.
pub static CHURN_RATE_TICKETS_2_3: Metric = churn_after(
    "churn_rate_tickets_2_3",
    "Churn rate after 2–3 tickets",
    "Monthly churn rate of the customers with two or three tickets in the 30 days before the month.",
    "Of the customers with two or three tickets in the 30 days before a month: churned within it ÷ active before it; over the complete months that end in the period",
    &[Quantity::Flow(observed(&[
        plus("churned").of(Rows::With("ticket_bucket", "2-3"))
    ]))],
    &[Quantity::Flow(observed(&[
        plus("customers").of(Rows::With("ticket_bucket", "2-3"))
    ]))],
);

/// Monthly churn after four or more tickets.
pub static CHURN_RATE_TICKETS_4: Metric = churn_after(
    "churn_rate_tickets_4",
    "Churn rate after 4+ tickets",
    "Monthly churn rate of the customers with four or more tickets in the 30 days before the month.",
    "Of the customers with four or more tickets in the 30 days before a month: churned within it ÷ active before it; over the complete months that end in the period",
    &[Quantity::Flow(observed(&[
        plus("churned").of(Rows::With("ticket_bucket", "4+"))
    ]))],
    &[Quantity::Flow(observed(&[
        plus("customers").of(Rows::With("ticket_bucket", "4+"))
    ]))],
);
