//! How subscriptions start: opened, on trial, or failing at the first payment.

use super::lines::price_of;
use super::subscription::{Biller, Opening, Run};
use super::{Discount, InvoiceStatus, Payer, Subscription};
use crate::calendar::{HOUR, add_months};
use crate::catalog::{COUPONS, Duration};
use crate::company::Company;

impl Biller<'_> {
    /// A first attempt whose payment never went through: expired, with its invoice voided a day later.
    pub(crate) fn fail_to_start(&mut self, company: &Company, payer: &Payer, opening: &Opening) {
        let start = opening.created;
        let end = add_months(start, if opening.terms.annual { 12 } else { 1 });
        let mut run = self.open(company, payer, opening, start);
        let line = self.regular_line(&run, (start, end), start);
        let voided = start + 23 * HOUR;
        let (status, invoice) = if voided < self.story.end {
            ("incomplete_expired", InvoiceStatus::Void(voided))
        } else {
            ("incomplete", InvoiceStatus::Open)
        };
        run.sub.status = status;
        run.sub.period = (start, end);
        self.push_invoice(
            &mut run,
            "subscription_create",
            (start, end),
            start,
            invoice,
            vec![line],
        );
        self.ledger.subscriptions.push(run.sub);
    }

    /// A subscription that has not billed anything yet.
    pub(super) fn open<'b>(
        &mut self,
        company: &'b Company,
        payer: &'b Payer,
        opening: &Opening,
        anchor: i64,
    ) -> Run<'b> {
        let discount = opening.coupon.map(|coupon| Discount {
            id: self.ids.stripe("di"),
            coupon,
            start: opening.created,
            end: match COUPONS[coupon].duration {
                Duration::Months(months) => Some(add_months(opening.created, months)),
                _ => None,
            },
        });
        let terms = opening.terms;
        let sub = Subscription {
            id: self.ids.stripe("sub"),
            item_id: self.ids.stripe("si"),
            metered_item_id: (opening.metered && !terms.annual).then(|| self.ids.stripe("si")),
            customer_id: payer.customer_id.clone(),
            currency: payer.currency,
            created: opening.created,
            anchor,
            trial: (opening.trial_days > 0).then_some((opening.created, anchor)),
            status: "active",
            price: price_of(terms, payer),
            seats: terms.seats,
            period: (opening.created, anchor),
            cancel_at_period_end: false,
            canceled_at: None,
            ended_at: None,
            reason: None,
            feedback: None,
            by_invoice: payer.by_invoice,
            discount,
            latest_invoice: None,
        };
        Run {
            company,
            payer,
            terms,
            charged: 0,
            pending: Vec::new(),
            next_plan: None,
            since: opening.since.unwrap_or(anchor),
            outage_hit: opening.outage_hit,
            sub,
        }
    }

    /// The invoice over nothing that a trial starts with.
    pub(super) fn trial_invoice(&mut self, run: &mut Run, start: i64, end: i64) {
        let mut line = self.regular_line(run, (start, end), start);
        line.amount = 0;
        line.discount = None;
        line.tax = None;
        let paid = InvoiceStatus::Paid(start);
        self.push_invoice(
            run,
            "subscription_create",
            (start, end),
            start,
            paid,
            vec![line],
        );
    }
}
