//! The rows a filter lets through, as running sums by day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::breakdown::Group;
use super::dataset::Dataset;
use super::marts::Marts;
use super::value::Prepared;
use crate::dimension::Dimension;
use crate::metric::{Metric, Rows, Sum, Term, plus};
use crate::view::{Filters, Span};

/// Filtered marts. What a metric needs is added up when it is first asked for; from then on any span costs two look-ups.
#[derive(Debug)]
pub struct Slice {
    marts: Arc<Marts>,
    filters: Filters,
    /// Of these rows, the ones it is made of; all if none.
    group: Option<Group>,
    /// One per mart.
    parts: Vec<Part>,
}

/// The part of a slice in one mart.
#[derive(Debug, Default)]
struct Part {
    /// Rows that pass.
    rows: OnceLock<Vec<u32>>,
    /// Per column and kind of rows: element i + 1 is the sum of all days up to day index i.
    running: Mutex<HashMap<(&'static str, Rows), Running>>,
}

/// A running sum per day, shared by all who ask for it.
type Running = Arc<[i64]>;

impl Slice {
    /// Filters the marts.
    pub fn new(marts: Arc<Marts>, filters: &Filters) -> Slice {
        let parts = marts.all().iter().map(|_| Part::default()).collect();
        Slice {
            marts,
            filters: filters.clone(),
            group: None,
            parts,
        }
    }

    /// The rows of some values of a dimension, which the filters must say too.
    pub(super) fn of_group(marts: Arc<Marts>, filters: &Filters, group: Group) -> Slice {
        Slice {
            group: Some(group),
            ..Slice::new(marts, filters)
        }
    }

    /// Whether no row of the daily flows passes.
    pub fn is_empty(&self) -> bool {
        self.rows(0).is_empty()
    }

    /// The value of a metric over a span; none where it has no meaning (a rate of nothing, an empty span), where a mart
    /// is not at hand or holds nothing so early, and where the metric cannot follow a filter.
    pub fn value(&self, metric: &Metric, span: Span) -> Option<f64> {
        self.prepare(metric)?.value(span)
    }

    /// The values of a metric over many spans; see [`Slice::value`].
    pub fn values(&self, metric: &Metric, spans: &[Span]) -> Vec<Option<f64>> {
        let prepared = self.prepare(metric);
        let value = |span: &Span| prepared.as_ref()?.value(*span);
        spans.iter().map(value).collect()
    }

    /// Of a column of the daily flows, what had accumulated at the end of each day: element i + 1 is the sum of all days up
    /// to day index i, and element 0 is zero. Zeros for a column there is not.
    pub fn running_sums(&self, column: &'static str) -> Arc<[i64]> {
        self.running(0, &plus(column))
    }

    /// Sums of a column of the daily flows over a span by the values of a dimension, in the order of
    /// [`Dataset::coded_values`], under all filters but the one on this dimension.
    pub fn sums_by_value(
        &self,
        column: &'static str,
        dimension: Dimension,
        span: Span,
    ) -> Vec<i64> {
        let data = self.marts.daily();
        let allowed = data.cells.allowed(&self.filters.without(dimension));
        let measure = data.measure(column);
        let (from, to) = (data.day_index(span.from), data.day_index(span.to));
        let mut sums = vec![0; data.cells.values(dimension).len()];
        for (row, cell) in data.cells.of_row.iter().enumerate() {
            let cell = *cell as usize;
            if allowed[cell] && (from..=to).contains(&i64::from(data.day[row])) {
                sums[data.cells.code(cell, dimension)] += measure.of(row);
            }
        }
        sums
    }

    /// Finds what a metric needs once, to then ask for many spans.
    pub(super) fn prepare(&self, metric: &Metric) -> Option<Prepared<'_>> {
        let follows = metric.cannot_follow(&self.filters).is_empty();
        follows.then(|| Prepared::new(self, metric))?
    }

