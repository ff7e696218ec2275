//! Laws that must hold on any company: a simulated one goes through the real pipeline and the real engine.

use std::sync::Arc;

use crate::events;
use crate::support::{build, rows};
use chrono::NaiveDate;
use tidemark_shared::engine::{Dataset, Evaluation, Marts, Movements, Subject};
use tidemark_shared::metrics::{ACTIVE_CUSTOMERS, MRR};
use tidemark_shared::view::{self, View};
use tidemark_shared::{Dimension, mart, wire};
use tidemark_simulator::{SimulateOptions, simulate};
use tidemark_snapshot::{Encoding, Format};

fn view(query: &str) -> View {
    let (view, ignored) = view::parse(query);
    assert!(ignored.is_empty(), "{query}");
    view
}

/// Start and all movements give the end, in every bucket, and each bucket starts where the last one ended.
fn adds_up(m: &Movements, what: &str) {
    for i in 0..m.start.len() {
        let moved = m.new[i]
            + m.reactivation[i]
            + m.expansion[i]
            + m.contraction[i]
            + m.churn_voluntary[i]
            + m.churn_involuntary[i]
            + m.moved[i];
        assert_eq!(m.start[i] + moved, m.end[i], "{what}, bucket {i}");
        assert!(
            i == 0 || m.start[i] == m.end[i - 1],
            "{what}, bucket {i} does not start where the last one ended"
        );
    }
}

#[test]
fn movements_reconcile_under_every_filter_and_equal_the_customers_themselves() {
    let raw = tempfile::tempdir().expect("a temporary folder");
    let as_of = NaiveDate::from_ymd_opt(2026, 6, 17).expect("a date");
    let options = SimulateOptions {
        customers: 120,
        days: 700,
        seed: 7,
        as_of,
    };
    simulate(&options, raw.path(), &mut |_, _, _| {}).expect("raw files");
    let published = build(
        raw.path(),
        &as_of.to_string(),
        &[("timezone", "Asia/Tokyo")],
    )
    .expect("a build");
    assert_eq!(published.built.quarantined, 0);
    events::add_up(&published).expect("events that add up");

    let bytes = published
        .snapshot
        .read("lifecycle_daily", Format::Arrow, Encoding::Identity)
        .expect("the mart");
    let columns =
        wire::decode(mart::find("lifecycle_daily").expect("the mart"), &bytes).expect("Arrow");
    let data = Arc::new(Marts::new(Dataset::new(columns, as_of).expect("a dataset")));
    let customers = rows(&published.csv("customers"));
    let (header, customers) = customers.split_first().expect("a header");
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let mrr_of = |row: &Vec<String>| row[column("mrr")].parse::<i64>().expect("a number");

    let whole = Evaluation::new(Arc::clone(&data), &view("range=all&grain=week"));
    adds_up(&whole.movements(Subject::Mrr), "all");
    adds_up(&whole.movements(Subject::Customers), "all");
    assert!(
        whole.movements(Subject::Mrr).moved.iter().all(|m| *m == 0),
        "unfiltered, nothing moves between segments"
    );
    let total = whole.total(&MRR).value.expect("MRR");
    assert!(total > 0.0);
    assert_eq!(total, customers.iter().map(mrr_of).sum::<i64>() as f64);

    for dimension in Dimension::ALL {
        let mut parts = 0.0;
        for value in data.daily().values(dimension) {
            let mut filtered = view("range=all&grain=month");
            filtered.filters.toggle(dimension, value);
            let what = format!("{} = {value}", dimension.key());
            let evaluation = Evaluation::new(Arc::clone(&data), &filtered);
            adds_up(&evaluation.movements(Subject::Mrr), &what);
            adds_up(&evaluation.movements(Subject::Customers), &what);
            let of_value: Vec<_> = customers
                .iter()
                .filter(|row| row[column(dimension.key())] == value)
                .collect();
            let mrr = evaluation.total(&MRR).value.unwrap_or_default();
            assert_eq!(
                mrr,
                of_value.iter().map(|row| mrr_of(row)).sum::<i64>() as f64,
                "MRR of {what}"
            );
            let active = of_value.iter().filter(|row| mrr_of(row) > 0).count();
            assert_eq!(
                evaluation
                    .total(&ACTIVE_CUSTOMERS)
                    .value
                    .unwrap_or_default(),
                active as f64,
                "customers of {what}"
            );
            parts += mrr;
        }
        assert_eq!(
            parts,
            total,
            "the parts by {} are not the whole",
            dimension.key()
        );
    }
}
