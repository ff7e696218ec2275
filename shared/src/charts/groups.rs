//! Related metrics that are read together in one chart over time.

use crate::metric::{Metric, Unit};
use crate::metrics::{
    CUSTOMER_CHURN_RATE, CUSTOMER_RETENTION_12M, CUSTOMERS_CHURNED_INVOLUNTARY,
    CUSTOMERS_CHURNED_VOLUNTARY, FIRST_REPLY_P50, FIRST_REPLY_P90, FULL_RESOLUTION_P50,
    FULL_RESOLUTION_P90, GROSS_MRR_CHURN_RATE, GRR, LEADS_CONVERTED, LEADS_CREATED,
    MRR_CHURN_INVOLUNTARY, MRR_CHURN_VOLUNTARY, NRR, OPPORTUNITIES_CREATED, OPPORTUNITIES_WON,
    SALES_CYCLE_MEDIAN, SALES_CYCLE_P90, STAGE_ACTIVE, STAGE_CHURNED, STAGE_LEAD, STAGE_LOST,
    STAGE_OPPORTUNITY, STAGE_TRIAL, STAGE_WON, TICKETS_CREATED, TICKETS_REOPENED, TICKETS_SOLVED,
    TRIALS_NOT_CONVERTED, TRIALS_RUNNING, TRIALS_STARTED_CONVERTED, WIN_RATE, WIN_RATE_BY_AMOUNT,
};

/// Metrics of one unit in one chart.
#[derive(Debug)]
pub struct Group {
    /// URL value, no metric's id.
    pub key: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// The metrics, all of one unit.
    pub metrics: &'static [&'static Metric],
    /// Whether they are parts of a whole, to be drawn on top of each other.
    pub parts: bool,
    /// A value to hold them against.
    pub reference: Option<f64>,
}

impl PartialEq for Group {
    fn eq(&self, other: &Group) -> bool {
        self.key == other.key
    }
}

impl Eq for Group {}

impl Group {
    /// The unit of all its metrics.
    pub const fn unit(&self) -> Unit {
        self.metrics[0].unit
    }

    /// A metric's name beside the others of the group, whose title says the rest.
    pub fn name(&self, metric: &Metric) -> String {
        match metric.label.strip_prefix("In stage ") {
            Some(stage) => capitalized(stage),
            None => metric.label.to_owned(),
        }
    }

    /// Whether its metrics say what there is at the end of a period, and not what happened within
    /// it.
    pub fn is_stock(&self) -> bool {
        self.metrics
            .iter()
            .all(|metric| !metric.needs_whole_period())
    }
}

/// With its first letter large.
/// The text with a capital first letter, as labels are written.
pub(crate) fn capitalized(text: &str) -> String {
    let first = text.get(..1).unwrap_or_default().to_ascii_uppercase();
    first + text.get(1..).unwrap_or_default()
}

/// Metrics side by side.
const fn lines(
    key: &'static str,
    title: &'static str,
    metrics: &'static [&'static Metric],
) -> Group {
    Group {
        key,
        title,
        metrics,
        parts: false,
        reference: None,
    }
}

/// Parts of a whole.
const fn parts(
    key: &'static str,
    title: &'static str,
    metrics: &'static [&'static Metric],
) -> Group {
    Group {
        parts: true,
        ..lines(key, title, metrics)
    }
}

/// Leads and accounts by lifecycle stage, from the bottom up: customers, who may become one next,
/// who is gone.
pub static STAGES_OVER_TIME: Group = parts(
    "stages",
    "Leads and accounts by stage",
    &[
        &STAGE_ACTIVE,
        &STAGE_TRIAL,
        &STAGE_WON,
        &STAGE_OPPORTUNITY,
        &STAGE_LEAD,
        &STAGE_LOST,
        &STAGE_CHURNED,
    ],
);

/// What sales works on.
pub static PIPELINE: Group = lines(
    "pipeline",
    "Leads and opportunities",
    &[
        &LEADS_CREATED,
        &LEADS_CONVERTED,
        &OPPORTUNITIES_CREATED,
        &OPPORTUNITIES_WON,
    ],
);

/// How much of what is closed is won.
pub static WIN_RATES: Group = lines(
    "win_rates",
    "Win rate, by number and by amount",
    &[&WIN_RATE, &WIN_RATE_BY_AMOUNT],
);

/// How long it takes to win a customer.
pub static SALES_CYCLE: Group = lines(
    "sales_cycle",
    "Days from first contact to first payment",
    &[&SALES_CYCLE_MEDIAN, &SALES_CYCLE_P90],
);

/// What became of trials.
pub static TRIALS: Group = parts(
    "trials",
    "Trials by outcome",
    &[
        &TRIALS_STARTED_CONVERTED,
        &TRIALS_RUNNING,
        &TRIALS_NOT_CONVERTED,
    ],
);

/// What is left after a year.
pub static YEAR_RETENTION: Group = Group {
    reference: Some(1.0),
    ..lines(
        "year_retention",
        "Retention after 12 months",
        &[&NRR, &GRR, &CUSTOMER_RETENTION_12M],
    )
};

/// Customers and MRR lost, as shares.
pub static CHURN_RATES: Group = lines(
    "churn_rates",
    "Churn rates of customers and of MRR",
    &[&CUSTOMER_CHURN_RATE, &GROSS_MRR_CHURN_RATE],
);

/// Customers lost.
pub static CHURNED_CUSTOMERS: Group = parts(
    "churned_customers",
    "Customers lost",
    &[&CUSTOMERS_CHURNED_VOLUNTARY, &CUSTOMERS_CHURNED_INVOLUNTARY],
);

/// MRR lost.
pub static CHURNED_MRR: Group = parts(
    "churned_mrr",
    "MRR lost",
    &[&MRR_CHURN_VOLUNTARY, &MRR_CHURN_INVOLUNTARY],
);

/// Tickets that come and go.
pub static TICKETS: Group = lines(
    "support",
    "Tickets created, solved and reopened",
    &[&TICKETS_CREATED, &TICKETS_SOLVED, &TICKETS_REOPENED],
);

/// How long a first reply takes.
pub static FIRST_REPLY: Group = lines(
    "first_reply",
    "Time to first reply",
    &[&FIRST_REPLY_P50, &FIRST_REPLY_P90],
);

/// How long a solution takes.
pub static FULL_RESOLUTION: Group = lines(
    "full_resolution",
    "Time to full resolution",
    &[&FULL_RESOLUTION_P50, &FULL_RESOLUTION_P90],
);

/// All groups.
pub static GROUPS: [&Group; 12] = [
    &STAGES_OVER_TIME,
    &PIPELINE,
    &WIN_RATES,
    &SALES_CYCLE,
    &TRIALS,
    &YEAR_RETENTION,
    &CHURN_RATES,
    &CHURNED_CUSTOMERS,
    &CHURNED_MRR,
    &TICKETS,
    &FIRST_REPLY,
    &FULL_RESOLUTION,
];