    /// The running sums of a sum; none if its mart is not at hand.
    pub(super) fn accumulated(&self, sum: Sum) -> Option<Accumulated<'_>> {
        let mart = self.marts.position(sum.mart)?;
        let term = |term: &Term| (self.running(mart, term), term.factor);
        Some(Accumulated {
            data: &self.marts.all()[mart],
            terms: sum.terms.iter().map(term).collect(),
        })
    }

    /// The mart of a sum, and its rows that pass and that a term of the sum adds.
    pub(super) fn chosen(&self, sum: Sum) -> Option<(&Dataset, Vec<usize>)> {
        let mart = self.marts.position(sum.mart)?;
        let data = self.marts.all()[mart].as_ref();
        let chosen = sum.terms.iter().flat_map(|term| {
            let pick = data.pick(term.rows);
            let rows = self.rows(mart).iter().map(|row| *row as usize);
            rows.filter(move |row| pick.admits(*row))
        });
        Some((data, chosen.collect()))
    }

    /// Of the daily flows, per combination of dimension values: what had accumulated of one sum before a span, and what
    /// happened of another within it. One pass, however many values there are.
    pub(super) fn by_cell(&self, span: Span, stock: Sum, flow: Sum) -> Vec<(i64, i64)> {
        let data = self.marts.daily();
        let (from, to) = (data.day_index(span.from), data.day_index(span.to));
        let mut sums = vec![(0i64, 0i64); data.cells.count()];
        for (term, of_stock) in stock
            .terms
            .iter()
            .map(|term| (term, true))
            .chain(flow.terms.iter().map(|term| (term, false)))
        {
            let (pick, measure) = (data.pick(term.rows), data.measure(term.column));
            for row in self.rows(0).iter().map(|row| *row as usize) {
                let day = i64::from(data.day[row]);
                let sum = &mut sums[data.cells.of_row[row] as usize];
                if of_stock && day < from && pick.admits(row) {
                    sum.0 += term.factor * measure.of(row);
                } else if !of_stock && (from..=to).contains(&day) && pick.admits(row) {
                    sum.1 += term.factor * measure.of(row);
                }
            }
        }
        sums
    }

    fn rows(&self, mart: usize) -> &[u32] {
        self.parts[mart].rows.get_or_init(|| {
            let data = &self.marts.all()[mart];
            if let Some(group) = &self.group {
                return group.rows(mart, data);
            }
            let allowed = data.cells.allowed(&self.filters);
            let cells = (0u32..).zip(&data.cells.of_row);
            cells
                .filter(|(_, cell)| allowed[**cell as usize])
                .map(|(row, _)| row)
                .collect()
        })
    }

    fn running(&self, mart: usize, term: &Term) -> Running {
        let kept = &self.parts[mart].running;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = kept.entry((term.column, term.rows)).or_insert_with(|| {
            let data = &self.marts.all()[mart];
            let (pick, measure) = (data.pick(term.rows), data.measure(term.column));
            let mut running = vec![0i64; data.day_count() + 1];
            for row in self.rows(mart).iter().map(|row| *row as usize) {
                if pick.admits(row) {
                    running[data.day[row] as usize + 1] += measure.of(row);
                }
            }
            let mut total = 0;
            for value in &mut running {
                total += *value;
                *value = total;
            }
            running.into()
        });
        Arc::clone(sums)
    }
}

/// Running sums by day of a weighted sum of columns.
pub(super) struct Accumulated<'a> {
    pub(super) data: &'a Dataset,
    terms: Vec<(Running, i64)>,
}

impl Accumulated<'_> {
    /// What happened within a span.
    pub(super) fn flow(&self, span: Span) -> i64 {
        self.closing(span) - self.opening(span)
    }

    /// What had accumulated at the end of the day before a span.
    pub(super) fn opening(&self, span: Span) -> i64 {
        self.up_to(self.data.day_index(span.from) - 1)
    }

    /// What has accumulated at the end of a span.
    pub(super) fn closing(&self, span: Span) -> i64 {
        self.up_to(self.data.day_index(span.to))
    }

    /// What has accumulated at the end of the day with an index; nothing before the data, all after it.
    pub(super) fn up_to(&self, day: i64) -> i64 {
        let last = self.data.day_count() as i64 - 1;
        let at = (day.clamp(-1, last) + 1) as usize;
        let terms = self.terms.iter();
        terms.map(|(running, factor)| factor * running[at]).sum()
    }
}
