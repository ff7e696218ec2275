//! How far contacts come: from the first one to opportunity, trial and customer.

use crate::dimension::Dimension;
use crate::metric::{Buckets, Kind, Metric, Polarity, Quantity, Rows, Sum, Term, Unit, plus};

/// Those met in the period who have reached a step.
const fn reached(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "acquisition_funnel",
        terms,
    }
}

const fn step(name: &'static str) -> Term {
    plus("entities").of(Rows::With("step", name))
}

const CONTACTS: Sum = reached(&[step("contact")]);
const OPPORTUNITIES: Sum = reached(&[step("opportunity")]);
const TRIALS: Sum = reached(&[step("trial")]);
const CUSTOMERS: Sum = reached(&[step("customer")]);

/// A metric by the day of first contact. Most contacts are leads, which have no plan.
const fn funnel(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    kind: Kind,
) -> Metric {
    Metric {
        id,
        label,
        help,
        formula,
        unit: Unit::Count,
        polarity: Polarity::UpGood,
        kind,
        blind: &[Dimension::Plan],
        over_window: None,
    }
}

const fn share(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    over: &'static [Quantity],
) -> Metric {
    let kind = Kind::Ratio {
        over,
        under: &[Quantity::Flow(CONTACTS)],
        scale: 1.0,
    };
    Metric {
        unit: Unit::Rate,
        ..funnel(id, label, help, formula, kind)
    }
}

const fn median(
    id: &'static str,
    label: &'static str,
    help: &'static str,
    formula: &'static str,
    of: Sum,
) -> Metric {
    let kind = Kind::Percentile {
        of,
        percent: 50,
        buckets: Buckets::Exact,
    };
    Metric {
        unit: Unit::Days,
        polarity: Polarity::DownGood,
        ..funnel(id, label, help, formula, kind)
    }
}

/// First contacts.
pub static FUNNEL_CONTACTS: Metric = funnel(
    "funnel_contacts",
    "First contacts",
    "Companies and leads met for the first time: as a lead or account, with an opportunity, on trial or as a customer, whichever came first.",
    "Customers with the leads that were converted into them, and every other lead, by the day of first contact",
    Kind::Is(Quantity::Flow(CONTACTS)),
);

/// Contacts who had an opportunity.
pub static FUNNEL_OPPORTUNITIES: Metric = funnel(
    "funnel_opportunities",
    "Contacts with an opportunity",
    "First contacts of the period that have had a sales opportunity by now; recent contacts have had little time.",
    "First contacts of the period with an opportunity by the snapshot's day",
    Kind::Is(Quantity::Flow(OPPORTUNITIES)),
);

/// Contacts who tried the product.
pub static FUNNEL_TRIALS: Metric = funnel(
    "funnel_trials",
    "Contacts with a trial",
    "First contacts of the period that have started a trial by now; recent contacts have had little time.",
    "First contacts of the period with a trial by the snapshot's day",
    Kind::Is(Quantity::Flow(TRIALS)),
);

/// Contacts who became customers.
pub static FUNNEL_CUSTOMERS: Metric = funnel(
    "funnel_customers",
    "Contacts who became customers",
    "First contacts of the period that have become paying customers by now; recent contacts have had little time.",
    "First contacts of the period with a first active day by the snapshot's day",
    Kind::Is(Quantity::Flow(CUSTOMERS)),
);

/// Share of contacts who had an opportunity.
pub static FUNNEL_OPPORTUNITY_SHARE: Metric = share(
    "funnel_opportunity_share",
    "Contact to opportunity",
    "Share of the period's first contacts that have had a sales opportunity by now. Counted on the day of first contact, so recent periods are still low.",
    "Contacts with an opportunity ÷ first contacts, both by the day of first contact",
    &[Quantity::Flow(OPPORTUNITIES)],
);

/// Share of contacts who tried the product.
pub static FUNNEL_TRIAL_SHARE: Metric = share(
    "funnel_trial_share",
    "Contact to trial",
    "Share of the period's first contacts that have started a trial by now. Counted on the day of first contact, so recent periods are still low.",
    "Contacts with a trial ÷ first contacts, both by the day of first contact",
    &[Quantity::Flow(TRIALS)],
);

/// Share of contacts who became customers.
pub static FUNNEL_CUSTOMER_SHARE: Metric = share(
    "funnel_customer_share",
    "Contact to customer",
    "Share of the period's first contacts that have become paying customers by now. Counted on the day of first contact, so recent periods are still low.",
    "Contacts who became customers ÷ first contacts, both by the day of first contact",
    &[Quantity::Flow(CUSTOMERS)],
);

/// Days from first contact to opportunity.
pub static FUNNEL_DAYS_TO_OPPORTUNITY: Metric = median(
    "funnel_days_to_opportunity",
    "Days to opportunity (median)",
    "Typical number of days from first contact to the first opportunity. Counted on the day of first contact, so recent periods include only the fast ones.",
    "Median, over first contacts of the period with an opportunity, of the days until it",
    OPPORTUNITIES,
);

/// Days from first contact to trial.
pub static FUNNEL_DAYS_TO_TRIAL: Metric = median(
    "funnel_days_to_trial",
    "Days to trial (median)",
    "Typical number of days from first contact to the first trial. Counted on the day of first contact, so recent periods include only the fast ones.",
    "Median, over first contacts of the period with a trial, of the days until it",
    TRIALS,
);

/// Days from first contact to customer.
pub static FUNNEL_DAYS_TO_CUSTOMER: Metric = median(
    "funnel_days_to_customer",
    "Days to customer (median)",
    "Typical number of days from first contact to the first active day. Counted on the day of first contact, so recent periods include only the fast ones.",
    "Median, over first contacts of the period that became customers, of the days until their first active day",
    CUSTOMERS,
);
