//! The rows a filter lets through, as running sums by day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::dataset::{CellRows, Dataset};
use super::marts::Marts;
use crate::dimension::Dimension;
use crate::metric::{Rows, Sum, Term, plus};
use crate::view::{Filter, Filters, Span};

/// Filtered marts. What a metric needs is added up when it is first asked for; from then on any
/// span costs two look-ups.
#[derive(Debug)]
pub struct Slice {
    marts: Arc<Marts>,
    /// All conditions, those of the group among them.
    pub(super) filters: Filters,
    group: Option<Group>,
    /// One per mart and, in it, per column and kind of rows: element i + 1 is the sum of all days
    /// up to day index i.
    running: Vec<Mutex<HashMap<(&'static str, Rows), Running>>>,
}

/// Some values of a dimension within rows that are filtered already.
#[derive(Debug)]
struct Group {
    /// The conditions on the rows it is part of.
    within: Filters,
    dimension: Dimension,
    values: Vec<String>,
}

/// A running sum per day, shared by all who ask for it.
type Running = Arc<[i64]>;

impl Slice {
    /// Filters the marts.
    pub fn new(marts: Arc<Marts>, filters: &Filters) -> Slice {
        let running = marts.all().iter().map(|_| Mutex::default()).collect();
        Slice {
            marts,
            filters: filters.clone(),
            group: None,
            running,
        }
    }

    /// The rows with some values of a dimension, under all filters but the one on this dimension.
    /// What is asked of many such groups is added up for all at once.
    pub(super) fn of_values(
        marts: Arc<Marts>,
        within: &Filters,
        dimension: Dimension,
        values: Vec<String>,
    ) -> Slice {
        let filters = within.clone().with(dimension, Filter::include(&values));
        let group = Group {
            within: within.clone(),
            dimension,
            values,
        };
        Slice {
            group: Some(group),
            ..Slice::new(marts, &filters)
        }
    }

    /// Whether no row of the daily flows passes.
    pub fn is_empty(&self) -> bool {
        self.marts.daily().nothing_passes(&self.filters)
    }

    /// Of a column of the daily flows, what had accumulated at the end of each day: element i + 1
    /// is the sum of all days up to day index i, and element 0 is zero. Zeros for a column there is
    /// not.
    pub fn running_sums(&self, column: &'static str) -> Arc<[i64]> {
        self.running(0, &plus(column))
    }

    /// Sums of a column of the daily flows over a span by the values of a dimension, in the order
    /// of [`Dataset::coded_values`], under all filters but the one on this dimension.
    pub fn sums_by_value(
        &self,
        column: &'static str,
        dimension: Dimension,
        span: Span,
    ) -> Vec<i64> {
        let data = self.marts.daily();
        let days = data.day_range(span);
        data.by_value(&self.filters, &plus(column), dimension, days)
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

    /// A sum over a span by the values of a dimension, by code, under all filters but the one on
    /// this dimension; nothing if its mart is not at hand.
    pub(super) fn by_value(&self, sum: Sum, dimension: Dimension, span: Span) -> Vec<i64> {
        let Some(mart) = self.marts.position(sum.mart) else {
            return Vec::new();
        };
        let data = &self.marts.all()[mart];
        let days = data.day_range(span);
        let mut sums = vec![0; data.coded_values(dimension).len()];
        for term in sum.terms {
            let part = data.by_value(&self.filters, term, dimension, days.clone());
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += term.factor * part;
            }
        }
        sums
    }

    /// The mart of a sum, and of the rows that a term of the sum adds those that pass: their cells,
    /// and the rows of each.
    pub(super) fn chosen(&self, sum: Sum) -> Option<(&Dataset, Vec<CellRows>)> {
        let mart = self.marts.position(sum.mart)?;
        let data = self.marts.all()[mart].as_ref();
        let terms = sum.terms.iter();
        let chosen = terms.flat_map(|term| data.passing(&self.filters, term.rows));
        Some((data, chosen.collect()))
    }

    fn running(&self, mart: usize, term: &Term) -> Running {
        let mut kept = self.running[mart]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let sums = kept.entry((term.column, term.rows)).or_insert_with(|| {
            let data = &self.marts.all()[mart];
            let running = match &self.group {
                None => data.running(&self.filters, term, None),
                Some(group) => {
                    let of = (group.dimension, &group.values[..]);
                    data.running(&group.within, term, Some(of))
                }
            };
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

    /// What has accumulated at the end of the day with an index; nothing before the data, all after
    /// it.
    pub(super) fn up_to(&self, day: i64) -> i64 {
        let last = self.data.day_count() as i64 - 1;
        let at = (day.clamp(-1, last) + 1) as usize;
        let terms = self.terms.iter();
        terms.map(|(running, factor)| factor * running[at]).sum()
    }
}
