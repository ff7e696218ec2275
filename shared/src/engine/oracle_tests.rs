//! The engine against its yardstick, and the edges of each kind of quantity.

use proptest::prelude::*;

use super::oracle::{AS_OF, Row, Value, any_facts, any_view, dataset, marts, plain_value};
use super::*;
use crate::columns::{Column, Columns, TextColumn};
use crate::date::{add_months, from_days, month_start, to_days};
use crate::dimension::Dimension;
use crate::mart::{
    CUSTOMERS, ColumnSpec, ColumnType, LIFECYCLE_DAILY, MARKETING_SPEND, MartSpec, RETENTION_12M,
    SUPPORT_DAILY,
};
use crate::metric::Metric;
use crate::metrics::{self, METRICS};
use crate::view::{Filter, View};

/// Equal, or as close as two orders of the same few operations on doubles can be.
fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs())),
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_metric_is_what_a_plain_reading_of_the_rows_gives(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let plain = |metric: &Metric, span| plain_value(&facts, &view.filters, metric, span);
        let window = evaluation.window();
        for metric in METRICS {
            let total = evaluation.total(metric);
            prop_assert!(close(total.value, plain(metric, window.shown)), "{}", metric.id);
            let previous = window.compared.and_then(|span| plain(metric, span));
            prop_assert!(close(total.previous, previous), "{} compared", metric.id);
        }
        // A few metrics of each kind by bucket: the plain way is slow.
        for metric in [&metrics::MRR, &metrics::CUSTOMERS_CHURNED, &metrics::CUSTOMER_CHURN_RATE, &metrics::NRR,
                       &metrics::FIRST_REPLY_P50, &metrics::STAGE_ACTIVE, &metrics::SCHEDULED_CHURN_MRR] {
            let series = evaluation.series(metric);
            for (bucket, value) in series.buckets.iter().zip(series.values).step_by(7) {
                prop_assert!(close(value, plain(metric, bucket.span())), "{}", metric.id);
            }
        }
    }

    #[test]
    fn breakdowns_are_the_metric_under_one_more_filter(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        for metric in [&metrics::MRR, &metrics::NET_NEW_MRR, &metrics::CUSTOMER_CHURN_RATE,
                       &metrics::LTV, &metrics::TICKETS_PER_100_CUSTOMERS, &metrics::CAC,
                       &metrics::FULL_RESOLUTION_P90] {
            for part in evaluation.breakdown(metric, dimension, Scope::AllButOwn) {
                let filters = view.filters.without(dimension).with(dimension, Filter::include([&part.value]));
                let plain = plain_value(&facts, &filters, metric, evaluation.window().shown);
                prop_assert!(close(part.amount, plain), "{} {}", metric.id, part.value);
            }
        }
        // The parts under all filters add up to the whole, for what adds.
        if !evaluation.window().shown.is_empty() {
            for metric in [&metrics::MRR, &metrics::ACTIVE_CUSTOMERS, &metrics::TRIALS_STARTED] {
                let parts = evaluation.breakdown(metric, dimension, Scope::AllFilters);
                let sum: f64 = parts.iter().filter_map(|part| part.amount).sum();
                // Of no data at all there is no value, and there are no parts.
                prop_assert_eq!(sum, evaluation.total(metric).value.unwrap_or(0.0));
            }
        }
    }

    #[test]
    fn menus_count_active_customers_under_the_other_filters(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        prop_assume!(!evaluation.window().shown.is_empty());
        for (value, count) in evaluation.menu(dimension) {
            let filters = view.filters.without(dimension).with(dimension, Filter::include([&value]));
            let shown = evaluation.window().shown;
            let plain = plain_value(&facts, &filters, &metrics::ACTIVE_CUSTOMERS, shown);
            prop_assert_eq!(Some(count as f64), plain);
        }
    }

    #[test]
    fn start_and_movements_are_the_end_for_every_filter_and_bucket(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        for subject in [Subject::Mrr, Subject::Customers] {
            let m = evaluation.movements(subject);
            for at in 0..m.buckets.len() {
                let moved = m.new[at] + m.reactivation[at] + m.expansion[at] + m.contraction[at]
                    + m.churn_voluntary[at] + m.churn_involuntary[at] + m.moved[at];
                prop_assert_eq!(m.start[at] + moved, m.end[at]);
                if at > 0 {
                    prop_assert_eq!(m.start[at], m.end[at - 1]);
                }
            }
        }
    }

    #[test]
    fn buckets_of_flows_add_up_to_the_total(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(marts(&facts), &view);
        let series = evaluation.series(&metrics::NET_NEW_MRR);
        let sum: f64 = series.values.iter().flatten().sum();
        prop_assert_eq!(sum, evaluation.total(&metrics::NET_NEW_MRR).value.unwrap_or(0.0));
    }
}

