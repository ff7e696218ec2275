//! One subscription from its start to its end or the end of the history, invoice by invoice.

use super::{Invoice, InvoiceStatus, Ledger, Line, Payer, Subscription};
use crate::calendar::{DAY, HOUR, add_months};
use crate::catalog::{COUPONS, Catalog};
use crate::churn::{Payment, payment};
use crate::company::Company;
use crate::ids::Ids;
use crate::random::Random;
use crate::story::Story;

/// What a subscription is for: plan, interval, seats, and the generation of its list price.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    pub plan: usize,
    pub annual: bool,
    pub seats: i64,
    pub generation: usize,
}

/// How a subscription starts.
pub(crate) struct Opening {
    pub created: i64,
    pub trial_days: i64,
    /// Pays after the trial.
    pub converts: bool,
    pub terms: Terms,
    pub coupon: Option<usize>,
    pub metered: bool,
    /// The company's first paid instant, when it was a customer before.
    pub since: Option<i64>,
    pub outage_hit: bool,
}

/// How it went.
pub(crate) struct Course {
    /// The first instant that earns, if there is one.
    pub paid_from: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// When leaving was decided, where the customer decided it.
    pub decided_at: Option<i64>,
    /// Owes money at the end of the history or left owing it.
    pub delinquent: bool,
    pub terms: Terms,
}

/// Simulates subscriptions into a ledger.
pub(crate) struct Biller<'a> {
    pub story: &'a Story,
    pub catalog: &'a Catalog,
    pub ids: &'a mut Ids,
    pub ledger: &'a mut Ledger,
    pub random: &'a mut Random,
}

/// A subscription under way.
pub(super) struct Run<'a> {
    pub(super) company: &'a Company,
    pub(super) payer: &'a Payer,
    pub(super) terms: Terms,
    /// Invoices charged so far.
    pub(super) charged: u32,
    /// Prorations waiting for the next invoice.
    pub(super) pending: Vec<Line>,
    /// A plan agreed on for the next renewal.
    pub(super) next_plan: Option<usize>,
    pub(super) since: i64,
    pub(super) outage_hit: bool,
    pub(super) sub: Subscription,
}

impl Biller<'_> {
    /// Runs a subscription; its objects land in the ledger.
    pub(crate) fn run(&mut self, company: &Company, payer: &Payer, opening: &Opening) -> Course {
        let anchor = opening.created + opening.trial_days * DAY;
        let mut run = self.open(company, payer, opening, anchor);
        if opening.trial_days > 0 {
            self.trial_invoice(&mut run, opening.created, anchor);
        }
        let mut course = Course {
            paid_from: None,
            ended_at: None,
            decided_at: None,
            delinquent: false,
            terms: opening.terms,
        };
        if anchor >= self.story.end {
            run.sub.status = "trialing";
        } else if opening.converts {
            course.paid_from = match &run.sub.discount {
                Some(discount) if COUPONS[discount.coupon].percent_off == 100 => discount.end,
                _ => Some(anchor),
            };
            self.bill_periods(&mut run, anchor, &mut course);
        } else {
            self.let_trial_lapse(&mut run, anchor);
        }
        course.terms = run.terms;
        self.ledger.subscriptions.push(run.sub);
        course
    }

    fn bill_periods(&mut self, run: &mut Run, first: i64, course: &mut Course) {
        let (mut anchor, mut months, mut start) = (first, 0, first);
        while start < self.story.end {
            if start > first && self.renew_terms(run, start) {
                // Another interval starts a new count of months.
                (anchor, months) = (start, 0);
                run.sub.anchor = start;
            }
            months += if run.terms.annual { 12 } else { 1 };
            let end = add_months(anchor, months);
            run.sub.period = (start, end);
            let reason = if start == first && run.sub.trial.is_none() {
                "subscription_create"
            } else {
                "subscription_cycle"
            };
            let leaving = self.decides_to_leave(run, (start, end));
            let paying = if start == first {
                Payment::OnTime
            } else {
                payment(self.random, run.terms.plan, !run.payer.by_invoice)
            };
            if self.renewal_invoice(run, (start, end), reason, paying, course) {
                return;
            }
            let until = leaving.as_ref().map_or(end, |leaving| leaving.decided);
            self.change_terms_within(run, (start, end), until);
            if let Some(leaving) = leaving.filter(|leaving| leaving.decided < self.story.end) {
                self.leave(run, &leaving, course);
                return;
            }
            start = end;
        }
    }

    /// Bills a period. True when the subscription ended for lack of payment, or the history did.
    fn renewal_invoice(
        &mut self,
        run: &mut Run,
        period: (i64, i64),
        reason: &'static str,
        paying: Payment,
        course: &mut Course,
    ) -> bool {
        let start = period.0;
        let mut lines = std::mem::take(&mut run.pending);
        lines.push(self.regular_line(run, period, start));
        if run.charged > 0
            && let Some(line) = self.metered_line(run, start)
        {
            lines.push(line);
        }
        run.charged += 1;
        let terms_of_payment = if run.payer.by_invoice {
            self.random.between(4 * DAY, 38 * DAY)
        } else {
            self.random.between(HOUR, HOUR + 600)
        };
        let end = self.story.end;
        let (status, attempts) = match paying {
            _ if start + HOUR > end && reason == "subscription_cycle" => (InvoiceStatus::Draft, 0),
            Payment::OnTime if start + terms_of_payment < end => {
                (InvoiceStatus::Paid(start + terms_of_payment), 1)
            }
            Payment::Recovered(after) if start + after < end => (
                InvoiceStatus::Paid(start + after),
                1 + (after / (4 * DAY)) as u32,
            ),
            Payment::Failed(after) if start + after < end => {
                let given_up = start + after;
                if self.random.chance(0.7) {
                    (InvoiceStatus::Uncollectible(given_up), 4)
                } else {
                    (InvoiceStatus::Open, 4)
                }
            }
            _ => (InvoiceStatus::Open, 1),
        };
        let overdue = status == InvoiceStatus::Open && paying != Payment::OnTime;
        self.push_invoice(run, reason, period, start, status, lines);
        if let Some(invoice) = self.ledger.invoices.last_mut() {
            invoice.attempts = attempts;
        }
        match paying {
            Payment::Failed(after) if start + after < end => {
                self.give_up(run, start + after, course);
                true
            }
            _ if overdue => {
                run.sub.status = "past_due";
                course.delinquent = true;
                true
            }
            _ => false,
        }
    }

    /// Puts an invoice into the ledger.
    pub(super) fn push_invoice(
        &mut self,
        run: &mut Run,
        billing_reason: &'static str,
        period: (i64, i64),
        created: i64,
        status: InvoiceStatus,
        lines: Vec<Line>,
    ) {
        let id = self.ids.stripe("in");
        run.sub.latest_invoice = Some(id.clone());
        self.ledger.invoices.push(Invoice {
            id,
            customer_id: run.payer.customer_id.clone(),
            subscription_id: Some(run.sub.id.clone()),
            created,
            currency: run.payer.currency,
            billing_reason,
            by_invoice: run.payer.by_invoice,
            period,
            status,
            attempts: 1,
            lines,
        });
    }
}
