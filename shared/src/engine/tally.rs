//! What happened in a span, added up by the values of a mart's own keys: stages, reasons,
//! priorities.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::dataset::{CellRows, Dataset};
use super::slice::Slice;
use crate::columns::NULL_DAY;
use crate::date::{from_days, month_start, to_days};
use crate::metric::{ROWS, Sum, Term, plus};
use crate::view::Span;

/// Every row of a mart, once.
const EVERY: &[Term] = &[plus(ROWS)];

/// Sums of the rows with the same values in the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// One value per key asked for.
    pub keys: Vec<String>,
    /// One sum per measure asked for.
    pub sums: Vec<i64>,
}

impl Tally {
    /// The n-th sum; zero past the end.
    pub fn sum(&self, measure: usize) -> i64 {
        self.sums.get(measure).copied().unwrap_or_default()
    }

    /// The n-th key; empty past the end.
    pub fn key(&self, at: usize) -> &str {
        self.keys.get(at).map_or("", String::as_str)
    }
}

/// A part as a share of a whole; none of nothing.
pub fn share(part: i64, whole: i64) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}

/// Adds measures of a mart by its text keys, over the rows that pass the filters and are dated
/// within a span (rows by month count on the last day of their month). Ascending by key; without a
/// group all of whose sums are zero; nothing if the mart is not at hand.
pub fn tally(
    slice: &Slice,
    mart: &'static str,
    keys: &[&'static str],
    measures: &[&'static str],
    span: Span,
) -> Vec<Tally> {
    let Some((data, cells)) = every(slice, mart) else {
        return Vec::new();
    };
    let texts: Option<Vec<_>> = keys.iter().map(|key| data.text(key)).collect();
    let Some(texts) = texts else {
        return Vec::new();
    };
    let columns: Vec<_> = measures.iter().map(|name| data.measure(name)).collect();
    let (first, last) = (to_days(span.from), to_days(span.to));
    let mut groups: BTreeMap<Vec<usize>, Vec<i64>> = BTreeMap::new();
    for (cell, rows) in cells {
        let codes = texts.iter().map(|(key, _)| data.code(cell, *key)).collect();
        let sums = groups
            .entry(codes)
            .or_insert_with(|| vec![0; columns.len()]);
        for row in rows.filter(|row| (first..=last).contains(&data.day_number(*row))) {
            for (sum, column) in sums.iter_mut().zip(&columns) {
                *sum += column.map_or(0, |column| data.value(column, row));
            }
        }
    }
    let named = |(codes, sums): (Vec<usize>, Vec<i64>)| {
        let value = |((_, values), code): (&(usize, &[String]), usize)| values.get(code).cloned();
        let keys = texts.iter().zip(codes).map(value);
        Tally {
            keys: keys.map(Option::unwrap_or_default).collect(),
            sums,
        }
    };
    let happened = |(_, sums): &(Vec<usize>, Vec<i64>)| sums.iter().any(|sum| *sum != 0);
    groups.into_iter().filter(happened).map(named).collect()
}

/// Active customers scheduled to cancel, and their MRR in cents, by the month in which the last of
/// their subscriptions ends, on the snapshot's day.
pub fn scheduled_churn(slice: &Slice) -> Vec<(NaiveDate, i64, i64)> {
    let Some((data, cells)) = every(slice, "customers") else {
        return Vec::new();
    };
    let (Some(days), Some(mrr)) = (data.dates("scheduled_churn_on"), data.measure("mrr")) else {
        return Vec::new();
    };
    let mut months: BTreeMap<NaiveDate, (i64, i64)> = BTreeMap::new();
    let rows = cells.into_iter().flat_map(|(_, rows)| rows);
    for row in rows.filter(|row| days[*row] != NULL_DAY) {
        let month = months.entry(month_start(from_days(days[row]))).or_default();
        month.0 += 1;
        month.1 += data.value(mrr, row);
    }
    let flat = |(month, (customers, mrr))| (month, customers, mrr);
    months.into_iter().map(flat).collect()
}

fn every<'a>(slice: &'a Slice, mart: &'static str) -> Option<(&'a Dataset, Vec<CellRows>)> {
    slice.chosen(Sum { mart, terms: EVERY })
}
