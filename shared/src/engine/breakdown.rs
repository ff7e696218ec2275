//! The rows of a view by the values of a dimension: the heaviest values each, all others together.

use std::sync::Arc;

use super::evaluation::Evaluation;
use super::movements::{Movements, Subject};
use super::slice::Slice;
use super::split::{MOST_BRANCHES, Split};
use crate::dimension::Dimension;
use crate::format::value_name;
use crate::metric::Metric;
use crate::view::Filter;

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

impl Evaluation {
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
        let chosen = split.heaviest(metric);
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
        let (included, slice) = split.slice(values.clone());
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