#[test]
fn rates_of_nothing_have_no_value() {
    let evaluation = Evaluation::new(marts(&[]), &View::default());
    assert!(evaluation.is_empty());
    assert_eq!(evaluation.total(&metrics::CUSTOMER_CHURN_RATE).value, None);
    assert_eq!(evaluation.total(&metrics::LTV).value, None);
    assert_eq!(evaluation.total(&metrics::MRR).value, None);
    assert_eq!(evaluation.total(&metrics::MRR).change, None);
}

/// A row of a mart: its texts, the day it counts on if it has one, and its first measure.
fn row(spec: &'static MartSpec, day: i32, text: &str, number: i64) -> Row {
    let value = |column: &ColumnSpec| match (column.role, column.column_type) {
        (_, ColumnType::Date) => Value::Day(Some(from_days(day))),
        (_, ColumnType::Text) => Value::Text(text.to_owned()),
        (_, ColumnType::Bool) => Value::Flag(false),
        (_, ColumnType::Int64) => Value::Number(number),
    };
    let values = spec.columns.iter().map(value).collect();
    Row { spec, values }
}

#[test]
fn filter_values_the_data_lacks_are_told_and_dropped() {
    let data = dataset(&[row(&LIFECYCLE_DAILY, AS_OF, "Pro", 0)], &LIFECYCLE_DAILY);
    let (view, _) = crate::view::parse("plan=Pro,Gone&region=Nowhere");
    let (known, ignored) = data.known(&view);
    assert_eq!(known.to_query(), "plan=Pro");
    let values: Vec<&str> = ignored.iter().map(|notice| notice.value.as_str()).collect();
    assert_eq!(values, ["Gone", "Nowhere"]);
}

#[test]
fn broken_days_and_amounts_are_refused() {
    let refuse = |day: i32, number: i64| {
        let columns = LIFECYCLE_DAILY.columns.iter();
        let columns = columns.map(|column| match column.column_type {
            ColumnType::Text => Column::Text(TextColumn::from_rows([Some("a")])),
            ColumnType::Date => Column::Date(vec![day]),
            _ => Column::Int(vec![number].into()),
        });
        let columns = Columns::new(&LIFECYCLE_DAILY, columns.collect()).expect("columns");
        Dataset::new(columns, from_days(AS_OF)).expect_err("refused")
    };
    for day in [AS_OF + 1, AS_OF - 2_000_000] {
        let error = refuse(day, 0);
        assert!(matches!(error, DataError::DayOutOfRange { .. }), "{error}");
    }
    let column = "leads_created";
    let error = refuse(AS_OF, i64::MIN);
    let mart = "lifecycle_daily";
    assert_eq!(error, DataError::TooLarge { mart, column });
}

#[test]
fn a_month_that_is_not_over_is_refused() {
    let month = to_days(month_start(from_days(AS_OF)));
    let columns = RETENTION_12M
        .columns
        .iter()
        .map(|column| match column.column_type {
            ColumnType::Text => Column::Text(TextColumn::from_rows([Some("a")])),
            ColumnType::Date => Column::Date(vec![month]),
            _ => Column::Int(vec![1].into()),
        });
    let columns = Columns::new(&RETENTION_12M, columns.collect()).expect("columns");
    let error = Dataset::new(columns, from_days(AS_OF)).expect_err("refused");
    assert!(matches!(error, DataError::DayOutOfRange { .. }), "{error}");
}

