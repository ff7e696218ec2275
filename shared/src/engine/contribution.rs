//! Why a metric is another one than in the period compared: what each value of a dimension
//! contributed, and the kinds of movement that lead from one to the other.

use super::evaluation::Evaluation;
use super::movements::{Movements, Subject};
use super::segments::FEW;
use super::slice::Slice;
use super::value::Prepared;
use crate::date::add_days;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::metrics::{ACTIVE_CUSTOMERS, MRR};
use crate::view::{Bucket, Span};

/// What customers of one value of a dimension contributed to a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The dimension.
    pub dimension: Dimension,
    /// Its value.
    pub value: String,
    /// The metric of these customers in the period compared.
    pub before: Option<f64>,
    /// The metric of these customers in the period shown.
    pub after: Option<f64>,
    /// The part of the change that is their own, in the metric's unit: the difference of a sum, or
    /// the difference of a ratio times the share of these customers now.
    pub own: f64,
    /// The part that comes from their share of all having become another; always 0 for sums.
    pub mix: f64,
    /// Active customers at the end of the period shown or of the one compared, whichever are more.
    pub customers: i64,
}

impl Contribution {
    /// Both parts together.
    pub fn total(&self) -> f64 {
        self.own + self.mix
    }

    /// Whether the group is so small that chance moves it.
    pub fn is_small(&self) -> bool {
        self.customers < FEW
    }
}

/// A change and what contributed to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The metric.
    pub metric: &'static Metric,
    /// In the period compared.
    pub before: f64,
    /// In the period shown.
    pub after: f64,
    /// The contributions of every dimension add up to the whole change, so those of different
    /// dimensions do not add. Largest first, whatever their sign.
    pub parts: Vec<Contribution>,
}

impl Explanation {
    /// The change, in the metric's unit.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// A contribution as a share of the change; none of no change.
    pub fn share(&self, part: &Contribution) -> Option<f64> {
        let change = self.change();
        (change != 0.0).then(|| part.total() / change)
    }
}

/// A metric over a span as what adds up: a numerator and, of a ratio, a denominator.
#[derive(Clone, Copy)]
struct Fraction {
    over: f64,
    under: Option<f64>,
}

impl Fraction {
    fn of(prepared: &Prepared, span: Span) -> Option<Fraction> {
        let (over, under) = prepared.fraction(span)?;
        Some(Fraction { over, under })
    }
}

/// The own part and the part of the mix in the change of a whole, for one of its groups.
///
/// A group with numerators n and denominators d has the weight w = d ÷ D and the ratio r = n ÷ d;
/// before and after are 0 and 1. Own is w1·(r1 − r0), mix is (w1 − w0)·(r0 − R0). A group that was
/// not there has the whole's ratio as its r0.
fn parts(group: [Fraction; 2], whole: [Fraction; 2]) -> (f64, f64) {
    let (Some(all_before), Some(all_after)) = (whole[0].under, whole[1].under) else {
        return (group[1].over - group[0].over, 0.0);
    };
    let under = |at: usize| group[at].under.unwrap_or_default();
    let moved = under(1) / all_after - under(0) / all_before;
    let whole_before = whole[0].over / all_before;
    let ratio_before = match under(0) != 0.0 {
        true => group[0].over / under(0),
        false => whole_before,
    };
    let total = group[1].over / all_after - group[0].over / all_before - whole_before * moved;
    let mix = moved * (ratio_before - whole_before);
    // What is not the mix is the group's own, also where numerators stand without a denominator.
    (total - mix, mix)
}

impl Evaluation {
    /// Why the metric that the view explains is another one than in the period compared: by the
    /// dimension the view is broken down by, else by all of them that distinguish groups. None
    /// without a value in both periods, and for metrics that are no sum and no ratio of two.
    pub fn explanation(&self) -> Option<Explanation> {
        let metric = self.view().explained();
        let total = self.total(metric);
        let (before, after) = total.previous.zip(total.value)?;
        let spans = [self.window().compared?, self.window().shown];
        let fractions = |slice: &Slice| -> Option<[Fraction; 2]> {
            let prepared = slice.prepare(metric)?;
            let [before, after] = spans.map(|span| Fraction::of(&prepared, span));
            Some([before?, after?])
        };
        let whole = fractions(self.slice())?;
        let follows = |dimension: &Dimension| metric.follows(*dimension);
        let chosen = |dimension: &Dimension| self.view().by.is_none_or(|by| by == *dimension);
        let mut all = Vec::new();
        for dimension in Dimension::ALL.into_iter().filter(follows).filter(chosen) {
            let groups = self.split(dimension).values.iter();
            let found = groups.filter_map(|(value, slice)| {
                let (own, mix) = parts(fractions(slice)?, whole);
                let [before, after] = spans.map(|span| slice.value(metric, span));
                let active = spans.map(|span| slice.value(&ACTIVE_CUSTOMERS, span));
                let part = Contribution {
                    dimension,
                    value: value.clone(),
                    before,
                    after,
                    own,
                    mix,
                    customers: active.into_iter().flatten().fold(0.0, f64::max) as i64,
                };
                let nothing = |value: Option<f64>| value.unwrap_or(0.0) == 0.0;
                let silent = own == 0.0 && mix == 0.0 && nothing(before) && nothing(after);
                (!silent).then_some(part)
            });
            let found: Vec<Contribution> = found.collect();
            // The only group of a dimension is everybody, which explains nothing.
            if found.len() > 1 || self.view().by.is_some() {
                all.extend(found);
            }
        }
        all.sort_by(|a, b| b.total().abs().total_cmp(&a.total().abs()));
        Some(Explanation {
            metric,
            before,
            after,
            parts: all,
        })
    }

    /// What moves in the metric that the view explains, if it is the stock of something that moves.
    pub fn bridged(&self) -> Option<Subject> {
        let metric = self.view().explained();
        let subjects = [
            (&MRR, Subject::Mrr),
            (&ACTIVE_CUSTOMERS, Subject::Customers),
        ];
        let found = subjects.into_iter().find(|(stock, _)| *stock == metric);
        found.map(|(_, subject)| subject)
    }

    /// The movements from the end of the period compared to the end of the one shown, as one
    /// bucket.
    pub fn bridge(&self, subject: Subject) -> Option<Movements> {
        let bucket = Bucket {
            start: add_days(self.window().compared?.to, 1),
            end: self.window().shown.to,
            partial: false,
        };
        let moves = Movements::compute(self.slice(), subject, &[bucket]);
        (!self.window().shown.is_empty()).then_some(moves)
    }
}
