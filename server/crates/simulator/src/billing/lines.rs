//! The lines a subscription puts on invoices: periods, prorations, usage.

use super::invoice::{scaled, tax_on};
use super::subscription::{Biller, Run, Terms};
use super::{Line, LineKind, Payer};
use crate::calendar::DAY;
use crate::catalog::Catalog;

impl Biller<'_> {
    /// A credit (`sign` −1) or debit (1) for the rest of a period from an instant on.
    pub(super) fn proration_line(
        &mut self,
        run: &Run,
        terms: Terms,
        at: i64,
        period: (i64, i64),
        sign: i64,
    ) -> Line {
        let price = price_of(terms, run.payer);
        let full = self.catalog.prices[price].unit_amount * terms.seats;
        let gross = sign * scaled(full, period.1 - at, period.1 - period.0);
        let off = run
            .sub
            .discount
            .as_ref()
            .filter(|discount| discount.applies(at, run.charged.saturating_sub(1)))
            .map(|discount| (discount.id.clone(), discount.off(gross)));
        // The older API gives a proration net of its discount; the newer one lists the discount.
        let (amount, discount) = match off {
            Some((_, off)) if at < self.story.api_upgrade => (gross - off, None),
            discount => (gross, discount),
        };
        let net = amount - discount.as_ref().map_or(0, |(_, off)| *off);
        Line {
            id: self.ids.stripe("il"),
            kind: LineKind::Proration,
            subscription_item: Some((run.sub.id.clone(), run.sub.item_id.clone())),
            amount,
            price,
            quantity: terms.seats,
            period: (at, period.1),
            discount,
            tax: run.payer.tax.map(|tax| (tax, tax_on(tax, net))),
        }
    }

    /// A whole period under the current terms, with the discount that holds at an instant.
    pub(super) fn regular_line(&mut self, run: &Run, period: (i64, i64), at: i64) -> Line {
        let price = price_of(run.terms, run.payer);
        let amount = self.catalog.prices[price].unit_amount * run.terms.seats;
        let discount = run
            .sub
            .discount
            .as_ref()
            .filter(|discount| discount.applies(at, run.charged))
            .map(|discount| (discount.id.clone(), discount.off(amount)));
        let net = amount - discount.as_ref().map_or(0, |(_, off)| *off);
        Line {
            id: self.ids.stripe("il"),
            kind: LineKind::Regular,
            subscription_item: Some((run.sub.id.clone(), run.sub.item_id.clone())),
            amount,
            price,
            quantity: run.terms.seats,
            period,
            discount,
            tax: run.payer.tax.map(|tax| (tax, tax_on(tax, net))),
        }
    }

    /// Usage of the month before, which is billed in arrears and is no recurring revenue.
    pub(super) fn metered_line(&mut self, run: &Run, start: i64) -> Option<Line> {
        let item = run.sub.metered_item_id.clone()?;
        let price = Catalog::metered_price(run.payer.currency);
        let quantity = self.random.skewed(5, 40 + 12 * run.terms.seats);
        Some(Line {
            id: self.ids.stripe("il"),
            kind: LineKind::Regular,
            subscription_item: Some((run.sub.id.clone(), item)),
            amount: self.catalog.prices[price].unit_amount * quantity,
            price,
            quantity,
            period: (start - 30 * DAY, start),
            discount: None,
            tax: None,
        })
    }
}

/// The place of the price these terms are charged at.
pub(super) fn price_of(terms: Terms, payer: &Payer) -> usize {
    Catalog::plan_price(terms.plan, terms.annual, payer.currency, terms.generation)
}
