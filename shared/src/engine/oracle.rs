//! A second, plain implementation of the metrics, as the yardstick of the engine: row by row, day by day, no index.

use std::sync::Arc;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::columns::{Column, Columns, TextColumn};
use crate::date::{add_days, from_days, to_days};
use crate::dimension::Dimension;
use crate::mart::{ColumnType, LIFECYCLE_DAILY, Role};
use crate::metric::{Kind, Metric, Quantity, Sum};
use crate::metrics::{self, METRICS};
use crate::view::{Compare, Filter, Filters, Grain, Preset, Range, Span, View};

/// One row of the mart as a person would write it down.
#[derive(Debug, Clone)]
struct Fact {
    day: NaiveDate,
    dims: [String; Dimension::COUNT],
    measures: Vec<i64>,
}

const AS_OF: i32 = 20_500;

fn measure_names() -> Vec<&'static str> {
    let measures = LIFECYCLE_DAILY.columns.iter();
    measures
        .filter(|column| matches!(column.role, Role::Measure(_)))
        .map(|column| column.name)
        .collect()
}

fn dataset(facts: &[Fact]) -> Arc<Dataset> {
    let mut measure = 0;
    let columns = LIFECYCLE_DAILY
        .columns
        .iter()
        .map(|column| match (column.role, column.column_type) {
            (Role::Dimension(dimension), _) => {
                let texts = facts.iter();
                Column::Text(TextColumn::from_rows(
                    texts.map(|fact| Some(fact.dims[dimension.index()].as_str())),
                ))
            }
            (_, ColumnType::Date) => {
                Column::Date(facts.iter().map(|fact| to_days(fact.day)).collect())
            }
            _ => {
                measure += 1;
                Column::Int(
                    facts
                        .iter()
                        .map(|fact| fact.measures[measure - 1])
                        .collect(),
                )
            }
        })
        .collect();
    let columns = Columns::new(&LIFECYCLE_DAILY, columns).expect("columns of the mart");
    Arc::new(Dataset::new(columns, from_days(AS_OF)).expect("a dataset"))
}

/// Rows that pass the filters.
fn passing<'a>(facts: &'a [Fact], filters: &Filters) -> Vec<&'a Fact> {
    facts
        .iter()
        .filter(|fact| {
            filters
                .iter()
                .all(|(dimension, filter)| filter.allows(&fact.dims[dimension.index()]))
        })
        .collect()
}

fn plain_sum(facts: &[&Fact], sum: Sum, keep: impl Fn(NaiveDate) -> bool) -> f64 {
    let names = measure_names();
    let total: i64 = facts
        .iter()
        .filter(|fact| keep(fact.day))
        .flat_map(|fact| {
            sum.iter().map(|(name, factor)| {
                let at = names.iter().position(|n| n == name).expect("a measure");
                factor * fact.measures[at]
            })
        })
        .sum();
    total as f64
}

fn plain_quantity(facts: &[&Fact], quantity: &Quantity, span: Span) -> f64 {
    let within = |day: NaiveDate| span.from <= day && day <= span.to;
    match *quantity {
        Quantity::Flow(sum) => plain_sum(facts, sum, within),
        Quantity::Opening(sum) => plain_sum(facts, sum, |day| day < span.from),
        Quantity::Closing(sum) => plain_sum(facts, sum, |day| day <= span.to),
        Quantity::TrailingFlow(days, sum) => plain_sum(facts, sum, |day| {
            add_days(span.to, -days) < day && day <= span.to
        }),
        Quantity::TrailingOpening(days, sum) => {
            plain_sum(facts, sum, |day| day <= add_days(span.to, -days))
        }
        Quantity::MeanDaily(sum) => {
            let days: Vec<NaiveDate> = (to_days(span.from)..=to_days(span.to))
                .map(from_days)
                .collect();
            let stocks = days
                .iter()
                .map(|end| plain_sum(facts, sum, |day| day <= *end));
            stocks.sum::<f64>() / days.len() as f64
        }
    }
}

