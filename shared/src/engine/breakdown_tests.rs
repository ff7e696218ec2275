//! Branches against the simple way: a slice of its own for each, under its filter.

use std::sync::Arc;

use proptest::prelude::*;

use super::oracle::{AS_OF, Row, Value, any_facts, any_view, marts};
use super::*;
use crate::date::from_days;
use crate::dimension::Dimension;
use crate::mart::{ColumnType, LIFECYCLE_DAILY};
use crate::metrics::{self, METRICS};
use crate::view::View;

/// The slice that a branch's filter leaves of the view.
fn simple(evaluation: &Evaluation, branch: &Branch) -> Slice {
    let view = evaluation.view();
    let dimension = view.by.expect("a breakdown");
    let filters = view.filters.without(dimension);
    let filters = filters.with(dimension, branch.filter.clone());
    Slice::new(Arc::clone(evaluation.marts()), &filters)
}

fn by(view: View, dimension: Dimension) -> View {
    View {
        by: Some(dimension),
        ..view
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_branch_is_the_metric_under_its_filter(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let evaluation = Evaluation::new(marts(&facts), &by(view, dimension));
        for metric in METRICS {
            let branches = evaluation.branches(metric);
            prop_assert!(branches.is_empty() || metric.follows(dimension), "{}", metric.id);
            for branch in &branches {
                let slice = simple(&evaluation, branch);
                let series = evaluation.branch_series(branch, metric);
                for (bucket, value) in evaluation.buckets().iter().zip(series).step_by(7) {
                    prop_assert_eq!(value, slice.value(metric, bucket.span()), "{} {}", metric.id, branch.name);
                }
            }
        }
        for subject in [Subject::Mrr, Subject::Customers] {
            for branch in evaluation.branches(&metrics::MRR) {
                let plain = Movements::compute(&simple(&evaluation, &branch), subject, evaluation.buckets());
                prop_assert_eq!(evaluation.branch_movements(&branch, subject), plain);
            }
        }
    }

    #[test]
    fn branches_of_what_adds_are_the_whole(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let evaluation = Evaluation::new(marts(&facts), &by(view, dimension));
        for metric in [&metrics::MRR, &metrics::NET_NEW_MRR, &metrics::TRIALS_STARTED, &metrics::TICKET_BACKLOG] {
            let branches = evaluation.branches(metric);
            let all: Vec<_> = branches.iter().map(|b| evaluation.branch_series(b, metric)).collect();
            for (at, whole) in evaluation.series(metric).values.iter().enumerate() {
                let sum: f64 = all.iter().filter_map(|values| values[at]).sum();
                prop_assert_eq!(sum, whole.unwrap_or(0.0), "{}", metric.id);
            }
        }
    }
}

/// One row per value of the plan on the snapshot's day, with that many new customers.
fn plans(customers: &[(&str, i64)]) -> Arc<Marts> {
    let row = |(plan, number): &(&str, i64)| {
        let columns = LIFECYCLE_DAILY.columns.iter();
        let values = columns.map(|column| match column.name {
            "day" => Value::Day(Some(from_days(AS_OF))),
            "plan" => Value::Text((*plan).to_owned()),
            "customers_new" => Value::Number(*number),
            _ if column.column_type == ColumnType::Text => Value::Text("x".to_owned()),
            _ => Value::Number(0),
        });
        Row {
            spec: &LIFECYCLE_DAILY,
            values: values.collect(),
        }
    };
    marts(&customers.iter().map(row).collect::<Vec<_>>())
}

fn branches(marts: &Arc<Marts>, query: &str) -> Vec<(String, usize, String)> {
    let (view, _) = crate::view::parse(query);
    let evaluation = Evaluation::new(Arc::clone(marts), &view);
    let branches = evaluation.branches(&metrics::ACTIVE_CUSTOMERS).into_iter();
    let found = branches.map(|branch| {
        let view = View {
            filters: view.filters.clone().with(Dimension::Plan, branch.filter),
            by: None,
            ..view.clone()
        };
        (branch.name, branch.slot, view.to_query())
    });
    found.collect()
}

#[test]
fn the_largest_are_told_apart_and_the_others_are_all_but_those() {
    let all = [
        ("a", 9),
        ("b", 1),
        ("c", 8),
        ("d", 7),
        ("e", 6),
        ("f", 5),
        ("g", 2),
        ("nothing", 0),
    ];
    let many = plans(&all);
    let others = branches(&many, "range=30d&by=plan").pop().expect("others");
    let filter = "range=30d&plan=!a,c,d,e,f";
    assert_eq!(
        others,
        ("3 others".to_owned(), MOST_BRANCHES, filter.to_owned())
    );
    // Of chosen values the others are the rest of those.
    let chosen = branches(&many, "range=30d&by=plan&plan=!a,nothing");
    let names: Vec<&str> = chosen.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(names, ["b", "c", "d", "e", "f", "g"]);
    let without = branches(&plans(&all), "range=30d&by=plan&plan=b,c,d,e,f,g,a").pop();
    assert_eq!(without.expect("others").2, "range=30d&plan=b,g");
    // What there is nothing of has no branch, and no colour is given twice.
    let few = branches(&plans(&all[5..]), "range=30d&by=plan");
    let few: Vec<_> = few.iter().map(|one| (one.0.as_str(), one.1)).collect();
    assert_eq!(few, [("f", 0), ("g", 1)]);
}
