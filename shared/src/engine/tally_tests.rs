//! What is added up by the marts' own keys, against the metrics that count the same.

use proptest::prelude::*;

use super::oracle::{any_facts, any_view, marts};
use super::*;
use crate::chart::{RECENT_DAYS, funnel, stage_flows, tickets_and_churn, tickets_by};
use crate::date::add_days;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::{
    self, CUSTOMER_CHURN_RATE, CUSTOMERS_CHURNED, SCHEDULED_CHURN_CUSTOMERS, SCHEDULED_CHURN_MRR,
    STAGES, TICKETS_REOPENED,
};
use crate::view::Span;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn moves_between_stages_lead_from_start_to_end(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let span = evaluation.window().shown;
        let eve = add_days(span.from, -1);
        let before = Span { from: eve, to: eve };
        let keys = ["from_stage", "to_stage"];
        let moves = tally(evaluation.slice(), "stage_transitions", &keys, &["entities"], span);
        for metric in STAGES.iter().filter(|_| !span.is_empty()) {
            let stage = metric.id.trim_start_matches("stage_");
            let side = |key: usize| -> i64 {
                moves.iter().filter(|one| one.key(key) == stage).map(|one| one.sum(0)).sum()
            };
            let at = |metric: &Metric, span| evaluation.slice().value(metric, span).unwrap_or(0.0);
            let opening = at(metric, before);
            prop_assert_eq!((side(1) - side(0)) as f64, at(metric, span) - opening, "{}", stage);
        }
        let shown = stage_flows(&evaluation);
        prop_assert!(shown.iter().all(|one| !one.keys.contains(&"moved".to_owned())));
        let kept: Vec<Tally> = moves.into_iter().filter(|one| one.key(0) != "moved" && one.key(1) != "moved").collect();
        prop_assert_eq!(shown, kept);
    }

    #[test]
    fn segments_have_the_rates_of_a_breakdown(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let segments = churn_segments(&evaluation);
        for dimension in Dimension::ALL {
            let rates = evaluation.breakdown(&CUSTOMER_CHURN_RATE, dimension, Scope::AllFilters);
            let counts = evaluation.breakdown(&CUSTOMERS_CHURNED, dimension, Scope::AllFilters);
            for (rate, count) in rates.into_iter().zip(counts) {
                let found = segments.iter().find(|s| s.dimension == dimension && s.value == rate.value);
                prop_assert_eq!(found.and_then(Segment::rate), rate.amount, "{}", rate.value);
                prop_assert_eq!(found.map_or(0.0, |s| s.churned as f64), count.amount.unwrap_or(0.0));
            }
        }
        let small = segments.iter().position(Segment::is_small).unwrap_or(segments.len());
        prop_assert!(segments[small..].iter().all(|s| s.is_small() || s.rate().is_none()));
    }

    #[test]
    fn keys_share_out_what_the_metric_counts(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let span = evaluation.window().shown;
        for key in ["priority", "channel"] {
            let groups = tally(evaluation.slice(), "support_daily", &[key], &["tickets_reopened"], span);
            let sum: i64 = groups.iter().map(|one| one.sum(0)).sum();
            let total = evaluation.total(&TICKETS_REOPENED).value.unwrap_or(0.0);
            prop_assert_eq!(sum as f64, total);
            let sorted = tickets_by(&evaluation, key);
            prop_assert!(sorted.windows(2).all(|two| two[0].sum(0) >= two[1].sum(0)));
        }
        let after = [
            ("0", &metrics::CHURN_RATE_TICKETS_0),
            ("1", &metrics::CHURN_RATE_TICKETS_1),
            ("2-3", &metrics::CHURN_RATE_TICKETS_2_3),
            ("4+", &metrics::CHURN_RATE_TICKETS_4),
        ];
        let groups = tickets_and_churn(&evaluation);
        for (bucket, metric) in after {
            let group = groups.iter().find(|group| group.key(0) == bucket);
            let rate = group.and_then(|group| share(group.sum(1), group.sum(0)));
            prop_assert_eq!(rate, evaluation.total(metric).value, "{}", bucket);
        }
    }

    #[test]
    fn steps_of_the_funnel_are_its_metrics(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let total = |metric| evaluation.total(metric).value;
        let steps = funnel(&evaluation);
        prop_assert_eq!(steps[3].reached, total(&metrics::FUNNEL_CUSTOMERS));
        prop_assert_eq!(steps[1].share, total(&metrics::FUNNEL_OPPORTUNITY_SHARE));
        prop_assert_eq!(steps[2].days, total(&metrics::FUNNEL_DAYS_TO_TRIAL));
        // Recent ones and the others are all of them.
        for (step, metric) in [(&steps[0], &metrics::FUNNEL_CONTACTS), (&steps[3], &metrics::FUNNEL_CUSTOMERS)] {
            let span = evaluation.window().shown;
            let last = add_days(evaluation.window().as_of, -RECENT_DAYS).min(span.to);
            let before = evaluation.slice().value(metric, Span { from: span.from, to: last });
            if let Some((reached, recent)) = step.reached.zip(step.recent) {
                prop_assert_eq!(before.unwrap_or(0.0) + recent, reached);
            }
        }
    }

    #[test]
    fn months_of_scheduled_churn_add_up_to_all_of_it(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let months = scheduled_churn(evaluation.slice());
        let customers: i64 = months.iter().map(|month| month.1).sum();
        let mrr: i64 = months.iter().map(|month| month.2).sum();
        // The metrics have a value only where the range ends on the snapshot's day.
        if let Some(total) = evaluation.total(&SCHEDULED_CHURN_CUSTOMERS).value {
            prop_assert_eq!(customers as f64, total);
            prop_assert_eq!(Some(mrr as f64), evaluation.total(&SCHEDULED_CHURN_MRR).value);
        }
    }
}
