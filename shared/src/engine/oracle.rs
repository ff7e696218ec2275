//! A second, plain implementation of the metrics, as the yardstick of the engine: row by row, day
//! by day, no index.

use std::sync::Arc;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::columns::{Column, Columns, NULL_DAY, TextColumn};
use crate::date::{
    add_days, add_months, from_days, month_end, month_start, months_between, to_days,
};
use crate::dimension::Dimension;
use crate::mart::{ColumnSpec, ColumnType, LIFECYCLE_DAILY, MARTS, MartSpec, Role};
use crate::metric::{Buckets, Kind, Metric, Quantity, ROWS, Rows, Sum, Term};
use crate::view::{Compare, Filter, Filters, Grain, Preset, Range, Span, View};

/// A value as a person would write it down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Day(Option<NaiveDate>),
    Text(String),
    Number(i64),
    Flag(bool),
}

/// One row of a mart, in the order of its columns.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) spec: &'static MartSpec,
    pub(crate) values: Vec<Value>,
}

pub(crate) const AS_OF: i32 = 20_500;

/// Values of dimensions, some more often than others: more than a breakdown shows separately.
const MANY_VALUES: &[&str] = &[
    "a", "a", "a", "b", "b", "unknown", "unknown", "c", "d", "e", "f", "g", "h",
];

impl Row {
    fn value(&self, column: &str) -> Option<&Value> {
        let at = self.spec.columns.iter().position(|c| c.name == column)?;
        self.values.get(at)
    }

    fn number(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn date(&self, column: &str) -> Option<NaiveDate> {
        match self.value(column)? {
            Value::Day(day) => *day,
            _ => None,
        }
    }

    /// The day on which the row counts.
    pub(crate) fn day(&self) -> NaiveDate {
        let months = self.number("months_since").unwrap_or(0) as i32;
        let month = self.date("month").or(self.date("cohort_month"));
        let observed = month.map(|month| month_end(add_months(month, months)));
        let day = self.date("day").or(observed);
        day.unwrap_or(from_days(AS_OF))
    }

    fn passes(&self, filters: &Filters) -> bool {
        filters
            .iter()
            .all(|(dimension, filter)| match self.value(dimension.key()) {
                Some(Value::Text(value)) => filter.allows(value),
                _ => true,
            })
    }

    fn counts_for(&self, term: &Term) -> bool {
        match term.rows {
            Rows::All => true,
            Rows::With(key, value) => self.value(key) == Some(&Value::Text(value.to_owned())),
            Rows::Known(date) => self.date(date).is_some(),
        }
    }
}

/// The rows of all marts.
pub(crate) type Facts = Vec<Row>;

/// The rows of one mart as its columns.
pub(crate) fn columns(facts: &[Row], spec: &'static MartSpec) -> Columns {
    let rows: Vec<&Row> = facts.iter().filter(|row| row.spec == spec).collect();
    let column = |(at, column): (usize, &ColumnSpec)| {
        let values = rows.iter().map(|row| &row.values[at]);
        match column.column_type {
            ColumnType::Date => Column::Date(
                values
                    .map(|value| match value {
                        Value::Day(Some(day)) => to_days(*day),
                        _ => NULL_DAY,
                    })
                    .collect(),
            ),
            ColumnType::Text => Column::Text(TextColumn::from_rows(values.map(|v| match v {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            }))),
            ColumnType::Int64 => Column::Int(
                values
                    .map(|value| match value {
                        Value::Number(number) => *number,
                        _ => 0,
                    })
                    .collect(),
            ),
            ColumnType::Bool => {
                Column::Bool(values.map(|value| *value == Value::Flag(true)).collect())
            }
        }
    };
    let columns = spec.columns.iter().enumerate().map(column).collect();
    Columns::new(spec, columns).expect("columns of the mart")
}

pub(crate) fn dataset(facts: &[Row], spec: &'static MartSpec) -> Dataset {
    Dataset::new(columns(facts, spec), from_days(AS_OF)).expect("a dataset")
}

/// All marts of the rows.
pub(crate) fn marts(facts: &[Row]) -> Arc<Marts> {
    let all = MARTS.iter().filter(|spec| **spec != &LIFECYCLE_DAILY);
    let start = Marts::new(dataset(facts, &LIFECYCLE_DAILY));
    Arc::new(all.fold(start, |marts, spec| marts.with(dataset(facts, spec))))
}

/// A metric's value over a span under filters, the long way.
pub(crate) fn plain_value(
    facts: &[Row],
    filters: &Filters,
    metric: &Metric,
    span: Span,
) -> Option<f64> {
    let carried = |dimension| {
        let lacks = |sum: &Sum| {
            facts_of(facts, sum).any(|row| row.value(Dimension::key(dimension)).is_none())
        };
        !metric.blind.contains(&dimension) && !metric.sums().iter().any(lacks)
    };
    if span.is_empty() || filters.iter().any(|(dimension, _)| !carried(dimension)) {
        return None;
    }
    match metric.kind {
        Kind::Is(quantity) => plain_quantity(facts, filters, &quantity, span),
        Kind::Ratio { over, under, scale } => {
            let mut values = [1.0, 1.0];
            for (value, quantities) in values.iter_mut().zip([over, under]) {
                for quantity in quantities {
                    let factor = plain_quantity(facts, filters, quantity, span)?;
                    let divisor = matches!(
                        quantity,
                        Quantity::Opening(_)
                            | Quantity::TrailingOpening(..)
                            | Quantity::MonthlyOpening(_)
                    );
                    if divisor && factor == 0.0 {
                        return None;
                    }
                    *value *= factor;
                }
            }
            (values[1] != 0.0).then(|| values[0] * scale / values[1])
        }
        Kind::Percentile {
            of,
            percent,
            buckets,
        } => plain_percentile(
            facts,
            filters,
            of,
            f64::from(percent) / 100.0,
            buckets,
            span,
        ),
    }
}

fn facts_of<'a>(facts: &'a [Row], sum: &Sum) -> impl Iterator<Item = &'a Row> {
    let mart = sum.mart;
    facts.iter().filter(move |row| row.spec.name == mart)
}

