//! Movements per bucket: how the start became the end, exactly.

use super::slice::{Accumulated, Slice};
use crate::metric::{Sum, daily, minus, plus};
use crate::metrics::{ACTIVE, MRR_FLOWS};
use crate::view::{Bucket, Span};

/// What moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// MRR, in cents.
    Mrr,
    /// Active customers.
    Customers,
}

/// Movements of one subject, one element per bucket, signed: what lowers the end is negative.
///
/// For every bucket and every filter, `start` and all movements add up to `end`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Movements {
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// At the end of the day before the bucket.
    pub start: Vec<i64>,
    /// First activations.
    pub new: Vec<i64>,
    /// Later activations.
    pub reactivation: Vec<i64>,
    /// Increases (MRR only).
    pub expansion: Vec<i64>,
    /// Decreases (MRR only).
    pub contraction: Vec<i64>,
    /// Churn by the customer's own will.
    pub churn_voluntary: Vec<i64>,
    /// Churn through payment.
    pub churn_involuntary: Vec<i64>,
    /// Into the filtered group (+) or out of it (−) without a change of activity.
    pub moved: Vec<i64>,
    /// At the end of the bucket's last day.
    pub end: Vec<i64>,
}

/// The sums of one subject, in the order of the fields of [`Movements`].
struct Sums {
    stock: Sum,
    new: Sum,
    reactivation: Sum,
    expansion: Sum,
    contraction: Sum,
    churn_voluntary: Sum,
    churn_involuntary: Sum,
    moved: Sum,
}

const MRR: Sums = Sums {
    stock: MRR_FLOWS,
    new: daily(&[plus("mrr_new")]),
    reactivation: daily(&[plus("mrr_reactivation")]),
    expansion: daily(&[plus("mrr_expansion")]),
    contraction: daily(&[plus("mrr_contraction")]),
    churn_voluntary: daily(&[plus("mrr_churn_voluntary")]),
    churn_involuntary: daily(&[plus("mrr_churn_involuntary")]),
    moved: daily(&[plus("mrr_moved")]),
};

const CUSTOMERS: Sums = Sums {
    stock: ACTIVE,
    new: daily(&[plus("customers_new")]),
    reactivation: daily(&[plus("customers_reactivated")]),
    expansion: daily(&[]),
    contraction: daily(&[]),
    churn_voluntary: daily(&[minus("customers_churned_voluntary")]),
    churn_involuntary: daily(&[minus("customers_churned_involuntary")]),
    moved: daily(&[plus("customers_moved")]),
};

impl Movements {
    /// Churn of both kinds.
    pub fn churn(&self) -> Vec<i64> {
        self.churn_voluntary
            .iter()
            .zip(&self.churn_involuntary)
            .map(|(voluntary, involuntary)| voluntary + involuntary)
            .collect()
    }

    pub(super) fn compute(slice: &Slice, subject: Subject, buckets: &[Bucket]) -> Movements {
        let sums = match subject {
            Subject::Mrr => &MRR,
            Subject::Customers => &CUSTOMERS,
        };
        let spans = || buckets.iter().map(Bucket::span);
        let read = |sum: Sum, read: fn(&Accumulated, Span) -> i64| -> Vec<i64> {
            let sums = slice.accumulated(sum);
            let value = |span| sums.as_ref().map_or(0, |sums| read(sums, span));
            spans().map(value).collect()
        };
        let flows = |sum: Sum| read(sum, |sums, span| sums.flow(span));
        Movements {
            buckets: buckets.to_vec(),
            start: read(sums.stock, |sums, span| sums.opening(span)),
            new: flows(sums.new),
            reactivation: flows(sums.reactivation),
            expansion: flows(sums.expansion),
            contraction: flows(sums.contraction),
            churn_voluntary: flows(sums.churn_voluntary),
            churn_involuntary: flows(sums.churn_involuntary),
            moved: flows(sums.moved),
            end: read(sums.stock, |sums, span| sums.closing(span)),
        }
    }
}
