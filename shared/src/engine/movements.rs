//! Movements per bucket: how the start became the end, exactly.

use super::bucket::Bucket;
use super::slice::Slice;
use crate::metric::Sum;
use crate::metrics::{ACTIVE, MRR_FLOWS};

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
    new: &[("mrr_new", 1)],
    reactivation: &[("mrr_reactivation", 1)],
    expansion: &[("mrr_expansion", 1)],
    contraction: &[("mrr_contraction", 1)],
    churn_voluntary: &[("mrr_churn_voluntary", 1)],
    churn_involuntary: &[("mrr_churn_involuntary", 1)],
    moved: &[("mrr_moved", 1)],
};

const CUSTOMERS: Sums = Sums {
    stock: ACTIVE,
    new: &[("customers_new", 1)],
    reactivation: &[("customers_reactivated", 1)],
    expansion: &[],
    contraction: &[],
    churn_voluntary: &[("customers_churned_voluntary", -1)],
    churn_involuntary: &[("customers_churned_involuntary", -1)],
    moved: &[("customers_moved", 1)],
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
        let flows = |sum: Sum| -> Vec<i64> {
            let sums = slice.accumulated(sum);
            spans().map(|span| sums.flow(span)).collect()
        };
        let stock = slice.accumulated(sums.stock);
        Movements {
            buckets: buckets.to_vec(),
            start: spans().map(|span| stock.opening(span)).collect(),
            new: flows(sums.new),
            reactivation: flows(sums.reactivation),
            expansion: flows(sums.expansion),
            contraction: flows(sums.contraction),
            churn_voluntary: flows(sums.churn_voluntary),
            churn_involuntary: flows(sums.churn_involuntary),
            moved: flows(sums.moved),
            end: spans().map(|span| stock.closing(span)).collect(),
        }
    }
}
