//! The registry: every metric of the product, defined once.

mod acquisition;
mod customers;
mod revenue;
mod support;

pub use acquisition::*;
pub use customers::*;
pub use revenue::*;
pub use support::*;

use crate::metric::Metric;
pub(crate) use customers::ACTIVE;
pub(crate) use revenue::MRR_FLOWS;

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
    &QUICK_RATIO,
    &ARPA,
    &ASP,
    &LTV,
    &ACTIVE_CUSTOMERS,
    &CUSTOMERS_NEW,
    &CUSTOMERS_REACTIVATED,
    &CUSTOMERS_CHURNED,
    &CUSTOMERS_CHURNED_VOLUNTARY,
    &CUSTOMERS_CHURNED_INVOLUNTARY,
    &CUSTOMERS_MOVED,
    &CUSTOMER_CHURN_RATE,
    &LEADS_CREATED,
    &LEADS_CONVERTED,
    &OPPORTUNITIES_CREATED,
    &OPPORTUNITIES_WON,
    &OPPORTUNITIES_LOST,
    &OPPORTUNITIES_WON_AMOUNT,
    &WIN_RATE,
    &WIN_RATE_BY_AMOUNT,
    &TRIALS_STARTED,
    &TRIALS_CONVERTED,
    &TRIALS_RUNNING,
    &TRIAL_CONVERSION_RATE,
    &TICKETS_CREATED,
    &TICKETS_SOLVED,
    &TICKETS_PER_100_CUSTOMERS,
];

/// A metric by id.
pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|metric| metric.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mart::{self, MeasureUnit, Role};
    use crate::metric::{Kind, Unit};
    use std::collections::HashSet;

    #[test]
    fn every_metric_is_complete_and_formed_from_columns_that_exist() {
        let mut ids = HashSet::new();
        let mut labels = HashSet::new();
        for metric in METRICS {
            assert!(ids.insert(metric.id), "id {} is used twice", metric.id);
            assert!(labels.insert(metric.label), "label {}", metric.label);
            assert!(metric.help.ends_with('.'), "help of {}", metric.id);
            assert!(!metric.formula.is_empty(), "formula of {}", metric.id);
            assert_eq!(find(metric.id), Some(*metric));
            let mart = mart::find(metric.mart).expect(metric.mart);
            for (name, factor) in metric.sums().into_iter().flatten() {
                assert_ne!(*factor, 0, "{}", metric.id);
                let column = mart.column(name);
                let role = column.map(|column| column.role);
                assert!(
                    matches!(role, Some(Role::Measure(_))),
                    "{}: {name} is no measure",
                    metric.id
                );
                if let Kind::Flow(_) | Kind::Stock(_) = metric.kind {
                    let wanted = match metric.unit {
                        Unit::Money => MeasureUnit::Cents,
                        _ => MeasureUnit::Count,
                    };
                    assert_eq!(role, Some(Role::Measure(wanted)), "{}", metric.id);
                }
            }
        }
    }
}
