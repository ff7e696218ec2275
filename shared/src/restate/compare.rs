//! Metric by metric, month by month: the value of each snapshot, as its pages show it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Differences, How, Incomparable, Reasons, Restated, Restatement, Side};
use crate::date::{add_days, month_start};
use crate::dimension::Dimension;
use crate::engine::people::measures;
use crate::engine::{Marts, Slice};
use crate::mart::MARKETING_SPEND;
use crate::metric::{Kind, Metric};
use crate::metrics::METRICS;
use crate::view::{Bucket, Filter, Filters, Grain, Span, buckets};

/// Compares two snapshots. With the same two the other way round all values change places.
pub fn compare(before: &Side, after: &Side) -> Restatement {
    let through = before.marts.as_of().min(after.marts.as_of());
    let mut reasons = Reasons::between(&before.manifest, &after.manifest);
    let facts = Differences::between(before, after, through, reasons.days_passed);
    let pair = Pair::new([before, after], through);
    let mut incomparable = Vec::new();
    let mut found: Vec<(&'static Metric, Span, Values)> = Vec::new();
    for metric in METRICS.iter().copied() {
        match hindrance(metric, [before, after], &reasons) {
            Some(reason) => incomparable.push(Incomparable { metric, reason }),
            None => {
                let cells = pair.differing(metric, &pair.months).into_iter();
                found.extend(cells.map(|(span, values)| (metric, span, values)));
            }
        }
    }
    // What neither a changed setting nor changed code can have moved was moved by the data.
    reasons.data = found.iter().any(|(metric, ..)| {
        let causes = reasons.of(metric);
        !causes.policy && !causes.code && !reasons.ripened(metric)
    });
    let mut groups = Groups::new(before, after);
    let moved = moved_in(&facts);
    let restated = found.into_iter().map(|(metric, span, (before, after))| {
        let carried = is_carried(metric, span, &moved);
        let own = !carried && matches!(metric.kind, Kind::Is(_));
        Restated {
            metric,
            month: month_start(span.from),
            before,
            after,
            causes: reasons.of(metric),
            carried,
            within: if own {
                groups.holding(metric, span)
            } else {
                Vec::new()
            },
            days: if own {
                days(metric, span, &pair)
            } else {
                Vec::new()
            },
        }
    });
    let mut restated: Vec<Restated> = restated.collect();
    // Stable: metrics stay in the order of the registry.
    restated.sort_by_key(|one| std::cmp::Reverse(one.month));
    let (ripened, restated) = restated
        .into_iter()
        .partition(|one| reasons.ripened(one.metric));
    Restatement {
        before: Arc::clone(&before.manifest),
        after: Arc::clone(&after.manifest),
        through,
        reasons,
        restated,
        ripened,
        facts,
        incomparable,
    }
}

/// Why a metric cannot be compared; none if it can.
fn hindrance(metric: &Metric, sides: [&Side; 2], reasons: &Reasons) -> Option<&'static str> {
    if metric.has_no_history() && reasons.days_passed {
        Some("it is known only for the snapshot's own day")
    } else if sides.iter().any(|side| !side.marts.has(metric)) {
        Some("one of the snapshots has no readable table for it")
    } else {
        None
    }
}

/// Both snapshots without filters, and the months until the last day that both know: the same ones
/// for both, from the first day of either.
struct Pair {
    slices: [Slice; 2],
    months: Vec<Span>,
}

impl Pair {
    fn new(sides: [&Side; 2], through: NaiveDate) -> Pair {
        let starts = sides.map(|side| side.marts.daily().data_start());
        let all = Span {
            from: starts[0].min(starts[1]),
            to: through,
        };
        let months = buckets(all, Grain::Month, all.from);
        Pair {
            slices: sides.map(|side| Slice::new(Arc::clone(&side.marts), &Filters::default())),
            months: months.iter().map(Bucket::span).collect(),
        }
    }

    /// The spans over which a metric differs, with both values.
    fn differing(&self, metric: &Metric, spans: &[Span]) -> Vec<(Span, Values)> {
        let [before, after] = [0, 1].map(|side| self.slices[side].values(metric, spans));
        let values = spans.iter().copied().zip(before.into_iter().zip(after));
        values
            .filter(|(_, (a, b))| !is_same(metric, *a, *b))
            .collect()
    }
}

