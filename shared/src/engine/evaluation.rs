//! A view evaluated on marts: everything a page asks for.

use std::sync::Arc;

use super::marts::Marts;
use super::movements::{Movements, Subject};
use super::slice::Slice;
use super::split::{Split, Splits};
use crate::change::Change;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::ACTIVE;
use crate::view::{Bucket, Span, View, Window, buckets, compared_buckets};

/// A view on marts. Cheap to make; numbers are formed when asked for.
#[derive(Debug)]
pub struct Evaluation {
    marts: Arc<Marts>,
    view: View,
    window: Window,
    buckets: Vec<Bucket>,
    compared: Vec<Option<Bucket>>,
    slice: Slice,
    splits: Splits,
}

/// A metric by bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The metric.
    pub metric: &'static Metric,
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// A value per bucket: cents, counts, or a share of one; none where it has no meaning.
    pub values: Vec<Option<f64>>,
}

/// A metric over the whole range, and over the range it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// The metric.
    pub metric: &'static Metric,
    /// Over the days shown.
    pub value: Option<f64>,
    /// Over the days compared; none if there are none, or no value.
    pub previous: Option<f64>,
    /// The change, if both have a value.
    pub change: Option<Change>,
}

/// Which filters a breakdown obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of them: only values that pass have a part.
    AllFilters,
    /// All but the one on the dimension broken down by, so that what is filtered out stays visible.
    AllButOwn,
}

/// A metric for one value of a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The value of the dimension.
    pub value: String,
    /// The metric's value.
    pub amount: Option<f64>,
}

impl Evaluation {
    /// Evaluates a view.
    pub fn new(marts: Arc<Marts>, view: &View) -> Evaluation {
        let window = view.resolve(marts.as_of(), marts.daily().data_start());
        let grain = view.grain();
        let buckets = buckets(window.shown, grain, window.data_start);
        let compared = compared_buckets(&window, &buckets, grain);
        let slice = Slice::new(Arc::clone(&marts), &view.filters);
        Evaluation {
            marts,
            view: view.clone(),
            window,
            buckets,
            compared,
            slice,
            splits: Splits::default(),
        }
    }

    /// The view.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The marts.
    pub fn marts(&self) -> &Arc<Marts> {
        &self.marts
    }

    /// The days shown and compared.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// The buckets shown.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// For each bucket shown, the one it is compared with.
    pub fn compared_buckets(&self) -> &[Option<Bucket>] {
        &self.compared
    }

    /// The filtered data, for spans of one's own.
    pub fn slice(&self) -> &Slice {
        &self.slice
    }

    /// The view's rows by the values of a dimension.
    pub(super) fn split(&self, dimension: Dimension) -> &Split {
        let filters = &self.view.filters;
        let make = || Split::new(&self.marts, filters, self.window.shown, dimension);
        self.splits.by(dimension, make)
    }

    /// Whether nothing passes the filters or no day is shown: then there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.slice.is_empty() || self.buckets.is_empty()
    }

    /// A metric by bucket.
    pub fn series(&self, metric: &'static Metric) -> Series {
        let prepared = self.slice.prepare(metric);
        let value = |bucket: &Bucket| prepared.as_ref()?.value(bucket.span());
        Series {
            metric,
            buckets: self.buckets.clone(),
            values: self.buckets.iter().map(value).collect(),
        }
    }

    /// Of a metric's values by bucket (those of [`Evaluation::series`]) the ones that may be drawn
    /// beside each other: without those of incomplete periods where they would look like a drop. A
    /// single period is always drawn.
    pub fn drawable(&self, metric: &Metric, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let all = !metric.needs_whole_period() || self.buckets.len() == 1;
        let kept =
            |(value, bucket): (&Option<f64>, &Bucket)| value.filter(|_| all || !bucket.partial);
        values.iter().zip(&self.buckets).map(kept).collect()
    }

    /// The same for the values of [`Evaluation::compared_series`].
    pub fn drawable_compared(&self, metric: &Metric, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let all = !metric.needs_whole_period() || self.buckets.len() == 1;
        let whole = |bucket: &Option<Bucket>| bucket.is_some_and(|bucket| !bucket.partial);
        let kept = |(value, bucket): (&Option<f64>, &Option<Bucket>)| {
            value.filter(|_| all || whole(bucket))
        };
        values.iter().zip(&self.compared).map(kept).collect()
    }

    /// The values a metric's buckets are compared with, one per bucket shown; none without a
    /// comparison.
    pub fn compared_series(&self, metric: &'static Metric) -> Option<Vec<Option<f64>>> {
        self.window.compared?;
        let prepared = self.slice.prepare(metric);
        let value = |bucket: &Option<Bucket>| prepared.as_ref()?.value(bucket.as_ref()?.span());
        Some(self.compared.iter().map(value).collect())
    }

    /// A metric over the whole range.
    pub fn total(&self, metric: &'static Metric) -> Total {
        let value = self.slice.value(metric, self.window.shown);
        let previous = self
            .window
            .compared
            .and_then(|span| self.slice.value(metric, span));
        Total {
            metric,
            value,
            previous,
            change: previous
                .zip(value)
                .map(|(previous, value)| Change::between(metric, previous, value)),
        }
    }

    /// Movements by bucket.
    pub fn movements(&self, subject: Subject) -> Movements {
        Movements::compute(&self.slice, subject, &self.buckets)
    }

    /// A metric over the whole range for each value of a dimension, in the order in which values
    /// are shown.
    pub fn breakdown(
        &self,
        metric: &'static Metric,
        dimension: Dimension,
        scope: Scope,
    ) -> Vec<Part> {
        let part = |(value, amounts): (String, Vec<Option<f64>>)| Part {
            value,
            amount: amounts.first().copied().flatten(),
        };
        let values = self.by_value(&[metric], dimension, scope);
        values.into_iter().map(part).collect()
    }

    /// Several metrics over the whole range for each value of a dimension that passes the filters.
    pub fn profile(
        &self,
        metrics: &[&'static Metric],
        dimension: Dimension,
    ) -> Vec<(String, Vec<Option<f64>>)> {
        self.by_value(metrics, dimension, Scope::AllFilters)
    }

    fn by_value(
        &self,
        metrics: &[&'static Metric],
        dimension: Dimension,
        scope: Scope,
    ) -> Vec<(String, Vec<Option<f64>>)> {
        let filters = &self.view.filters;
        let own = filters.get(dimension);
        let own = own.filter(|_| scope == Scope::AllFilters);
        let of = |value: &str| {
            let marts = Arc::clone(&self.marts);
            let slice = Slice::of_values(marts, filters, dimension, vec![value.to_owned()]);
            let amounts = metrics
                .iter()
                .map(|metric| slice.value(metric, self.window.shown));
            (value.to_owned(), amounts.collect())
        };
        let values = self.marts.daily().values(dimension).into_iter();
        let shown = values.filter(|value| own.is_none_or(|filter| filter.allows(value)));
        shown.map(of).collect()
    }

    /// Active customers at the end of the range for each value of a dimension, under all other
    /// filters: the counts of a filter menu. Values without customers are there too.
    pub fn menu(&self, dimension: Dimension) -> Vec<(String, i64)> {
        let data = self.marts.daily();
        let until = Span {
            from: data.data_start(),
            to: self.window.shown.to,
        };
        let counts = self.slice.by_value(ACTIVE, dimension, until);
        let values = data.coded_values(dimension).iter().cloned();
        let mut out: Vec<(String, i64)> = values.zip(counts).collect();
        out.sort_by(|a, b| dimension.compare_values(&a.0, &b.0));
        out
    }
}
