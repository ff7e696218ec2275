//! Contributions add up to the change, and are what their definition says.

use std::sync::Arc;

use proptest::prelude::*;

use super::oracle::{any_facts, any_view, marts};
use super::*;
use crate::chart::headlines_and_rates;
use crate::dimension::Dimension;
use crate::metric::{Kind, Metric};
use crate::metrics::{self, METRICS};
use crate::view::{Compare, Filter, Span, View};

/// Every metric that can be taken apart.
fn decomposable() -> Vec<&'static Metric> {
    let whole = |metric: &&&'static Metric| match metric.kind {
        Kind::Is(_) => true,
        Kind::Ratio { over, under, .. } => over.len() == 1 && under.len() == 1,
        Kind::Percentile { .. } => false,
    };
    METRICS.iter().filter(whole).copied().collect()
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + scale.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_parts_of_every_dimension_are_the_whole_change(
        facts in any_facts(),
        view in any_view(),
        metric in proptest::sample::select(decomposable()),
        by in proptest::option::of(proptest::sample::select(&Dimension::ALL)),
    ) {
        let view = View { explain: Some(metric), compare: Compare::Previous, by, ..view };
        let evaluation = Evaluation::new(marts(&facts), &view);
        let total = evaluation.total(metric);
        let Some(explanation) = evaluation.explanation() else {
            let both = total.previous.is_some() && total.value.is_some();
            prop_assert!(!both, "{} has a change that is not explained", metric.id);
            return Ok(());
        };
        for dimension in Dimension::ALL {
            let parts: Vec<_> = explanation.parts.iter().filter(|p| p.dimension == dimension).collect();
            prop_assert!(by.is_none_or(|by| by == dimension || parts.is_empty()));
            if !parts.is_empty() {
                let sum: f64 = parts.iter().map(|part| part.total()).sum();
                let scale: f64 = parts.iter().map(|part| part.own.abs() + part.mix.abs()).sum();
                prop_assert!(close(sum, explanation.change(), scale), "{} {dimension:?}: {sum}", metric.id);
            }
        }
        prop_assert!(explanation.parts.is_sorted_by(|a, b| a.total().abs() >= b.total().abs()));
    }

    #[test]
    fn a_part_of_a_ratio_is_its_own_rate_and_its_share(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        // ARPA is MRR by customers: all four numbers of a group are metrics of their own.
        let view = View { explain: Some(&metrics::ARPA), by: Some(dimension), ..view };
        let evaluation = Evaluation::new(marts(&facts), &view);
        let Some(explanation) = evaluation.explanation() else { return Ok(()) };
        let window = *evaluation.window();
        let (Some(compared), shown) = (window.compared, window.shown) else { return Ok(()) };
        for part in &explanation.parts {
            let filters = view.filters.clone().with(dimension, Filter::include([&part.value]));
            let group = Slice::new(Arc::clone(evaluation.marts()), &filters);
            let read = |slice: &Slice, metric, span: Span| slice.value(metric, span).unwrap_or(0.0);
            let weight = |span| read(&group, &metrics::ACTIVE_CUSTOMERS, span)
                / read(evaluation.slice(), &metrics::ACTIVE_CUSTOMERS, span);
            let (Some(r0), Some(r1)) = (part.before, part.after) else { continue };
            let own = weight(shown) * (r1 - r0);
            let mix = (weight(shown) - weight(compared)) * (r0 - explanation.before);
            let scale = own.abs() + mix.abs() + explanation.before.abs();
            prop_assert!(close(part.own, own, scale), "own {} is not {own}", part.own);
            prop_assert!(close(part.mix, mix, scale), "mix {} is not {mix}", part.mix);
        }
    }

    #[test]
    fn a_bridge_leads_from_the_value_compared_to_the_value_shown(facts in any_facts(), view in any_view()) {
        for metric in [&metrics::MRR, &metrics::ACTIVE_CUSTOMERS] {
            let view = View { explain: Some(metric), ..view.clone() };
            let evaluation = Evaluation::new(marts(&facts), &view);
            let total = evaluation.total(metric);
            let Some((before, after)) = total.previous.zip(total.value) else { continue };
            let subject = evaluation.bridged().expect("a subject");
            let moves = evaluation.bridge(subject).expect("a bridge");
            prop_assert_eq!((moves.start[0] as f64, moves.end[0] as f64), (before, after));
        }
    }
}

#[test]
fn every_headline_can_be_taken_apart() {
    for metric in headlines_and_rates() {
        assert!(decomposable().contains(&metric), "{}", metric.id);
    }
}
