//! The rows a filter lets through, as running sums by day.

use std::sync::{Arc, OnceLock};

use super::dataset::Dataset;
use crate::metric::{Kind, Metric, Quantity, Sum};
use crate::view::{Filters, Span};

/// A filtered dataset. A column is added up when it is first needed; from then on any span costs two look-ups.
#[derive(Debug)]
pub struct Slice {
    data: Arc<Dataset>,
    /// Rows that pass; none means all.
    rows: Option<Vec<u32>>,
    /// Per measure: element i + 1 is the sum of all days up to day index i.
    running: Vec<OnceLock<Box<[i64]>>>,
}

impl Slice {
    /// Filters a dataset.
    pub fn new(data: Arc<Dataset>, filters: &Filters) -> Slice {
        let rows = (!filters.is_empty()).then(|| {
            let allowed = data.cells.allowed(filters);
            let rows = data.cells.of_row.iter().enumerate();
            rows.filter(|(_, cell)| allowed[**cell as usize])
                .map(|(row, _)| row as u32)
                .collect()
        });
        let running = data.measures.iter().map(|_| OnceLock::new()).collect();
        Slice {
            data,
            rows,
            running,
        }
    }

    /// Whether no row passes.
    pub fn is_empty(&self) -> bool {
        self.rows
            .as_ref()
            .map_or(self.data.rows() == 0, Vec::is_empty)
    }

    /// The value of a metric over a span; none where it has no meaning (a rate of nothing, an empty span).
    pub fn value(&self, metric: &Metric, span: Span) -> Option<f64> {
        self.prepare(metric)?.value(span)
    }

    /// Finds what a metric needs once, to then ask for many spans; none if it is not formed from this mart.
    pub(super) fn prepare(&self, metric: &Metric) -> Option<Prepared<'_>> {
        let factors = |quantities: &[Quantity]| {
            let factor = |q: &Quantity| (*q, self.accumulated(q.sum()));
            quantities.iter().map(factor).collect::<Vec<_>>()
        };
        let form = match metric.kind {
            Kind::Flow(sum) => Form::Flow(self.accumulated(sum)),
            Kind::Stock(sum) => Form::Stock(self.accumulated(sum)),
            Kind::Ratio { over, under, scale } => Form::Ratio {
                over: factors(over),
                under: factors(under),
                scale,
            },
        };
        self.data.has(metric).then_some(Prepared { form })
    }

    /// The running sums of a weighted sum of columns.
    pub(super) fn accumulated(&self, sum: Sum) -> Accumulated<'_> {
        let terms = self.data.terms(sum).into_iter();
        Accumulated {
            data: &self.data,
            terms: terms
                .map(|(measure, factor)| (self.running(measure), factor))
                .collect(),
        }
    }

    fn running(&self, measure: usize) -> &[i64] {
        self.running[measure].get_or_init(|| {
            let values = &self.data.measures[measure];
            let days = &self.data.day;
            let mut running = vec![0i64; self.data.day_count() + 1];
            match &self.rows {
                Some(rows) => {
                    for row in rows {
                        let row = *row as usize;
                        running[days[row] as usize + 1] += values[row];
                    }
                }
                None => {
                    for (day, value) in days.iter().zip(values) {
                        running[*day as usize + 1] += value;
                    }
                }
            }
            let mut total = 0;
            for value in &mut running {
                total += *value;
                *value = total;
            }
            running.into_boxed_slice()
        })
    }
}

/// Running sums by day of a weighted sum of columns.
pub(super) struct Accumulated<'a> {
    data: &'a Dataset,
    terms: Vec<(&'a [i64], i64)>,
}

impl Accumulated<'_> {
    /// What happened within a span.
    pub(super) fn flow(&self, span: Span) -> i64 {
        let (before, to) = self.edges(span);
        self.up_to(to) - self.up_to(before)
    }

    /// What had accumulated at the end of the day before a span.
    pub(super) fn opening(&self, span: Span) -> i64 {
        self.up_to(self.edges(span).0)
    }

    /// What has accumulated at the end of a span.
    pub(super) fn closing(&self, span: Span) -> i64 {
        self.up_to(self.edges(span).1)
    }

    /// Indices of the day before a span and of its last day.
    fn edges(&self, span: Span) -> (i64, i64) {
        let before = self.data.index_before(span.from);
        (before, self.data.day_index(span.to))
    }

    /// What has accumulated at the end of the day with an index; nothing before the data, all after it.
    fn up_to(&self, day: i64) -> i64 {
        let last = self.data.day_count() as i64 - 1;
        let at = (day.clamp(-1, last) + 1) as usize;
        self.terms
            .iter()
            .map(|(running, factor)| factor * running[at])
            .sum()
    }

    fn quantity(&self, quantity: Quantity, span: Span) -> f64 {
        let (before, to) = self.edges(span);
        match quantity {
            Quantity::Flow(_) => self.flow(span) as f64,
            Quantity::Opening(_) => self.opening(span) as f64,
            Quantity::Closing(_) => self.closing(span) as f64,
            Quantity::TrailingFlow(days, _) => {
                (self.up_to(to) - self.up_to(to - i64::from(days))) as f64
            }
            Quantity::TrailingOpening(days, _) => self.up_to(to - i64::from(days)) as f64,
            Quantity::MeanDaily(_) => {
                let ends = before + 1..=to;
                let total: i128 = ends.map(|day| i128::from(self.up_to(day))).sum();
                total as f64 / f64::from(span.days())
            }
        }
    }
}

/// A metric ready to be asked for its value over any span.
pub(super) struct Prepared<'a> {
    form: Form<'a>,
}

enum Form<'a> {
    Flow(Accumulated<'a>),
    Stock(Accumulated<'a>),
    Ratio {
        over: Vec<(Quantity, Accumulated<'a>)>,
        under: Vec<(Quantity, Accumulated<'a>)>,
        scale: f64,
    },
}

impl Prepared<'_> {
    pub(super) fn value(&self, span: Span) -> Option<f64> {
        if span.is_empty() {
            return None;
        }
        match &self.form {
            Form::Flow(sums) => Some(sums.flow(span) as f64),
            Form::Stock(sums) => Some(sums.closing(span) as f64),
            Form::Ratio { over, under, scale } => {
                let over = product(over, span)?;
                let under = product(under, span)?;
                (under != 0.0).then(|| over * scale / under)
            }
        }
    }
}

/// Product of quantities; none if one that divides is zero.
fn product(factors: &[(Quantity, Accumulated)], span: Span) -> Option<f64> {
    factors.iter().try_fold(1.0, |product, (quantity, sums)| {
        let value = sums.quantity(*quantity, span);
        (!quantity.divides() || value != 0.0).then_some(product * value)
    })
}
