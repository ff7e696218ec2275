//! Percentiles from counts by bucket: they add up over any rows, which percentiles themselves do
//! not.

use super::slice::Slice;
use crate::date::to_days;
use crate::metric::{Buckets, Sum};
use crate::view::Span;

/// Counts by day and bucket.
pub(super) struct Histogram {
    buckets: Buckets,
    /// Day number, lower bound of the bucket, count; by day.
    counts: Vec<(i32, i64, i64)>,
}

impl Histogram {
    /// The counts of a sum under a slice's filters; none if its mart is not at hand.
    pub(super) fn new(slice: &Slice, of: Sum, buckets: Buckets) -> Option<Histogram> {
        let (data, cells) = slice.chosen(of)?;
        let measure = data.measure(of.terms.first()?.column)?;
        let rows = cells.into_iter().flat_map(|(_, rows)| rows);
        let count = |row| {
            let count = data.value(measure, row);
            (data.day_number(row), data.bucket(row), count)
        };
        let mut counts: Vec<(i32, i64, i64)> = rows.map(count).collect();
        counts.sort_unstable();
        Some(Histogram { buckets, counts })
    }

    /// How many things are dated within a span.
    pub(super) fn count(&self, span: Span) -> f64 {
        let within = self.within(span).iter();
        within.map(|(_, _, count)| *count as f64).sum()
    }

    /// A percentile, from 0 to 100, of what is dated within a span; none of nothing.
    pub(super) fn percentile(&self, percent: u8, span: Span) -> Option<f64> {
        let mut counts: Vec<(i64, i64)> = self
            .within(span)
            .iter()
            .map(|(_, bucket, count)| (*bucket, *count))
            .collect();
        counts.sort_unstable();
        let share = f64::from(percent) / 100.0;
        match self.buckets {
            Buckets::Exact => exact(&counts, share),
            Buckets::Widening => within_buckets(&counts, share),
        }
    }

    fn within(&self, span: Span) -> &[(i32, i64, i64)] {
        let start = self.counts.partition_point(|at| at.0 < to_days(span.from));
        let end = self.counts.partition_point(|at| at.0 <= to_days(span.to));
        self.counts.get(start..end).unwrap_or_default()
    }
}

/// Between the two numbers in order that the share falls between.
fn exact(counts: &[(i64, i64)], share: f64) -> Option<f64> {
    let total: i64 = counts.iter().map(|(_, count)| count).sum();
    if total <= 0 {
        return None;
    }
    let place = (total - 1) as f64 * share;
    let low = number_at(counts, place.floor() as i64)?;
    let high = number_at(counts, place.ceil() as i64)?;
    Some(low + (high - low) * place.fract())
}

/// The number at a place in order, from 0.
fn number_at(counts: &[(i64, i64)], place: i64) -> Option<f64> {
    let mut passed = 0;
    let found = counts.iter().find(|(_, count)| {
        passed += count;
        passed > place
    });
    found.map(|(number, _)| *number as f64)
}

/// Straight through the bucket in which the share of the whole is reached, as if its numbers were
/// spread evenly.
fn within_buckets(counts: &[(i64, i64)], share: f64) -> Option<f64> {
    let total: i64 = counts.iter().map(|(_, count)| count).sum();
    if total <= 0 {
        return None;
    }
    let wanted = total as f64 * share;
    let mut passed = 0.0;
    for group in counts.chunk_by(|a, b| a.0 == b.0) {
        let bucket = group[0].0;
        let count = group.iter().map(|(_, count)| count).sum::<i64>() as f64;
        if count > 0.0 && passed + count >= wanted {
            let width = (next_bucket(bucket) - bucket) as f64;
            return Some(bucket as f64 + width * (wanted - passed) / count);
        }
        passed += count;
    }
    None
}

/// Lower bound of the bucket after the one with a lower bound: b + 1, or 1.1 × b rounded down if
/// that is more.
pub(super) fn next_bucket(bucket: i64) -> i64 {
    bucket
        .saturating_add(bucket / 10)
        .max(bucket.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_widen_by_a_tenth() {
        assert_eq!([0, 1, 9, 10, 19].map(next_bucket), [1, 2, 10, 11, 20]);
        assert_eq!(
            [20, 29, 30, 100, 115].map(next_bucket),
            [22, 31, 33, 110, 126]
        );
    }

    #[test]
    fn a_percentile_lies_within_its_bucket() {
        // Two within [20, 22), two within [100, 110).
        let counts = [(20, 1), (20, 1), (100, 2)];
        assert_eq!(within_buckets(&counts, 0.0), Some(20.0));
        assert_eq!(within_buckets(&counts, 0.25), Some(21.0));
        assert_eq!(within_buckets(&counts, 0.5), Some(22.0));
        assert_eq!(within_buckets(&counts, 0.75), Some(105.0));
        assert_eq!(within_buckets(&counts, 1.0), Some(110.0));
        assert_eq!(within_buckets(&[], 0.5), None);
    }

    #[test]
    fn a_median_of_whole_numbers_is_theirs() {
        assert_eq!(exact(&[(3, 1)], 0.5), Some(3.0));
        assert_eq!(exact(&[(3, 1), (30, 2)], 0.5), Some(30.0));
        assert_eq!(exact(&[(3, 1), (6, 1)], 0.5), Some(4.5));
        assert_eq!(exact(&[], 0.5), None);
    }
}
