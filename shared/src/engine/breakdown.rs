//! The rows of a view by the values of a dimension: the heaviest values each, all others together.

use std::sync::{Arc, OnceLock};

use super::evaluation::Evaluation;
use super::movements::{Movements, Subject};
use super::slice::Slice;
use crate::dimension::Dimension;
use crate::format::value_name;
use crate::metric::Metric;
use crate::metrics::ACTIVE_CUSTOMERS;
use crate::view::Filter;

/// The most values that are shown separately. If there are more, the last branch is what is left.
pub const MOST_BRANCHES: usize = 6;

/// A value of the dimension, or all values that have no branch of their own.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The value, or how many others there are.
    pub name: String,
    /// Whether it is the others.
    pub others: bool,
    /// Place among the values shown separately, below [`MOST_BRANCHES`]: a value has the same in
    /// all charts as far as possible, so that it can have the same colour. What is left has
    /// [`MOST_BRANCHES`].
    pub slot: usize,
    /// The condition on the dimension that leaves only this branch of the view.
    pub filter: Filter,
    slice: Arc<Slice>,
}

/// What an evaluation has divided so far, by dimension.
#[derive(Debug, Default)]
pub(super) struct Splits([OnceLock<Split>; Dimension::COUNT]);

/// The view's rows by the values of a dimension.
#[derive(Debug)]
pub(super) struct Split {
    dimension: Dimension,
    /// The values that pass the view's filters, in the order in which they are shown.
    pub(super) values: Vec<(String, Arc<Slice>)>,
    /// The values with the most customers, at most as many as are shown separately; their place is
    /// their slot.
    largest: Vec<String>,
}

impl Split {
    fn new(evaluation: &Evaluation, dimension: Dimension) -> Split {
        let marts = evaluation.marts().all();
        let filters = &evaluation.view().filters;
        let passes = |value: &&str| filters.get(dimension).is_none_or(|f| f.allows(value));
        let known = marts.iter().flat_map(|data| data.coded_values(dimension));
        let mut values: Vec<&str> = known.map(String::as_str).filter(passes).collect();
        values.sort_by(|a, b| dimension.compare_values(a, b));
        values.dedup();
        let mut split = Split {
            dimension,
            values: Vec::new(),
            largest: Vec::new(),
        };
        let one = |value: &str| {
            let slice = split.slice(evaluation, vec![value.to_owned()]);
            (value.to_owned(), Arc::new(slice.1))
        };
        split.values = values.into_iter().map(one).collect();
        let largest = split.heaviest(evaluation, &ACTIVE_CUSTOMERS);
        split.largest = largest
            .iter()
            .map(|at| split.values[*at].0.clone())
            .collect();
        split
    }

    /// The condition that leaves only some values, and their rows.
    fn slice(&self, evaluation: &Evaluation, values: Vec<String>) -> (Filter, Slice) {
        let filter = Filter::include(&values);
        let marts = Arc::clone(evaluation.marts());
        let filters = &evaluation.view().filters;
        let slice = Slice::of_values(marts, filters, self.dimension, values);
        (filter, slice)
    }

    /// The values a metric shows separately, as positions in order. One is left for the others if
    /// there are too many.
    fn heaviest(&self, evaluation: &Evaluation, metric: &Metric) -> Vec<usize> {
        let span = evaluation.window().shown;
        let weigh = |slice: &Slice| slice.prepare(metric).map_or(0.0, |one| one.weight(span));
        let weights = self.values.iter().map(|(_, slice)| weigh(slice));
        let mut heavy: Vec<(usize, f64)> = weights.enumerate().filter(|one| one.1 > 0.0).collect();
        if heavy.len() > MOST_BRANCHES {
            heavy.sort_by(|a, b| b.1.total_cmp(&a.1));
            heavy.truncate(MOST_BRANCHES - 1);
        }
        let mut places: Vec<usize> = heavy.into_iter().map(|(at, _)| at).collect();
        places.sort_unstable();
        places
    }