fn plain_sum(facts: &[Row], filters: &Filters, sum: Sum, keep: impl Fn(NaiveDate) -> bool) -> f64 {
    let mut total = 0;
    for row in facts_of(facts, &sum) {
        for term in sum.terms {
            if row.passes(filters) && keep(row.day()) && row.counts_for(term) {
                let number = if term.column == ROWS {
                    1
                } else {
                    row.number(term.column).expect("a measure")
                };
                total += term.factor * number;
            }
        }
    }
    total as f64
}

fn plain_quantity(
    facts: &[Row],
    filters: &Filters,
    quantity: &Quantity,
    span: Span,
) -> Option<f64> {
    let sum = quantity.sum();
    let first = facts_of(facts, &sum).map(Row::day).min()?;
    let add = |keep: &dyn Fn(NaiveDate) -> bool| plain_sum(facts, filters, sum, keep);
    let (from, to) = (span.from, span.to);
    if to < first {
        return None;
    }
    Some(match *quantity {
        Quantity::Flow(_) => add(&|day| from <= day && day <= to),
        Quantity::Opening(_) => add(&|day| day < from),
        Quantity::Closing(_) => add(&|day| day <= to),
        Quantity::TrailingFlow(days, _) => add(&|day| add_days(to, -days) < day && day <= to),
        Quantity::TrailingOpening(days, _) => add(&|day| day <= add_days(to, -days)),
        Quantity::MeanDaily(_) => {
            let days: Vec<NaiveDate> = (to_days(from)..=to_days(to)).map(from_days).collect();
            let stocks = days.iter().map(|end| add(&|day| day <= *end));
            stocks.sum::<f64>() / days.len() as f64
        }
        Quantity::LastMonth(_) => {
            let over = |month: &NaiveDate| month_end(*month) <= to;
            let months = (0..).map(|back| add_months(month_start(to), -back));
            let month = months.into_iter().find(over)?;
            if month_end(month) < first {
                return None;
            }
            add(&|day| month_start(day) == month)
        }
        Quantity::MonthlyFlow(_) | Quantity::MonthlyOpening(_) => {
            // Month by month: those whose first and last day are shown.
            let days = (to_days(from)..=to_days(to)).map(from_days);
            let starts = days.filter(|day| *day == month_start(*day) && month_end(*day) <= to);
            let starts: Vec<NaiveDate> = starts.collect();
            let flow = matches!(quantity, Quantity::MonthlyFlow(_));
            match (starts.is_empty(), flow) {
                (false, true) => starts
                    .iter()
                    .map(|start| add(&|day| *start <= day && day <= month_end(*start)))
                    .sum(),
                (false, false) => starts.iter().map(|start| add(&|day| day < *start)).sum(),
                (true, true) => {
                    let length = f64::from(to_days(to) - to_days(from) + 1);
                    add(&|day| from <= day && day <= to) * (365.0 / 12.0) / length
                }
                (true, false) => add(&|day| day < from),
            }
        }
        Quantity::AsOf(_) if to == from_days(AS_OF) => add(&|_| true),
        Quantity::AsOf(_) => return None,
    })
}