/// Daily flows on every day asked about, and one more row.
fn evaluate(more: Row, query: &str) -> Evaluation {
    let facts = [
        row(&LIFECYCLE_DAILY, AS_OF - 400, "a", 1),
        row(&LIFECYCLE_DAILY, AS_OF, "a", 1),
        more,
    ];
    Evaluation::new(marts(&facts), &crate::view::parse(query).0)
}

#[test]
fn spend_that_is_not_on_record_is_no_value_and_follows_the_channel_alone() {
    let spend = || row(&MARKETING_SPEND, AS_OF, "a", 500);
    let value = |query| evaluate(spend(), query).total(&metrics::CAC).value;
    // One new customer on the last day.
    assert_eq!(value("range=30d"), Some(500.0));
    assert_eq!(value("range=30d&acquisition_channel=a"), Some(500.0));
    assert_eq!(value("range=30d&plan=a"), None);
    let other = row(&SUPPORT_DAILY, AS_OF, "a", 1);
    let nothing = evaluate(other, "range=30d");
    assert_eq!(nothing.total(&metrics::CAC).value, None);
    assert_eq!(nothing.total(&metrics::MARKETING_SPEND).value, None);
}

#[test]
fn what_has_no_history_is_known_on_the_last_day_only() {
    let evaluation = evaluate(row(&CUSTOMERS, AS_OF, "a", 700), "range=30d");
    let metric = &metrics::SCHEDULED_CHURN_MRR;
    let total = evaluation.total(metric);
    assert_eq!((total.value, total.previous), (Some(700.0), None));
    let values = evaluation.series(metric).values;
    assert_eq!(values.last(), Some(&Some(700.0)));
    assert_eq!(values.iter().flatten().count(), 1);
}

#[test]
fn a_year_of_retention_is_that_of_the_last_month_that_is_over() {
    // The snapshot is of February 16; the row is of January.
    let january = to_days(add_months(month_start(from_days(AS_OF)), -1));
    let evaluation = evaluate(row(&RETENTION_12M, january, "a", 3), "grain=month");
    let total = evaluation.total(&metrics::CUSTOMERS_RETAINED_12M);
    assert_eq!(total.value, Some(3.0));
    let values = evaluation.series(&metrics::CUSTOMERS_RETAINED_12M).values;
    let (last, earlier) = values.split_at(values.len() - 2);
    assert_eq!(earlier, [Some(3.0), Some(3.0)]);
    assert!(last.iter().all(Option::is_none), "{last:?}");
}

#[test]
fn monthly_churn_is_the_months_losses_over_the_months_openings() {
    let fact = |column: &str, day: i32, customers: i64| {
        let mut row = row(&LIFECYCLE_DAILY, day, "a", 0);
        let columns = LIFECYCLE_DAILY.columns;
        let place = columns.iter().position(|one| one.name == column);
        row.values[place.expect("a column")] = Value::Number(customers);
        row
    };
    let acquired = |day, customers| fact("customers_new", day, customers);
    let churned = |day, customers| fact("customers_churned_voluntary", day, customers);
    let day = |text| to_days(crate::date::parse_iso(text).expect("a date"));
    let facts = [
        acquired(day("2025-01-10"), 100),
        churned(day("2025-11-20"), 10),
        churned(day("2025-12-05"), 9),
        churned(day("2026-01-20"), 1),
    ];
    let monthly = |query: &str| {
        let view = crate::view::parse(query).0;
        let evaluation = Evaluation::new(marts(&facts), &view);
        evaluation
            .total(&metrics::CUSTOMER_CHURN_RATE_MONTHLY)
            .value
    };
    // November and December: (10 + 9) ÷ (100 + 90); the days of October and January do not count.
    assert_eq!(monthly("from=2025-10-15&to=2026-01-25"), Some(19.0 / 190.0));
    // No complete month: 1 of 81 in 10 days, brought to 365/12 days.
    let short = monthly("from=2026-01-16&to=2026-01-25").expect("a rate");
    assert!(
        (short - 1.0 / 81.0 * 365.0 / 12.0 / 10.0).abs() < 1e-12,
        "{short}"
    );
}
