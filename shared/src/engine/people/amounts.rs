//! What each customer contributes to the quantities a metric is formed from.

use super::data::Events;
use super::reach::{factors, measures};
use crate::columns::Codes;
use crate::date::{month_end, to_days};
use crate::engine::value::{complete_months, month_starts};
use crate::metric::{Kind, Metric, Quantity, Sum, Unit};
use crate::metrics::{ACTIVE, METRICS, MRR_FLOWS};
use crate::view::{Filters, Span};

/// One column of amounts: a quantity taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name in files.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// How the amounts are written.
    pub unit: Unit,
    /// One per customer of the facts (by code), or per listed customer.
    pub amounts: Vec<i64>,
}

impl Part {
    /// Sum of the amounts.
    pub fn total(&self) -> i64 {
        self.amounts
            .iter()
            .fold(0, |sum, one| sum.saturating_add(*one))
    }
}

/// How often a fact of a day counts in a quantity over a span.
#[derive(Clone)]
enum Weight {
    /// Once, on the days after the first up to and including the second.
    Within(i32, i32),
    /// Once for each day of the span at whose end it has happened.
    Daily(i32, i32),
    /// Once for each of these days, in order, before which it has happened.
    Before(Vec<i32>),
}

impl Weight {
    fn of(quantity: &Quantity, span: Span) -> Option<Weight> {
        let (from, to) = (to_days(span.from), to_days(span.to));
        let ever = i32::MIN;
        Some(match *quantity {
            Quantity::Flow(_) => Weight::Within(from - 1, to),
            Quantity::Opening(_) => Weight::Within(ever, from - 1),
            Quantity::Closing(_) => Weight::Within(ever, to),
            Quantity::TrailingFlow(days, _) => Weight::Within(to - days, to),
            Quantity::TrailingOpening(days, _) => Weight::Within(ever, to - days),
            Quantity::MeanDaily(_) => Weight::Daily(from, to),
            Quantity::MonthlyFlow(_) => {
                let months = complete_months(span).unwrap_or(span);
                Weight::Within(to_days(months.from) - 1, to_days(months.to))
            }
            Quantity::MonthlyOpening(_) => match complete_months(span) {
                Some(months) => Weight::Before(month_starts(months).map(to_days).collect()),
                None => Weight::Within(ever, from - 1),
            },
            Quantity::LastMonth(_) | Quantity::AsOf(_) => return None,
        })
    }

    fn at(&self, day: i32) -> i64 {
        match self {
            Weight::Within(after, to) => i64::from(*after < day && day <= *to),
            Weight::Daily(from, to) => i64::from((to - day.max(*from) + 1).max(0)),
            Weight::Before(starts) => {
                let reached = starts.partition_point(|start| *start <= day);
                (starts.len() - reached) as i64
            }
        }
    }
}

/// A sum over facts, ready to be asked fact by fact.
pub(super) struct Counting {
    /// Factor of each measure, by code.
    factors: Vec<i64>,
    weight: Weight,
}

impl Counting {
    fn new(events: &Events, sum: &Sum, weight: Weight) -> Counting {
        let mut factors = vec![0; events.measures.values.len()];
        for term in sum.terms {
            let measures = measures(sum.mart, term.column).into_iter();
            for code in measures.filter_map(|measure| events.measure(measure)) {
                factors[code] += term.factor;
            }
        }
        Counting { factors, weight }
    }

    /// MRR at the end of a day.
    pub(super) fn mrr_at(events: &Events, day: i32) -> Counting {
        Counting::new(events, &MRR_FLOWS, Weight::Within(i32::MIN, day))
    }

    /// What the first measure named counts within a span.
    pub(super) fn of(events: &Events, sum: &Sum, span: Span) -> Counting {
        let weight = Weight::Within(to_days(span.from) - 1, to_days(span.to));
        Counting::new(events, sum, weight)
    }