fn plain_value(facts: &[&Fact], metric: &Metric, span: Span) -> Option<f64> {
    if span.is_empty() {
        return None;
    }
    match metric.kind {
        Kind::Flow(sum) => Some(plain_quantity(facts, &Quantity::Flow(sum), span)),
        Kind::Stock(sum) => Some(plain_quantity(facts, &Quantity::Closing(sum), span)),
        Kind::Ratio { over, under, scale } => {
            let mut values = [1.0, 1.0];
            for (value, quantities) in values.iter_mut().zip([over, under]) {
                for quantity in quantities {
                    let factor = plain_quantity(facts, quantity, span);
                    let divisor = matches!(
                        quantity,
                        Quantity::Opening(_) | Quantity::TrailingOpening(..)
                    );
                    if divisor && factor == 0.0 {
                        return None;
                    }
                    *value *= factor;
                }
            }
            (values[1] != 0.0).then(|| values[0] * scale / values[1])
        }
    }
}

fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    let names = measure_names().len();
    let fact = (
        0i32..400,
        proptest::array::uniform5(proptest::sample::select(vec!["a", "b", "unknown"])),
        proptest::collection::vec(-20i64..40, names),
    )
        .prop_map(|(age, dims, measures)| Fact {
            day: from_days(AS_OF - age),
            dims: dims.map(str::to_owned),
            measures,
        });
    proptest::collection::vec(fact, 0..40)
}

fn any_view() -> impl Strategy<Value = View> {
    let filter = (
        any::<bool>(),
        proptest::sample::select(vec!["a", "b", "absent"]),
    )
        .prop_map(|(exclude, value)| Filter {
            exclude,
            values: vec![value.to_owned()],
        });
    let range = prop_oneof![
        proptest::sample::select(&Preset::ALL).prop_map(Range::Preset),
        (0i32..500, 0i32..300).prop_map(|(age, length)| {
            let from = AS_OF - age;
            Range::between(from_days(from), from_days(from + length))
        }),
    ];
    (
        range,
        proptest::sample::select(&Grain::ALL),
        proptest::sample::select(&Compare::ALL),
        proptest::array::uniform5(proptest::option::weighted(0.3, filter)),
    )
        .prop_map(|(range, grain, compare, conditions)| {
            let mut view = View {
                range,
                compare,
                ..View::default()
            };
            view.set_grain(grain);
            for (dimension, filter) in Dimension::ALL.into_iter().zip(conditions) {
                view.filters.set(dimension, filter);
            }
            view
        })
}

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
        let evaluation = Evaluation::new(dataset(&facts), &view);
        let rows = passing(&facts, &view.filters);
        let window = evaluation.window();
        for metric in METRICS {
            let total = evaluation.total(metric);
            prop_assert!(close(total.value, plain_value(&rows, metric, window.shown)), "{}", metric.id);
            let previous = window.compared.and_then(|span| plain_value(&rows, metric, span));
            prop_assert!(close(total.previous, previous), "{} compared", metric.id);
        }
        // A few metrics of each kind by bucket: the plain way is slow.
        for metric in [&metrics::MRR, &metrics::CUSTOMERS_CHURNED, &metrics::CUSTOMER_CHURN_RATE] {
            let series = evaluation.series(metric);
            for (bucket, value) in series.buckets.iter().zip(series.values).step_by(7) {
                prop_assert!(close(value, plain_value(&rows, metric, bucket.span())), "{}", metric.id);
            }
        }
    }

    #[test]
    fn breakdowns_are_the_metric_under_one_more_filter(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let data = dataset(&facts);
        let evaluation = Evaluation::new(Arc::clone(&data), &view);
        for metric in [&metrics::MRR, &metrics::NET_NEW_MRR, &metrics::CUSTOMER_CHURN_RATE,
                       &metrics::LTV, &metrics::TICKETS_PER_100_CUSTOMERS] {
            for part in evaluation.breakdown(metric, dimension, Scope::AllButOwn) {
                let filters = view.filters.without(dimension).with(dimension, Filter::include([&part.value]));
                let rows = passing(&facts, &filters);
                let plain = plain_value(&rows, metric, evaluation.window().shown);
                prop_assert!(close(part.amount, plain), "{} {}", metric.id, part.value);
            }
        }
        // The parts under all filters add up to the whole, for what adds.
        if !evaluation.window().shown.is_empty() {
            for metric in [&metrics::MRR, &metrics::ACTIVE_CUSTOMERS, &metrics::TRIALS_STARTED] {
                let parts = evaluation.breakdown(metric, dimension, Scope::AllFilters);
                let sum: f64 = parts.iter().filter_map(|part| part.amount).sum();
                prop_assert_eq!(Some(sum), evaluation.total(metric).value);
            }
        }
    }

    #[test]
    fn menus_count_active_customers_under_the_other_filters(
        facts in any_facts(),
        view in any_view(),
        dimension in proptest::sample::select(&Dimension::ALL),
    ) {
        let evaluation = Evaluation::new(dataset(&facts), &view);
        prop_assume!(!evaluation.window().shown.is_empty());
        for (value, count) in evaluation.menu(dimension) {
            let filters = view.filters.without(dimension).with(dimension, Filter::include([&value]));
            let rows = passing(&facts, &filters);
            let plain = plain_value(&rows, &metrics::ACTIVE_CUSTOMERS, evaluation.window().shown);
            prop_assert_eq!(Some(count as f64), plain);
        }
    }

    #[test]
    fn start_and_movements_are_the_end_for_every_filter_and_bucket(facts in any_facts(), view in any_view()) {
        let evaluation = Evaluation::new(dataset(&facts), &view);
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
        let evaluation = Evaluation::new(dataset(&facts), &view);
        let series = evaluation.series(&metrics::NET_NEW_MRR);
        let sum: f64 = series.values.iter().flatten().sum();
        prop_assert_eq!(sum, evaluation.total(&metrics::NET_NEW_MRR).value.unwrap_or(0.0));
    }
}

