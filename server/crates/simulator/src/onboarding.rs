//! A company's entry into billing: its customer record, and the package it may buy with it.

use crate::billing::{Invoice, InvoiceStatus, Line, LineKind, Payer, StripeCustomer};
use crate::calendar::{DAY, HOUR};
use crate::catalog::Catalog;
use crate::journey::{Traveller, World};
use crate::random::Random;

impl World<'_> {
    /// A new billing customer for the company.
    pub(crate) fn new_payer(
        &mut self,
        traveller: &mut Traveller,
        at: i64,
        by_invoice: bool,
    ) -> Payer {
        let Traveller {
            company,
            account_id,
            link,
            random,
            ..
        } = traveller;
        let id = self.ids.stripe("cus");
        let face = link.face(company, account_id, &id, random);
        self.overrides.extend(face.correction);
        self.ledger.customers.push(StripeCustomer {
            id: id.clone(),
            created: at - random.between(90, 400),
            name: face.name,
            email: face.email,
            currency: company.currency(),
            country: company.country.name,
            account_id: face.account_id,
            delinquent: false,
        });
        Payer {
            customer_id: id,
            currency: company.currency(),
            tax: company.tax,
            by_invoice,
        }
    }

    /// A one-off package on an invoice of its own; now and then written twice and voided once.
    pub(crate) fn bill_onboarding(
        &mut self,
        payer: &Payer,
        at: i64,
        plan: usize,
        random: &mut Random,
    ) {
        let price = Catalog::one_off_price(payer.currency);
        let copies = if random.chance(0.1) { 2 } else { 1 };
        for copy in 0..copies {
            let created = at + copy * HOUR;
            if created >= self.story.end {
                break;
            }
            let settles = created + random.between(2 * DAY, 35 * DAY);
            let status = match (copy + 1 < copies, settles < self.story.end) {
                (true, _) => InvoiceStatus::Void(created + HOUR / 2),
                (_, true) => InvoiceStatus::Paid(settles),
                // Drafts wait for review.
                _ if created + 10 * DAY > self.story.end => InvoiceStatus::Draft,
                _ => InvoiceStatus::Open,
            };
            let quantity = 1 + plan as i64;
            let line = Line {
                id: self.ids.stripe("il"),
                kind: LineKind::OneOff,
                subscription_item: None,
                amount: self.catalog.prices[price].unit_amount * quantity,
                price,
                quantity,
                period: (created, created),
                discount: None,
                tax: None,
            };
            self.ledger.invoices.push(Invoice {
                id: self.ids.stripe("in"),
                customer_id: payer.customer_id.clone(),
                subscription_id: None,
                created,
                currency: payer.currency,
                billing_reason: "manual",
                by_invoice: true,
                period: (created, created),
                status,
                attempts: 1,
                lines: vec![line],
            });
        }
    }
}
