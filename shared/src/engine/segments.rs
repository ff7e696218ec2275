//! Churn by segment: every value of every dimension, ordered so that chance does not lead.

use std::cmp::Ordering;

use super::evaluation::Evaluation;
use super::tally::share;
use crate::date::add_days;
use crate::dimension::Dimension;
use crate::metrics::{ACTIVE, CHURNED};
use crate::view::Span;

/// From this many customers on a rate is compared with others. Below it one customer more moves it
/// by over three points.
pub const FEW: i64 = 30;

/// How sure the lower end of a rate is: one in forty lies below it.
const Z: f64 = 1.96;

/// The customers of one value of a dimension, and those of them who left in the days shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The dimension.
    pub dimension: Dimension,
    /// Its value.
    pub value: String,
    /// Customers active at the end of the day before.
    pub opening: i64,
    /// Customers who churned.
    pub churned: i64,
}

impl Segment {
    /// Customer churn rate; none without opening customers.
    pub fn rate(&self) -> Option<f64> {
        share(self.churned, self.opening)
    }

    /// Whether so few customers were there that its rate says little.
    pub fn is_small(&self) -> bool {
        self.opening < FEW
    }

    /// By how much one more churn would raise the rate.
    pub fn step(&self) -> Option<f64> {
        share(1, self.opening)
    }

    /// Lower end of the 95 % interval of the rate (Wilson's): what it is at least, chance allowed
    /// for.
    pub fn at_least(&self) -> Option<f64> {
        let n = self.opening as f64;
        // Who is won and lost within the period counts as lost, so a rate may pass one; as a
        // probability it does not.
        let p = self.rate()?.clamp(0.0, 1.0);
        let middle = p + Z * Z / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(((middle - spread) / (1.0 + Z * Z / n)).max(0.0))
    }
}

/// Every value of every dimension that had customers or lost one, under the view's filters. Those
/// with enough customers come first, by what their rate is at least; then the small ones, alike;
/// then those without a rate.
pub fn churn_segments(evaluation: &Evaluation) -> Vec<Segment> {
    let span = evaluation.window().shown;
    let data = evaluation.marts().daily();
    let slice = evaluation.slice();
    let before = Span {
        from: data.data_start(),
        to: add_days(span.from, -1),
    };
    let mut segments = Vec::new();
    for dimension in Dimension::ALL {
        let filter = evaluation.view().filters.get(dimension);
        let opening = slice.by_value(ACTIVE, dimension, before);
        let churned = slice.by_value(CHURNED, dimension, span);
        let sums = opening.into_iter().zip(churned);
        let values = data.coded_values(dimension).iter().zip(sums);
        let found = values.filter(|(value, sums)| {
            *sums != (0, 0) && filter.is_none_or(|filter| filter.allows(value))
        });
        segments.extend(found.map(|(value, (opening, churned))| Segment {
            dimension,
            value: value.clone(),
            opening,
            churned,
        }));
    }
    segments.sort_by(order);
    segments
}

fn order(a: &Segment, b: &Segment) -> Ordering {
    let rank = |segment: &Segment| match segment.rate() {
        None => 2,
        Some(_) if segment.is_small() => 1,
        Some(_) => 0,
    };
    let least = |segment: &Segment| segment.at_least().unwrap_or_default();
    rank(a)
        .cmp(&rank(b))
        .then_with(|| least(b).total_cmp(&least(a)))
        .then_with(|| b.opening.cmp(&a.opening))
        .then_with(|| a.dimension.cmp(&b.dimension))
        .then_with(|| a.value.cmp(&b.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(opening: i64, churned: i64) -> Segment {
        Segment {
            dimension: Dimension::Plan,
            value: format!("{churned} of {opening}"),
            opening,
            churned,
        }
    }

    #[test]
    fn one_of_two_does_not_lead() {
        let mut all = [
            segment(2, 1),
            segment(0, 1),
            segment(1000, 50),
            segment(40, 6),
        ];
        all.sort_by(order);
        let order: Vec<&str> = all.iter().map(|s| s.value.as_str()).collect();
        assert_eq!(order, ["6 of 40", "50 of 1000", "1 of 2", "1 of 0"]);
    }

    #[test]
    fn wilsons_lower_end_is_what_tables_say() {
        // 10 of 100: 5.52 %; 0 of n: nothing is sure.
        let least = segment(100, 10).at_least().expect("a rate");
        assert!((least - 0.0552).abs() < 5e-5, "{least}");
        assert_eq!(segment(50, 0).at_least(), Some(0.0));
        assert_eq!(segment(0, 0).at_least(), None);
    }

    proptest! {
        #[test]
        fn a_rate_is_at_least_its_lower_end_and_more_customers_make_it_surer(opening in 1i64..5_000, part in 0.0f64..1.0) {
            let churned = (opening as f64 * part) as i64;
            let (once, tenfold) = (segment(opening, churned), segment(opening * 10, churned * 10));
            let (low, surer) = (once.at_least().expect("a rate"), tenfold.at_least().expect("a rate"));
            prop_assert!(low <= once.rate().expect("a rate") + 1e-12);
            prop_assert!(low <= surer + 1e-12);
        }
    }
}