#[test]
fn rates_of_nothing_have_no_value() {
    let evaluation = Evaluation::new(dataset(&[]), &View::default());
    assert!(evaluation.is_empty());
    assert_eq!(evaluation.total(&metrics::CUSTOMER_CHURN_RATE).value, None);
    assert_eq!(evaluation.total(&metrics::LTV).value, None);
    assert_eq!(evaluation.total(&metrics::MRR).value, Some(0.0));
    assert_eq!(evaluation.total(&metrics::MRR).change, None);
}

#[test]
fn filter_values_the_data_lacks_are_told_and_dropped() {
    let facts = [Fact {
        day: from_days(AS_OF),
        dims: ["Pro", "Europe", "Software", "1-10", "Web"].map(str::to_owned),
        measures: vec![0; measure_names().len()],
    }];
    let data = dataset(&facts);
    let (view, _) = crate::view::parse("plan=Pro,Gone&region=Nowhere");
    let (known, ignored) = data.known(&view);
    assert_eq!(known.to_query(), "plan=Pro");
    let values: Vec<&str> = ignored.iter().map(|notice| notice.value.as_str()).collect();
    assert_eq!(values, ["Gone", "Nowhere"]);
}

#[test]
fn broken_days_and_amounts_are_refused() {
    let mut fact = Fact {
        day: from_days(AS_OF + 1),
        dims: ["a"; 5].map(str::to_owned),
        measures: vec![0; measure_names().len()],
    };
    let refuse = |fact: &Fact| {
        let mut measures = fact.measures.iter();
        let columns = LIFECYCLE_DAILY
            .columns
            .iter()
            .map(|column| match column.role {
                Role::Dimension(_) => Column::Text(TextColumn::from_rows([Some("a")])),
                Role::Measure(_) => Column::Int(measures.next().into_iter().copied().collect()),
                _ => Column::Date(vec![to_days(fact.day)]),
            });
        let columns = Columns::new(&LIFECYCLE_DAILY, columns.collect()).expect("columns");
        Dataset::new(columns, from_days(AS_OF)).expect_err("refused")
    };
    assert!(matches!(refuse(&fact), DataError::DayOutOfRange { .. }));
    fact.day = from_days(-2_000_000);
    assert!(matches!(refuse(&fact), DataError::DayOutOfRange { .. }));
    fact.day = from_days(AS_OF);
    fact.measures[3] = i64::MIN;
    assert!(matches!(
        refuse(&fact),
        DataError::TooLarge {
            column: "opportunities_won",
            ..
        }
    ));
}