/// The value of each snapshot.
type Values = (Option<f64>, Option<f64>);

/// Equal, to the last digit. A sum has no value before its table's first row: that is no other
/// number than zero.
fn is_same(metric: &Metric, a: Option<f64>, b: Option<f64>) -> bool {
    let sum = matches!(metric.kind, Kind::Is(_));
    a == b || (sum && a.unwrap_or(0.0) == b.unwrap_or(0.0))
}

/// The days of a span on which a sum differs.
fn days(metric: &Metric, span: Span, pair: &Pair) -> Vec<(NaiveDate, Option<f64>, Option<f64>)> {
    let days = (0..span.days()).map(|later| add_days(span.from, later));
    let days: Vec<Span> = days.map(|day| Span { from: day, to: day }).collect();
    let differing = pair.differing(metric, &days).into_iter();
    differing
        .map(|(day, (before, after))| (day.from, before, after))
        .collect()
}

/// The measures whose facts differ, with the months in which they do.
fn moved_in(facts: &Differences) -> BTreeMap<String, BTreeSet<NaiveDate>> {
    let mut moved: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
    // Facts that count for the same elsewhere move no number of all customers.
    for one in facts.iter().filter(|one| one.how != How::Regrouped) {
        let months = moved.entry(facts.measure(one).to_owned()).or_default();
        months.insert(month_start(one.day));
    }
    moved
}

/// Whether a metric's facts differ before a month and not in it. What is counted by group of
/// customers is made of the same facts, of whichever measures; spend is made of none.
fn is_carried(metric: &Metric, span: Span, moved: &BTreeMap<String, BTreeSet<NaiveDate>>) -> bool {
    let (mut earlier, mut within) = (false, false);
    for sum in metric.sums() {
        if sum.mart == MARKETING_SPEND.name {
            return false;
        }
        for term in sum.terms {
            let own = measures(sum.mart, term.column);
            let counts = |name: &String| own.is_empty() || own.iter().any(|one| one == name);
            let months = moved.iter().filter(|(name, _)| counts(name));
            for month in months.flat_map(|(_, months)| months) {
                earlier |= *month < month_start(span.from);
                within |= *month == month_start(span.from);
            }
        }
    }
    earlier && !within
}

/// Every value of every dimension, in both snapshots; made when first needed.
struct Groups<'a> {
    marts: [&'a Arc<Marts>; 2],
    all: Option<Vec<(Dimension, String, [Slice; 2])>>,
}

impl<'a> Groups<'a> {
    fn new(before: &'a Side, after: &'a Side) -> Groups<'a> {
        Groups {
            marts: [&before.marts, &after.marts],
            all: None,
        }
    }

    /// Of each dimension, the value in which alone a sum differs, if there is one and others to
    /// compare it with.
    fn holding(&mut self, metric: &Metric, span: Span) -> Vec<(Dimension, String)> {
        let marts = self.marts;
        let all = self.all.get_or_insert_with(|| slices(marts));
        let follows = |dimension: &Dimension| metric.follows(*dimension);
        let alone = |dimension: Dimension| {
            let values = all.iter().filter(|(one, ..)| *one == dimension);
            let differs = |(_, value, [before, after]): &'_ (Dimension, String, [Slice; 2])| {
                let (a, b) = (before.value(metric, span), after.value(metric, span));
                (!is_same(metric, a, b)).then(|| value.clone())
            };
            let mut differing = values.clone().filter_map(differs);
            let first = differing.next()?;
            (differing.next().is_none() && values.count() > 1).then_some((dimension, first))
        };
        let dimensions = Dimension::ALL.into_iter().filter(follows);
        dimensions.filter_map(alone).collect()
    }
}

fn slices(marts: [&Arc<Marts>; 2]) -> Vec<(Dimension, String, [Slice; 2])> {
    let mut all = Vec::new();
    for dimension in Dimension::ALL {
        let known = marts
            .iter()
            .flat_map(|marts| marts.daily().values(dimension));
        let values: BTreeSet<&str> = known.collect();
        for value in values {
            let filters = Filters::default().with(dimension, Filter::include([value]));
            let slices = marts.map(|marts| Slice::new(Arc::clone(marts), &filters));
            all.push((dimension, value.to_owned(), slices));
        }
    }
    all
}
