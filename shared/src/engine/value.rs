//! The value of a metric over a span of days.

use chrono::NaiveDate;

use super::histogram::Histogram;
use super::slice::{Accumulated, Slice};
use crate::date::{add_days, add_months, month_start};
use crate::metric::{Kind, Metric, Quantity};
use crate::view::Span;

/// A metric ready to be asked for its value over any span.
pub(super) struct Prepared<'a> {
    form: Form<'a>,
}

/// A quantity and the sums it is read from.
type Factor<'a> = (Quantity, Accumulated<'a>);

enum Form<'a> {
    Is(Factor<'a>),
    Ratio {
        over: Vec<Factor<'a>>,
        under: Vec<Factor<'a>>,
        scale: f64,
    },
    Percentile {
        of: Histogram,
        percent: u8,
    },
}

impl Slice {
    /// The value of a metric over a span; none where it has no meaning (a rate of nothing, an empty
    /// span), where a mart is not at hand or holds nothing so early, and where the metric cannot
    /// follow a filter.
    pub fn value(&self, metric: &Metric, span: Span) -> Option<f64> {
        self.prepare(metric)?.value(span)
    }

    /// The values of a metric over many spans; see [`Slice::value`].
    pub fn values(&self, metric: &Metric, spans: &[Span]) -> Vec<Option<f64>> {
        let prepared = self.prepare(metric);
        let value = |span: &Span| prepared.as_ref()?.value(*span);
        spans.iter().map(value).collect()
    }

    /// Finds what a metric needs once, to then ask for many spans.
    pub(super) fn prepare(&self, metric: &Metric) -> Option<Prepared<'_>> {
        let follows = metric.cannot_follow(&self.filters).is_empty();
        follows.then(|| Prepared::new(self, metric))?
    }
}

