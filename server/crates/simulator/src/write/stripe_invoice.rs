//! Invoices and their lines in both API shapes.

use super::invoice_shapes::*;
use super::stripe::{DAYS_UNTIL_DUE, Renderer, collection};
use super::stripe_shapes::{Empty, List};
use crate::billing::{Invoice, InvoiceStatus, Line, LineKind};
use crate::calendar::DAY;
use crate::market::Tax;

impl Renderer<'_> {
    pub(super) fn invoice<'b>(&'b self, invoice: &'b Invoice) -> InvoiceJson<'b> {
        let (subtotal, _, tax, total) = invoice.totals();
        // A negative total becomes a credit for later invoices: nothing is due.
        let due = total.max(0);
        let (status, paid_at, uncollectible_at, voided_at) = match invoice.status {
            InvoiceStatus::Draft => ("draft", None, None, None),
            InvoiceStatus::Open => ("open", None, None, None),
            InvoiceStatus::Paid(at) => ("paid", Some(at), None, None),
            InvoiceStatus::Uncollectible(at) => ("uncollectible", None, Some(at), None),
            InvoiceStatus::Void(at) => ("void", None, None, Some(at)),
        };
        let paid = paid_at.is_some();
        let draft = invoice.status == InvoiceStatus::Draft;
        let older = invoice.created < self.story.api_upgrade;
        let lines = invoice
            .lines
            .iter()
            .map(|line| self.line(line, invoice, older))
            .collect();
        InvoiceJson {
            id: &invoice.id,
            object: "invoice",
            amount_due: due,
            amount_paid: if paid { due } else { 0 },
            amount_remaining: if paid { 0 } else { due },
            attempt_count: invoice.attempts,
            attempted: invoice.attempts > 0,
            auto_advance: draft,
            billing_reason: invoice.billing_reason,
            collection_method: collection(invoice.by_invoice),
            created: invoice.created,
            currency: invoice.currency.code(),
            customer: &invoice.customer_id,
            due_date: invoice
                .by_invoice
                .then_some(invoice.created + i64::from(DAYS_UNTIL_DUE) * DAY),
            lines: List::new(lines, format!("/v1/invoices/{}/lines", invoice.id)),
            livemode: true,
            metadata: Empty {},
            period_end: invoice.period.1,
            period_start: invoice.period.0,
            status,
            status_transitions: TransitionsJson {
                finalized_at: (!draft).then_some(invoice.created),
                marked_uncollectible_at: uncollectible_at,
                paid_at,
                voided_at,
            },
            subtotal,
            total,
            shape: if older {
                InvoiceShape::Older {
                    subscription: invoice.subscription_id.as_deref(),
                    discount: None,
                    paid,
                    tax: (tax != 0).then_some(tax),
                }
            } else {
                InvoiceShape::Newer {
                    discounts: [],
                    parent: invoice.subscription_id.as_deref().map(|id| InvoiceParent {
                        quote_details: None,
                        subscription_details: SubscriptionDetails {
                            metadata: Empty {},
                            subscription: id,
                        },
                        r#type: "subscription_details",
                    }),
                }
            },
        }
    }

    fn line<'b>(&'b self, line: &'b Line, invoice: &Invoice, older: bool) -> LineJson<'b> {
        let discount = line.discount.as_ref();
        LineJson {
            id: &line.id,
            object: "line_item",
            amount: line.amount,
            currency: invoice.currency.code(),
            description: match line.kind {
                LineKind::Regular => "Subscription",
                LineKind::Proration if line.amount < 0 => "Unused time",
                LineKind::Proration => "Remaining time",
                LineKind::OneOff => "Onboarding package",
            },
            discount_amounts: discount
                .map(|(id, amount)| DiscountAmount {
                    amount: *amount,
                    discount: id,
                })
                .into_iter()
                .collect(),
            discountable: line.kind != LineKind::Proration,
            discounts: discount.map(|(id, _)| id.as_str()).into_iter().collect(),
            livemode: true,
            metadata: Empty {},
            period: PeriodJson {
                end: line.period.1,
                start: line.period.0,
            },
            quantity: line.quantity,
            shape: if older {
                self.older_line(line)
            } else {
                self.newer_line(line)
            },
        }
    }

    fn older_line<'b>(&'b self, line: &'b Line) -> LineShape<'b> {
        let item = line.subscription_item.as_ref();
        let tax_amounts = line.tax.iter().map(|(tax, amount)| TaxAmount {
            amount: *amount,
            inclusive: tax.inclusive,
            tax_rate: rate_id(*tax),
            taxable_amount: taxable(line, *tax, *amount),
        });
        LineShape::Older {
            plan: self.plans[line.price].as_deref(),
            price: &self.prices[line.price],
            proration: line.kind == LineKind::Proration,
            subscription: item.map(|(subscription, _)| subscription.as_str()),
            subscription_item: item.map(|(_, item)| item.as_str()),
            tax_amounts: tax_amounts.collect(),
            tax_rates: [],
            r#type: if line.kind == LineKind::Regular {
                "subscription"
            } else {
                "invoiceitem"
            },
        }
    }

    fn newer_line<'b>(&'b self, line: &'b Line) -> LineShape<'b> {
        let price = &self.catalog.prices[line.price];
        let taxes = line.tax.iter().map(|(tax, amount)| TaxJson {
            amount: *amount,
            tax_behavior: if tax.inclusive {
                "inclusive"
            } else {
                "exclusive"
            },
            tax_rate_details: TaxRateDetails {
                tax_rate: rate_id(*tax),
            },
            taxability_reason: "standard_rated",
            taxable_amount: taxable(line, *tax, *amount),
            r#type: "tax_rate_details",
        });
        let invoice_item = || line.id.replacen("il_", "ii_", 1);
        let proration = line.kind == LineKind::Proration;
        let parent = match &line.subscription_item {
            Some((subscription, item)) => LineParent {
                invoice_item_details: None,
                subscription_item_details: Some(SubscriptionItemDetails {
                    invoice_item: proration.then(invoice_item),
                    proration,
                    subscription,
                    subscription_item: item,
                }),
                r#type: "subscription_item_details",
            },
            None => LineParent {
                invoice_item_details: Some(InvoiceItemDetails {
                    invoice_item: invoice_item(),
                    proration: false,
                    subscription: None,
                }),
                subscription_item_details: None,
                r#type: "invoice_item_details",
            },
        };
        // On a proration the API states the prorated amount per unit.
        let unit = if proration {
            line.amount / line.quantity.max(1)
        } else {
            price.unit_amount
        };
        LineShape::Newer {
            parent,
            pricing: PricingJson {
                price_details: PriceDetails {
                    price: &price.id,
                    product: &self.catalog.product_ids[price.product],
                },
                r#type: "price_details",
                unit_amount_decimal: unit.to_string(),
            },
            subtotal: line.amount,
            taxes: taxes.collect(),
        }
    }
}

fn rate_id(tax: Tax) -> String {
    let kind = if tax.inclusive { "in" } else { "ex" };
    format!("txr_1T{kind}{:02}", tax.percent)
}

fn taxable(line: &Line, tax: Tax, amount: i64) -> i64 {
    let net = line.amount - line.discount.as_ref().map_or(0, |(_, off)| *off);
    if tax.inclusive { net - amount } else { net }
}
