//! How subscriptions end: trials that lapse, customers that leave, payments that never come.

use super::InvoiceStatus;
use super::subscription::{Biller, Course, Run};
use crate::calendar::{DAY, HOUR};
use crate::churn::Standing;

/// A decision to leave: when it was made, and when service ends.
pub(super) struct Leaving {
    pub(super) decided: i64,
    ends: i64,
    feedback: &'static str,
}

impl Biller<'_> {
    /// The trial ends without a payment method: canceled, or paused until one comes.
    pub(super) fn let_trial_lapse(&mut self, run: &mut Run, trial_end: i64) {
        if self.random.chance(0.04) {
            run.sub.status = "paused";
            return;
        }
        run.sub.status = "canceled";
        run.sub.ended_at = Some(trial_end);
        run.sub.canceled_at = Some(trial_end);
        if self.random.chance(0.45) {
            let decided = trial_end - self.random.between(HOUR, 9 * DAY);
            run.sub.canceled_at = Some(decided);
            run.sub.cancel_at_period_end = true;
            run.sub.reason = Some("cancellation_requested");
            run.sub.feedback = Some(self.random.pick(&["unused", "missing_features", "other"]));
        }
    }

    /// Dunning is over: canceled, or left unpaid.
    pub(super) fn give_up(&mut self, run: &mut Run, at: i64, course: &mut Course) {
        course.delinquent = true;
        course.ended_at = Some(at);
        if self.random.chance(0.08) {
            run.sub.status = "unpaid";
            return;
        }
        run.sub.status = "canceled";
        run.sub.canceled_at = Some(at);
        run.sub.ended_at = Some(at);
        run.sub.reason = Some(if self.random.chance(0.06) {
            "payment_disputed"
        } else {
            "payment_failed"
        });
    }

    /// Whether the customer decides within this period to leave.
    pub(super) fn decides_to_leave(
        &mut self,
        run: &Run,
        (start, end): (i64, i64),
    ) -> Option<Leaving> {
        let annual = run.terms.annual;
        let standing = Standing {
            company: run.company,
            story: self.story,
            plan: run.terms.plan,
            annual,
            since: run.since,
            // A year is judged shortly before it is over.
            at: if annual { end - 30 * DAY } else { start },
            outage_hit: run.outage_hit,
        };
        if !self.random.chance(standing.leaves()) {
            return None;
        }
        let feedback = standing.feedback(self.random);
        let decided = if annual {
            end - self.random.between(3 * DAY, 150 * DAY)
        } else {
            start + self.random.between(DAY, end - start - DAY)
        };
        let at_once = !annual && self.random.chance(0.12);
        let ends = if at_once { decided } else { end };
        Some(Leaving {
            decided,
            ends,
            feedback,
        })
    }

    /// Carries out a decision to leave.
    pub(super) fn leave(&mut self, run: &mut Run, leaving: &Leaving, course: &mut Course) {
        run.sub.canceled_at = Some(leaving.decided);
        run.sub.cancel_at_period_end = leaving.ends > leaving.decided;
        run.sub.reason = Some("cancellation_requested");
        run.sub.feedback = self.random.chance(0.8).then_some(leaving.feedback);
        course.decided_at = Some(leaving.decided);
        if leaving.ends < self.story.end {
            run.sub.status = "canceled";
            run.sub.ended_at = Some(leaving.ends);
            course.ended_at = Some(leaving.ends);
            if !run.pending.is_empty() {
                // What was left to bill comes on a last invoice.
                let lines = std::mem::take(&mut run.pending);
                let at = leaving.ends;
                let paid = InvoiceStatus::Paid(at);
                self.push_invoice(
                    run,
                    "subscription_cycle",
                    (run.sub.period.0, at),
                    at,
                    paid,
                    lines,
                );
            }
        }
    }
}
