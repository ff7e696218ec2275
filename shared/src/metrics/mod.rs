//! The registry: every metric of the product, defined once.

mod acquisition;
mod customers;
mod funnel;
mod retention;
mod revenue;
mod stages;
mod support;

pub use acquisition::*;
pub use customers::*;
pub use funnel::*;
pub use retention::*;
pub use revenue::*;
pub use stages::*;
pub use support::*;

use crate::metric::Metric;
pub(crate) use customers::{ACTIVE, CHURNED};
pub(crate) use revenue::MRR_FLOWS;

/// Leads and accounts by lifecycle stage, in the order of a customer's life.
pub static STAGES: &[&Metric] = &[
    &STAGE_LEAD,
    &STAGE_OPPORTUNITY,
    &STAGE_LOST,
    &STAGE_WON,
    &STAGE_TRIAL,
    &STAGE_ACTIVE,
    &STAGE_CHURNED,
];

/// All metrics, in the order of the definitions page and of exports.
pub static METRICS: &[&Metric] = &[
    &MRR,
    &ARR,
    &NET_NEW_MRR,
    &MRR_NEW,
    &MRR_REACTIVATION,
    &MRR_EXPANSION,
    &MRR_CONTRACTION,
    &MRR_CHURN,
    &MRR_CHURN_VOLUNTARY,
    &MRR_CHURN_INVOLUNTARY,
    &MRR_MOVED,
    &GROSS_MRR_CHURN_RATE,
    &NET_MRR_CHURN_RATE,
    &GROSS_MRR_CHURN_RATE_MONTHLY,
    &NET_MRR_CHURN_RATE_MONTHLY,
    &QUICK_RATIO,
    &ARPA,
    &ASP,
    &LTV,
    &NRR,
    &GRR,
    &ACTIVE_CUSTOMERS,
    &CUSTOMERS_NEW,
    &CUSTOMERS_REACTIVATED,
    &CUSTOMERS_CHURNED,
    &CUSTOMERS_CHURNED_VOLUNTARY,
    &CUSTOMERS_CHURNED_INVOLUNTARY,
    &CHURN_REASONS_CUSTOMERS,
    &CHURN_REASONS_MRR,
    &CUSTOMERS_MOVED,
    &CUSTOMER_CHURN_RATE,
    &CUSTOMER_CHURN_RATE_MONTHLY,
    &SCHEDULED_CHURN_CUSTOMERS,
    &SCHEDULED_CHURN_MRR,
    &CUSTOMERS_RETAINED_12M,
    &CUSTOMER_RETENTION_12M,
    &COHORT_CUSTOMER_RETENTION,
    &COHORT_MRR_RETENTION,
    &FUNNEL_CONTACTS,
    &FUNNEL_OPPORTUNITIES,
    &FUNNEL_TRIALS,
    &FUNNEL_CUSTOMERS,
    &FUNNEL_OPPORTUNITY_SHARE,
    &FUNNEL_TRIAL_SHARE,
    &FUNNEL_CUSTOMER_SHARE,
    &FUNNEL_DAYS_TO_OPPORTUNITY,
    &FUNNEL_DAYS_TO_TRIAL,
    &FUNNEL_DAYS_TO_CUSTOMER,
    &LEADS_CREATED,
    &LEADS_CONVERTED,
    &OPPORTUNITIES_CREATED,
    &OPPORTUNITIES_WON,
    &OPPORTUNITIES_LOST,
    &OPPORTUNITIES_WON_AMOUNT,
    &OPPORTUNITIES_LOST_AMOUNT,
    &WIN_RATE,
    &WIN_RATE_BY_AMOUNT,
    &SALES_CYCLE_MEDIAN,
    &SALES_CYCLE_P90,
    &MARKETING_SPEND,
    &CAC,
    &TRIALS_STARTED,
    &TRIALS_CONVERTED,
    &TRIALS_STARTED_CONVERTED,
    &TRIALS_RUNNING,
    &TRIALS_NOT_CONVERTED,
    &TRIAL_CONVERSION_RATE,
    &TICKETS_CREATED,
    &TICKETS_SOLVED,
    &TICKETS_REOPENED,
    &TICKET_BACKLOG,
    &TICKETS_PER_100_CUSTOMERS,
    &SATISFACTION_GOOD,
    &SATISFACTION_BAD,
    &CSAT,
    &FIRST_REPLY_P50,
    &FIRST_REPLY_P90,
    &FULL_RESOLUTION_P50,
    &FULL_RESOLUTION_P90,
    &MONTHLY_CHURN_RATE,
    &CHURN_RATE_TICKETS_0,
    &CHURN_RATE_TICKETS_1,
    &CHURN_RATE_TICKETS_2_3,
    &CHURN_RATE_TICKETS_4,
    &STAGE_LEAD,
    &STAGE_OPPORTUNITY,
    &STAGE_LOST,
    &STAGE_WON,
    &STAGE_TRIAL,
    &STAGE_ACTIVE,
    &STAGE_CHURNED,
];

