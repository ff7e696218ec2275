//! The rows of a view by the values of a dimension, and the values with the most customers.

use std::sync::{Arc, OnceLock};

use super::marts::Marts;
use super::slice::Slice;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::ACTIVE_CUSTOMERS;
use crate::view::{Filter, Filters, Span};

/// The most values that are shown separately. If there are more, the last branch is what is left.
pub const MOST_BRANCHES: usize = 6;

/// What an evaluation has divided so far, by dimension.
#[derive(Debug, Default)]
pub(super) struct Splits([OnceLock<Split>; Dimension::COUNT]);

impl Splits {
    /// The split by a dimension, made when it is first asked for.
    pub(super) fn by(&self, dimension: Dimension, make: impl FnOnce() -> Split) -> &Split {
        self.0[dimension.index()].get_or_init(make)
    }
}

/// The view's rows by the values of a dimension.
#[derive(Debug)]
pub(super) struct Split {
    marts: Arc<Marts>,
    filters: Filters,
    shown: Span,
    /// The dimension.
    pub(super) dimension: Dimension,
    /// The values that pass the view's filters, in the order in which they are shown.
    pub(super) values: Vec<(String, Arc<Slice>)>,
    /// The values with the most customers, at most as many as are shown separately; their place is
    /// their slot.
    largest: Vec<String>,
}

impl Split {
    /// Divides the rows under some filters; a dimension's heaviest values are those of the days
    /// shown.
    pub(super) fn new(
        marts: &Arc<Marts>,
        filters: &Filters,
        shown: Span,
        dimension: Dimension,
    ) -> Split {
        let passes = |value: &&str| filters.get(dimension).is_none_or(|f| f.allows(value));
        let all = marts.all().iter();
        let known = all.flat_map(|data| data.coded_values(dimension));
        let mut values: Vec<&str> = known.map(String::as_str).filter(passes).collect();
        values.sort_by(|a, b| dimension.compare_values(a, b));
        values.dedup();
        let mut split = Split {
            marts: Arc::clone(marts),
            filters: filters.clone(),
            shown,
            dimension,
            values: Vec::new(),
            largest: Vec::new(),
        };
        let one = |value: &str| {
            let slice = split.slice(vec![value.to_owned()]);
            (value.to_owned(), Arc::new(slice.1))
        };
        split.values = values.into_iter().map(one).collect();
        let largest = split.heaviest(&ACTIVE_CUSTOMERS);
        split.largest = largest
            .iter()
            .map(|at| split.values[*at].0.clone())
            .collect();
        split
    }

    /// The condition that leaves only some values, and their rows.
    pub(super) fn slice(&self, values: Vec<String>) -> (Filter, Slice) {
        let filter = Filter::include(&values);
        let marts = Arc::clone(&self.marts);
        let slice = Slice::of_values(marts, &self.filters, self.dimension, values);
        (filter, slice)
    }

    /// The values a metric shows separately, as positions in order. One is left for the others if
    /// there are too many.
    pub(super) fn heaviest(&self, metric: &Metric) -> Vec<usize> {
        let weigh = |slice: &Slice| {
            slice
                .prepare(metric)
                .map_or(0.0, |one| one.weight(self.shown))
        };
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
    pub(super) fn slots(&self, values: &[&str]) -> Vec<usize> {
        let own = |value: &&str| self.largest.iter().position(|large| large == value);
        let taken: Vec<Option<usize>> = values.iter().map(own).collect();
        let mut free = (0..MOST_BRANCHES).filter(|slot| !taken.contains(&Some(*slot)));
        let slot = |own: &Option<usize>| own.or_else(|| free.next()).unwrap_or_default();
        taken.iter().map(slot).collect()
    }
}