    /// Adds up the facts that pass, by customer (code).
    pub(super) fn add(&self, events: &Events, passes: impl Fn(usize) -> bool) -> Vec<i64> {
        let mut amounts = vec![0i64; events.customers.values.len()];
        let codes: &Codes = events.codes();
        for (row, day) in events.day.iter().enumerate() {
            let factor = self.factors.get(events.measures.codes.get(row)).copied();
            let times = factor.unwrap_or(0).saturating_mul(self.weight.at(*day));
            if times != 0
                && passes(row)
                && let Some(amount) = amounts.get_mut(codes.get(row))
            {
                *amount = amount.saturating_add(times.saturating_mul(events.value.get(row)));
            }
        }
        amounts
    }
}

/// The quantities of a metric by customer of the facts (code), above the line first.
pub(super) fn parts(events: &Events, metric: &Metric, filters: &Filters, span: Span) -> Vec<Part> {
    let allowed = events.cells.allowed(filters);
    let passes = |row: usize| allowed[events.cells.of_row[row] as usize];
    let part = |quantity: Quantity| {
        let weight = Weight::of(&quantity, span)?;
        let sum = quantity.sum();
        let (key, label, unit) = words(metric, &quantity);
        Some(Part {
            key,
            label,
            unit,
            amounts: Counting::new(events, &sum, weight).add(events, passes),
        })
    };
    let factors = factors(metric).into_iter();
    factors.filter_map(part).collect()
}

/// Name in files, name for people and unit of a quantity that stands in a metric.
fn words(metric: &Metric, quantity: &Quantity) -> (String, String, Unit) {
    if matches!(metric.kind, Kind::Is(_)) {
        return (metric.id.to_owned(), metric.label.to_owned(), metric.unit);
    }
    let sum = quantity.sum();
    let stock = !matches!(
        quantity,
        Quantity::Flow(_) | Quantity::TrailingFlow(..) | Quantity::MonthlyFlow(_)
    );
    let same = |other: &&&Metric| match other.kind {
        Kind::Is(Quantity::Flow(own)) => !stock && own == sum,
        Kind::Is(Quantity::Closing(own)) => stock && own == sum,
        _ => false,
    };
    let money = sum
        .terms
        .iter()
        .any(|term| term.column.contains("mrr") || term.column.contains("amount"));
    let unit = if money { Unit::Money } else { Unit::Count };
    let (key, label) = match METRICS.iter().find(same) {
        Some(found) => (found.id.to_owned(), found.label.to_owned()),
        None => {
            let above = match metric.kind {
                Kind::Ratio { over, .. } => over.contains(quantity),
                _ => true,
            };
            let sides = metric
                .formula
                .split_once('÷')
                .unwrap_or((metric.formula, metric.formula));
            let (key, side) = if above {
                ("over", sides.0)
            } else {
                ("under", sides.1)
            };
            (key.to_owned(), bare(side))
        }
    };
    match *quantity {
        Quantity::Opening(_) => (format!("{key}_before"), format!("{label} before"), unit),
        Quantity::MonthlyOpening(_) => (
            format!("{key}_before_months"),
            format!("{label} before each month, added up"),
            unit,
        ),
        Quantity::TrailingFlow(days, _) => (
            format!("{key}_last_{days}d"),
            format!("{label}, last {days} days"),
            unit,
        ),
        Quantity::TrailingOpening(days, _) => (
            format!("{key}_{days}d_earlier"),
            format!("{label} {days} days earlier"),
            unit,
        ),
        Quantity::MeanDaily(sum) if sum == ACTIVE => {
            ("days_active".to_owned(), "Days active".to_owned(), unit)
        }
        Quantity::MeanDaily(_) => (
            format!("{key}_days"),
            format!("{label}, summed over days"),
            unit,
        ),
        _ => (key, label, unit),
    }
}

/// One side of a formula without the brackets around all of it, with its first letter large.
fn bare(side: &str) -> String {
    let side = side.trim();
    let inner = side
        .strip_prefix('(')
        .and_then(|side| side.strip_suffix(')'));
    let mut letters = inner.unwrap_or(side).chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The month of acquisition, from its first to its last day.
pub(super) fn month_of(month: chrono::NaiveDate) -> Span {
    Span {
        from: month,
        to: month_end(month),
    }
}