/// A metric by id.
pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|metric| metric.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::Dimension;
    use crate::mart::{self, ColumnType, MARTS, MeasureUnit, Role};
    use crate::metric::{Kind, Quantity, ROWS, Rows, Sum, Term, Unit};
    use std::collections::HashSet;

    /// The unit a measure is counted in; none for a column that is no measure.
    fn measured(sum: &Sum, term: &Term) -> Option<MeasureUnit> {
        if term.column == ROWS {
            return Some(MeasureUnit::Count);
        }
        match mart::find(sum.mart)?.column(term.column)?.role {
            Role::Measure(unit) => Some(unit),
            _ => None,
        }
    }

    #[test]
    fn every_metric_is_complete_and_has_words_of_its_own() {
        let (mut ids, mut labels) = (HashSet::new(), HashSet::new());
        for metric in METRICS {
            assert!(ids.insert(metric.id), "id {} is used twice", metric.id);
            assert!(labels.insert(metric.label), "label {}", metric.label);
            assert!(metric.help.ends_with('.'), "help of {}", metric.id);
            assert!(!metric.formula.is_empty(), "formula of {}", metric.id);
            assert!(!metric.formula.ends_with('.'), "formula of {}", metric.id);
            assert_eq!(find(metric.id), Some(*metric));
        }
    }

    #[test]
    fn every_metric_is_formed_from_measures_that_exist() {
        for metric in METRICS {
            assert!(!metric.sums().is_empty(), "{}", metric.id);
            for sum in metric.sums() {
                let spec = mart::find(sum.mart).expect(sum.mart);
                for term in sum.terms {
                    assert_ne!(term.factor, 0, "{}", metric.id);
                    let unit = measured(&sum, term);
                    assert!(
                        unit.is_some(),
                        "{}: {} is no measure",
                        metric.id,
                        term.column
                    );
                    if let Kind::Is(_) = metric.kind {
                        let money = metric.unit == Unit::Money;
                        assert_eq!(unit == Some(MeasureUnit::Cents), money, "{}", metric.id);
                    }
                    let known = |name: &str, wanted| {
                        spec.column(name).is_some_and(|c| c.column_type == wanted)
                    };
                    let fits = match term.rows {
                        Rows::All => true,
                        Rows::With(key, _) => known(key, ColumnType::Text),
                        Rows::Known(date) => known(date, ColumnType::Date),
                    };
                    assert!(fits, "{}: {:?}", metric.id, term.rows);
                }
                if let Kind::Percentile { percent, .. } = metric.kind {
                    assert!(spec.column("bucket").is_some(), "{}", metric.id);
                    assert!(percent <= 100 && sum.terms.len() == 1, "{}", metric.id);
                }
            }
        }
    }

    /// Marts that are read as they stand, row by row, and feed no metric.
    const LISTS: [&str; 2] = ["customer_events", "annotations"];

    #[test]
    fn every_mart_feeds_a_metric_or_is_a_list() {
        for mart in MARTS {
            let feeds = METRICS.iter().any(|m| m.marts().contains(&mart.name));
            assert_ne!(feeds, LISTS.contains(&mart.name), "{}", mart.name);
        }
    }

    #[test]
    fn only_what_is_a_customers_list_has_no_history() {
        for metric in METRICS {
            let listed = metric.marts().contains(&"customers");
            assert_eq!(metric.has_no_history(), listed, "{}", metric.id);
        }
    }

    #[test]
    fn what_is_spent_follows_the_channel_alone() {
        for dimension in Dimension::ALL {
            let channel = dimension == Dimension::AcquisitionChannel;
            assert_eq!(CAC.follows(dimension), channel);
            assert!(NRR.follows(dimension));
            assert_eq!(
                LEADS_CREATED.follows(dimension),
                dimension != Dimension::Plan
            );
        }
    }

    #[test]
    fn every_stage_is_entered_and_left() {
        for metric in STAGES {
            let Kind::Is(Quantity::Closing(sum)) = metric.kind else {
                panic!("{} is no stock", metric.id);
            };
            let name = metric.id.trim_start_matches("stage_");
            let rows: Vec<(i64, Rows)> = sum.terms.iter().map(|t| (t.factor, t.rows)).collect();
            let wanted = [
                (1, Rows::With("to_stage", name)),
                (-1, Rows::With("from_stage", name)),
            ];
            assert_eq!(rows, wanted, "{}", metric.id);
        }
    }
}
