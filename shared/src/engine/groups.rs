//! A metric for each value of a dimension: one pass over the rows, grouped.

use super::dataset::Dataset;
use super::evaluation::Part;
use crate::dimension::Dimension;
use crate::metric::{Kind, Metric, Quantity, Sum};
use crate::view::{Filters, Span};

/// Rows grouped by the values of one dimension.
pub(super) struct Groups<'a> {
    data: &'a Dataset,
    dimension: Dimension,
    /// Group of each cell; none for cells filtered out.
    of_cell: Vec<Option<u32>>,
    count: usize,
    from: i64,
    to: i64,
}

impl<'a> Groups<'a> {
    pub(super) fn new(
        data: &'a Dataset,
        dimension: Dimension,
        filters: &Filters,
        span: Span,
    ) -> Groups<'a> {
        let allowed = data.cells.allowed(filters);
        let count = data.cells.values(dimension).len();
        let of_cell = allowed
            .iter()
            .enumerate()
            .map(|(cell, allowed)| {
                let code = data.cells.code(cell, dimension);
                (*allowed && code < count).then_some(code as u32)
            })
            .collect();
        Groups {
            data,
            dimension,
            of_cell,
            count,
            from: data.day_index(span.from),
            to: data.day_index(span.to),
        }
    }

    /// A metric per group.
    pub(super) fn metric(&self, metric: &Metric) -> Vec<Option<f64>> {
        let whole = |values: Vec<i64>| values.into_iter().map(|v| Some(v as f64)).collect();
        match metric.kind {
            Kind::Flow(sum) => whole(self.sum(sum, self.from, self.to)),
            Kind::Stock(sum) => whole(self.sum(sum, i64::MIN, self.to)),
            Kind::Ratio { over, under, scale } => {
                let over = self.product(over);
                let under = self.product(under);
                over.into_iter()
                    .zip(under)
                    .map(|(over, under)| {
                        let under = under.filter(|under| *under != 0.0)?;
                        Some(over? * scale / under)
                    })
                    .collect()
            }
        }
    }

    fn product(&self, quantities: &[Quantity]) -> Vec<Option<f64>> {
        let mut out = vec![Some(1.0); self.count];
        for quantity in quantities {
            let divides = quantity.divides();
            for (product, value) in out.iter_mut().zip(self.quantity(quantity)) {
                *product = product
                    .filter(|_| !divides || value != 0.0)
                    .map(|p| p * value);
            }
        }
        out
    }

    fn quantity(&self, quantity: &Quantity) -> Vec<f64> {
        let (from, to) = (self.from, self.to);
        let sums = match *quantity {
            Quantity::Flow(sum) => self.sum(sum, from, to),
            Quantity::Opening(sum) => self.sum(sum, i64::MIN, from - 1),
            Quantity::Closing(sum) => self.sum(sum, i64::MIN, to),
            Quantity::TrailingFlow(days, sum) => self.sum(sum, to - i64::from(days) + 1, to),
            Quantity::TrailingOpening(days, sum) => self.sum(sum, i64::MIN, to - i64::from(days)),
            Quantity::MeanDaily(sum) => return self.mean_daily(sum),
        };
        sums.into_iter().map(|value| value as f64).collect()
    }

    /// Per group, the sum over the days with index `from` to `to`.
    fn sum(&self, sum: Sum, from: i64, to: i64) -> Vec<i64> {
        let mut out = vec![0; self.count];
        self.each(sum, |group, day, value| {
            if from <= day && day <= to {
                out[group] += value;
            }
        });
        out
    }

    /// Per group, the mean over the days of what had accumulated: a row counts on its day and all later ones.
    fn mean_daily(&self, sum: Sum) -> Vec<f64> {
        let mut out = vec![0i128; self.count];
        self.each(sum, |group, day, value| {
            let days = (self.to - day.max(self.from) + 1).max(0);
            out[group] += i128::from(value) * i128::from(days);
        });
        let days = (self.to - self.from + 1) as f64;
        out.into_iter().map(|total| total as f64 / days).collect()
    }

    fn each(&self, sum: Sum, mut visit: impl FnMut(usize, i64, i64)) {
        for (measure, factor) in self.data.terms(sum) {
            let values = self.data.measures[measure].iter();
            let places = self.data.cells.of_row.iter().zip(&self.data.day);
            for (value, (cell, day)) in values.zip(places) {
                if let Some(group) = self.of_cell[*cell as usize] {
                    visit(group as usize, i64::from(*day), value * factor);
                }
            }
        }
    }

    /// Names the groups that have a cell, in the order in which values are shown.
    pub(super) fn parts(&self, amounts: Vec<Option<f64>>) -> Vec<Part> {
        let mut present = vec![false; self.count];
        for group in self.of_cell.iter().flatten() {
            present[*group as usize] = true;
        }
        let mut parts: Vec<Part> = self
            .data
            .cells
            .values(self.dimension)
            .iter()
            .zip(amounts)
            .zip(present)
            .filter(|(_, present)| *present)
            .map(|((value, amount), _)| Part {
                value: value.clone(),
                amount,
            })
            .collect();
        parts.sort_by(|a, b| self.dimension.compare_values(&a.value, &b.value));
        parts
    }
}