impl<'a> Prepared<'a> {
    /// None if a mart of the metric is not at hand.
    pub(super) fn new(slice: &'a Slice, metric: &Metric) -> Option<Prepared<'a>> {
        let factor = |q: &Quantity| Some((*q, slice.accumulated(q.sum())?));
        let form = match metric.kind {
            Kind::Is(quantity) => Form::Is(factor(&quantity)?),
            Kind::Ratio { over, under, scale } => Form::Ratio {
                over: over.iter().map(factor).collect::<Option<_>>()?,
                under: under.iter().map(factor).collect::<Option<_>>()?,
                scale,
            },
            Kind::Percentile {
                of,
                percent,
                buckets,
            } => Form::Percentile {
                of: Histogram::new(slice, of, buckets)?,
                percent,
            },
        };
        Some(Prepared { form })
    }

    /// How much there is of what the metric is about, to distinguish large groups from small ones:
    /// of a sum, itself without its sign; of a ratio, what it is divided by; of a percentile, how
    /// many things.
    pub(super) fn weight(&self, span: Span) -> f64 {
        let weight = match &self.form {
            _ if span.is_empty() => None,
            Form::Is(factor) => quantity(factor, span),
            Form::Ratio { under, .. } => product(under, span),
            Form::Percentile { of, .. } => Some(of.count(span)),
        };
        weight.map_or(0.0, f64::abs)
    }

    /// What adds up over rows: a sum itself and nothing, or what stands above and below the line of
    /// a ratio of two sums. None for anything else.
    pub(super) fn fraction(&self, span: Span) -> Option<(f64, Option<f64>)> {
        match &self.form {
            Form::Is(factor) => Some((quantity(factor, span)?, None)),
            Form::Ratio { over, under, scale } => match (&over[..], &under[..]) {
                ([over], [under]) => {
                    Some((quantity(over, span)? * scale, Some(quantity(under, span)?)))
                }
                _ => None,
            },
            Form::Percentile { .. } => None,
        }
    }

    /// The value over a span; none where it has no meaning.
    pub(super) fn value(&self, span: Span) -> Option<f64> {
        if span.is_empty() {
            return None;
        }
        match &self.form {
            Form::Is(factor) => quantity(factor, span),
            Form::Ratio { over, under, scale } => {
                let (over, under) = (product(over, span)?, product(under, span)?);
                (under != 0.0).then(|| over * scale / under)
            }
            Form::Percentile { of, percent } => of.percentile(*percent, span),
        }
    }
}

/// Product of quantities; none if one has no value, or divides and is zero.
fn product(factors: &[Factor], span: Span) -> Option<f64> {
    factors.iter().try_fold(1.0, |product, factor| {
        let value = quantity(factor, span)?;
        (!factor.0.divides() || value != 0.0).then_some(product * value)
    })
}

/// A quantity over a span; none before the mart's first row: nothing was counted then, which is not
/// zero.
fn quantity((quantity, sums): &Factor, span: Span) -> Option<f64> {
    let data = sums.data;
    let to = data.day_index(span.to);
    if data.rows() == 0 || to < 0 {
        return None;
    }
    Some(match *quantity {
        Quantity::Flow(_) => sums.flow(span) as f64,
        Quantity::Opening(_) => sums.opening(span) as f64,
        Quantity::Closing(_) => sums.closing(span) as f64,
        Quantity::TrailingFlow(days, _) => {
            (sums.up_to(to) - sums.up_to(to - i64::from(days))) as f64
        }
        Quantity::TrailingOpening(days, _) => sums.up_to(to - i64::from(days)) as f64,
        Quantity::MeanDaily(_) => {
            let days = data.day_index(span.from)..=to;
            let total: i128 = days.map(|day| i128::from(sums.up_to(day))).sum();
            total as f64 / f64::from(span.days())
        }
        Quantity::MonthlyFlow(_) => match complete_months(span) {
            Some(months) => sums.flow(months) as f64,
            None => sums.flow(span) as f64 * MONTH_DAYS / f64::from(span.days()),
        },
        Quantity::MonthlyOpening(_) => match complete_months(span) {
            Some(months) => {
                let starts = month_starts(months).map(|from| {
                    let month = Span {
                        from,
                        to: months.to,
                    };
                    i128::from(sums.opening(month))
                });
                starts.sum::<i128>() as f64
            }
            None => sums.opening(span) as f64,
        },
        Quantity::LastMonth(_) => {
            let month = last_month(span);
            if data.day_index(month.to) < 0 {
                return None;
            }
            sums.flow(month) as f64
        }
        Quantity::AsOf(_) if span.to == data.as_of() => sums.closing(span) as f64,
        Quantity::AsOf(_) => return None,
    })
}

/// Days of an average month.
const MONTH_DAYS: f64 = 365.0 / 12.0;

/// The calendar months that lie in a span as a whole, from the first day of the first to the last
/// day of the last.
pub(super) fn complete_months(span: Span) -> Option<Span> {
    let first = match month_start(span.from) {
        start if start == span.from => start,
        start => add_months(start, 1),
    };
    let last = last_month(span);
    (first <= last.from).then_some(Span {
        from: first,
        to: last.to,
    })
}

/// The first day of each month in a span of whole months.
pub(super) fn month_starts(months: Span) -> impl Iterator<Item = NaiveDate> {
    let after = |month: &NaiveDate| Some(add_months(*month, 1));
    std::iter::successors(Some(months.from), after).take_while(move |month| *month <= months.to)
}

/// The last month that is over at the end of a span.
fn last_month(span: Span) -> Span {
    let to = add_days(month_start(add_days(span.to, 1)), -1);
    Span {
        from: month_start(to),
        to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn months(from: &str, to: &str) -> Option<(String, Vec<String>)> {
        let day = |text| parse_iso(text).expect("a date");
        let span = Span {
            from: day(from),
            to: day(to),
        };
        let months = complete_months(span)?;
        let starts = month_starts(months).map(|start| start.to_string());
        Some((months.to.to_string(), starts.collect()))
    }

    #[test]
    fn only_months_that_lie_in_the_span_as_a_whole_count() {
        let (last, starts) = months("2026-01-15", "2026-03-31").expect("two months");
        assert_eq!(starts, ["2026-02-01", "2026-03-01"]);
        assert_eq!(last, "2026-03-31");
        let (last, starts) = months("2026-01-01", "2026-02-27").expect("a month");
        assert_eq!(starts, ["2026-01-01"]);
        assert_eq!(last, "2026-01-31");
        assert_eq!(months("2026-03-02", "2026-03-31"), None);
        assert_eq!(months("2026-03-01", "2026-03-30"), None);
        assert_eq!(months("2026-03-10", "2026-04-20"), None);
    }
}
