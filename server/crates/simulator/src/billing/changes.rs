//! How the terms of a subscription change: at renewals, and prorated between them.

use super::InvoiceStatus;
use super::lines::price_of;
use super::subscription::{Biller, Run, Terms};
use crate::calendar::{DAY, HOUR, add_months};
use crate::catalog::PLANS;
use crate::churn::Standing;

impl Biller<'_> {
    /// What changes at a renewal; true when the interval did.
    pub(super) fn renew_terms(&mut self, run: &mut Run, start: i64) -> bool {
        if start >= self.story.price_rise + 30 * DAY {
            run.terms.generation = 1;
        }
        if let Some(plan) = run.next_plan.take() {
            run.terms.plan = plan;
        }
        let goes_annual = !run.terms.annual
            && run.sub.metered_item_id.is_none()
            && run.sub.discount.is_none()
            && self.random.chance(0.006);
        run.terms.annual |= goes_annual;
        run.sub.price = price_of(run.terms, run.payer);
        goes_annual
    }

    /// Seat and plan changes between two renewals, prorated from their instant.
    pub(super) fn change_terms_within(&mut self, run: &mut Run, period: (i64, i64), until: i64) {
        let months = if run.terms.annual { 12 } else { 1 };
        for month in 0..months {
            let from = add_months(period.0, month);
            let at = from + self.random.between(DAY, 27 * DAY);
            let standing = Standing {
                company: run.company,
                story: self.story,
                plan: run.terms.plan,
                annual: run.terms.annual,
                since: run.since,
                at,
                outage_hit: run.outage_hit,
            };
            let [grow, shrink, up, down] = standing.changes();
            let drawn = self.random.unit();
            if drawn >= grow + shrink + up + down {
                continue;
            }
            if at >= until.min(self.story.end) || at + 2 * HOUR > period.1 {
                return;
            }
            let mut next = run.terms;
            if drawn < grow {
                let more = self.random.skewed(1, 2 + run.terms.seats / 3);
                next.seats = (next.seats + more).min(run.company.employees.max(next.seats));
            } else if drawn < grow + shrink {
                let fewer = self.random.skewed(1, 2 + run.terms.seats / 4);
                next.seats = (next.seats - fewer).max(1);
            } else if drawn < grow + shrink + up && next.plan + 1 < PLANS.len() {
                next.plan += 1;
                next.generation = self.story.price_generation(at);
            } else if next.plan > 0 {
                if self.random.chance(0.5) {
                    // Half wait for the renewal, which needs no proration.
                    run.next_plan = Some(next.plan - 1);
                    continue;
                }
                next.plan -= 1;
                next.generation = self.story.price_generation(at);
            }
            if next != run.terms {
                self.prorate(run, next, at, period);
            }
        }
    }

    /// Credits the rest of the period under the old terms and debits it under the new ones.
    fn prorate(&mut self, run: &mut Run, next: Terms, at: i64, period: (i64, i64)) {
        let credit = self.proration_line(run, run.terms, at, period, -1);
        let debit = self.proration_line(run, next, at, period, 1);
        run.terms = next;
        run.sub.price = price_of(next, run.payer);
        run.sub.seats = next.seats;
        let lines = vec![credit, debit];
        // Years are settled at once; months half the time with the next invoice.
        if next.annual || self.random.chance(0.5) {
            let paid = InvoiceStatus::Paid((at + HOUR).min(self.story.end - 1));
            self.push_invoice(run, "subscription_update", (at, at), at, paid, lines);
        } else {
            run.pending.extend(lines);
        }
    }
}