/// Writes every single thing down, in order, and looks.
fn plain_percentile(
    facts: &[Row],
    filters: &Filters,
    of: Sum,
    share: f64,
    buckets: Buckets,
    span: Span,
) -> Option<f64> {
    let mut things: Vec<i64> = Vec::new();
    for row in facts_of(facts, &of).filter(|row| row.passes(filters)) {
        let within = span.from <= row.day() && row.day() <= span.to;
        if within && row.counts_for(&of.terms[0]) {
            let count = row.number(of.terms[0].column).expect("a count") as usize;
            things.extend(std::iter::repeat_n(
                row.number("bucket").expect("a bucket"),
                count,
            ));
        }
    }
    things.sort_unstable();
    let last = things.len().checked_sub(1)?;
    if buckets == Buckets::Exact {
        let place = last as f64 * share;
        let (low, high) = (
            things[place.floor() as usize],
            things[place.ceil() as usize],
        );
        return Some(low as f64 + (high - low) as f64 * place.fract());
    }
    let wanted = things.len() as f64 * share;
    let bucket = things[((wanted.ceil() as usize).max(1) - 1).min(last)];
    let before = things.iter().filter(|thing| **thing < bucket).count() as f64;
    let inside = things.iter().filter(|thing| **thing == bucket).count() as f64;
    let next = (bucket + 1).max((bucket as f64 * 1.1 + 1e-9).floor() as i64);
    Some(bucket as f64 + (next - bucket) as f64 * (wanted - before) / inside)
}

/// A value for a column from a plain number.
fn value(column: &ColumnSpec, seed: i64, dims: &[&str; Dimension::COUNT], age: i32) -> Value {
    let pick = |values: &[&str]| Value::Text(values[seed as usize % values.len()].to_owned());
    let as_of = from_days(AS_OF);
    let complete = add_months(month_start(add_days(as_of, 1)), -1 - age / 31);
    match (column.role, column.name) {
        (Role::Dimension(dimension), _) => Value::Text(dims[dimension.index()].to_owned()),
        (_, "month") => Value::Day(Some(complete)),
        (_, "cohort_month") => Value::Day(Some(complete)),
        (_, "months_since") => {
            let most = months_between(complete, add_days(month_start(add_days(as_of, 1)), -1));
            Value::Number(seed % (i64::from(most) + 1))
        }
        (_, "day") => Value::Day(Some(from_days(AS_OF - age))),
        (_, "from_stage" | "to_stage") => pick(&[
            "none",
            "lead",
            "opportunity",
            "lost",
            "won",
            "trial",
            "active",
            "churned",
            "moved",
        ]),
        (_, "measure") => pick(&["first_reply", "full_resolution"]),
        (_, "ticket_bucket") => pick(&["0", "1", "2-3", "4+"]),
        (_, "bucket") => Value::Number([0, 1, 5, 19, 20, 100, 3_000][seed as usize % 7]),
        // A histogram counts.
        (Role::Measure(_), "tickets" | "customers") => Value::Number(seed % 5),
        (Role::Measure(_), _) => Value::Number(seed % 60 - 20),
        (_, _) => match column.column_type {
            ColumnType::Date => Value::Day((seed % 2 == 0).then(|| from_days(AS_OF + 10))),
            ColumnType::Text => pick(&["x", "y"]),
            ColumnType::Int64 => Value::Number(seed),
            ColumnType::Bool => Value::Flag(seed % 2 == 0),
        },
    }
}

/// Some rows of any marts.
pub(crate) fn any_facts() -> impl Strategy<Value = Facts> {
    let width = MARTS
        .iter()
        .map(|mart| mart.columns.len())
        .max()
        .unwrap_or(0);
    let row = (
        // Every other row is one of the daily flows.
        prop_oneof![Just(0), 0..MARTS.len()],
        0i32..400,
        proptest::array::uniform5(proptest::sample::select(MANY_VALUES)),
        proptest::collection::vec(0i64..1_000, width),
    )
        .prop_map(|(mart, age, dims, seeds)| Row {
            spec: MARTS[mart],
            values: MARTS[mart]
                .columns
                .iter()
                .zip(seeds)
                .map(|(column, seed)| value(column, seed, &dims, age))
                .collect(),
        });
    proptest::collection::vec(row, 0..80)
}

/// Some view.
pub(crate) fn any_view() -> impl Strategy<Value = View> {
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