    /// A slot for each of some values: its own if it has one, else one that is free.
    fn slots(&self, values: &[&str]) -> Vec<usize> {
        let own = |value: &&str| self.largest.iter().position(|large| large == value);
        let taken: Vec<Option<usize>> = values.iter().map(own).collect();
        let mut free = (0..MOST_BRANCHES).filter(|slot| !taken.contains(&Some(*slot)));
        let slot = |own: &Option<usize>| own.or_else(|| free.next()).unwrap_or_default();
        taken.iter().map(slot).collect()
    }
}

impl Evaluation {
    /// The view's rows by the values of a dimension.
    pub(super) fn split(&self, dimension: Dimension) -> &Split {
        self.splits.0[dimension.index()].get_or_init(|| Split::new(self, dimension))
    }

    /// The dimension a metric is broken down by: the view's, if the metric can follow it.
    pub fn broken_down_by(&self, metric: &Metric) -> Option<Dimension> {
        self.view()
            .by
            .filter(|dimension| metric.follows(*dimension))
    }

    /// The branches of a metric in the order in which values are shown, the others last: at most
    /// [`MOST_BRANCHES`], the heaviest of the days shown. Empty if it is not broken down. Values of
    /// which there is nothing have no branch.
    pub fn branches(&self, metric: &Metric) -> Vec<Branch> {
        let Some(dimension) = self.broken_down_by(metric) else {
            return Vec::new();
        };
        let split = self.split(dimension);
        let chosen = split.heaviest(self, metric);
        let names: Vec<&str> = chosen
            .iter()
            .map(|at| split.values[*at].0.as_str())
            .collect();
        let own = names.iter().zip(split.slots(&names)).zip(&chosen);
        let own = own.map(|((name, slot), at)| Branch {
            name: (*name).to_owned(),
            others: false,
            slot,
            filter: Filter::include([*name]),
            slice: Arc::clone(&split.values[*at].1),
        });
        let mut branches: Vec<Branch> = own.collect();
        let rest = split.values.iter().map(|(value, _)| value);
        let rest: Vec<String> = rest
            .filter(|v| !names.contains(&v.as_str()))
            .cloned()
            .collect();
        branches.extend(self.others(metric, split, rest, &names));
        branches
    }

    /// The branch of what is left, if there is anything.
    fn others(
        &self,
        metric: &Metric,
        split: &Split,
        values: Vec<String>,
        named: &[&str],
    ) -> Option<Branch> {
        let (included, slice) = split.slice(self, values.clone());
        let prepared = slice.prepare(metric)?;
        let value = |span| prepared.value(span);
        let something = self
            .buckets()
            .iter()
            .any(|bucket| value(bucket.span()).unwrap_or(0.0) != 0.0)
            || prepared.weight(self.window().shown) > 0.0;
        drop(prepared);
        // Where values were chosen already, what is left are the rest of those; else it is all but
        // the ones shown separately.
        let chosen = self.view().filters.get(split.dimension);
        let filter = match chosen {
            Some(filter) if !filter.exclude => included,
            Some(filter) => Filter::exclude(
                filter
                    .values
                    .iter()
                    .map(String::as_str)
                    .chain(named.iter().copied()),
            ),
            None => Filter::exclude(named.iter().copied()),
        };
        if !something {
            return None;
        }
        let name = match values.as_slice() {
            [one] => value_name(one).to_owned(),
            more => format!("{} others", more.len()),
        };
        Some(Branch {
            name,
            others: values.len() > 1,
            slot: MOST_BRANCHES,
            filter,
            slice: Arc::new(slice),
        })
    }

    /// A metric by bucket for a branch.
    pub fn branch_series(&self, branch: &Branch, metric: &Metric) -> Vec<Option<f64>> {
        let prepared = branch.slice.prepare(metric);
        let buckets = self.buckets().iter();
        let value = |span| prepared.as_ref()?.value(span);
        buckets.map(|bucket| value(bucket.span())).collect()
    }

    /// Movements by bucket for a branch.
    pub fn branch_movements(&self, branch: &Branch, subject: Subject) -> Movements {
        Movements::compute(&branch.slice, subject, self.buckets())
    }
}
