//! The billing files: each record in the API shape of the time it was created.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::RawFolder;
use super::stripe_catalog::{coupon_json, plan_json, price_json};
use super::stripe_shapes::*;
use crate::SimulateError;
use crate::billing::{Ledger, StripeCustomer, Subscription};
use crate::catalog::{COUPONS, Catalog, PRODUCT_NAMES};
use crate::story::Story;

/// Terms of e-mailed invoices.
pub(super) const DAYS_UNTIL_DUE: u32 = 30;

/// Objects that repeat inside others, rendered once.
pub(super) struct Renderer<'a> {
    pub(super) story: &'a Story,
    pub(super) catalog: &'a Catalog,
    pub(super) prices: Vec<Box<RawValue>>,
    pub(super) plans: Vec<Option<Box<RawValue>>>,
    coupons: Vec<Box<RawValue>>,
}

pub(crate) fn write(
    folder: &mut RawFolder,
    ledger: &Ledger,
    catalog: &Catalog,
    story: &Story,
) -> Result<(), SimulateError> {
    let renderer = Renderer::new(ledger, catalog, story);
    let products = catalog.product_ids.iter().zip(PRODUCT_NAMES);
    folder.json_lines(
        "stripe",
        "products.jsonl",
        products.map(|(id, name)| ProductJson {
            id,
            object: "product",
            active: true,
            created: catalog.created,
            description: None,
            livemode: true,
            metadata: Empty {},
            name,
            r#type: "service",
            updated: catalog.created,
        }),
    )?;
    folder.json_lines("stripe", "prices.jsonl", renderer.prices.iter())?;
    folder.json_lines("stripe", "coupons.jsonl", renderer.coupons.iter())?;
    folder.json_lines(
        "stripe",
        "customers.jsonl",
        ledger.customers.iter().map(customer_json),
    )?;
    folder.json_lines(
        "stripe",
        "subscriptions.jsonl.gz",
        ledger
            .subscriptions
            .iter()
            .map(|subscription| renderer.subscription(subscription)),
    )?;
    folder.json_lines(
        "stripe",
        "invoices.jsonl.gz",
        ledger
            .invoices
            .iter()
            .map(|invoice| renderer.invoice(invoice)),
    )
}

fn customer_json(customer: &StripeCustomer) -> CustomerJson<'_> {
    CustomerJson {
        id: &customer.id,
        object: "customer",
        address: AddressJson {
            city: None,
            country: customer.country,
            line1: None,
            line2: None,
            postal_code: None,
            state: None,
        },
        balance: 0,
        created: customer.created,
        currency: customer.currency.code(),
        default_source: None,
        delinquent: customer.delinquent,
        description: None,
        email: &customer.email,
        livemode: true,
        metadata: CustomerMetadata {
            salesforce_account_id: customer.account_id.as_deref(),
        },
        name: &customer.name,
        phone: None,
        tax_exempt: "none",
    }
}

impl<'a> Renderer<'a> {
    fn new(ledger: &Ledger, catalog: &'a Catalog, story: &'a Story) -> Self {
        let coupons = COUPONS.iter().enumerate().map(|(place, coupon)| {
            let redeemed = ledger
                .subscriptions
                .iter()
                .filter(|sub| sub.discount.as_ref().is_some_and(|it| it.coupon == place))
                .count();
            raw(&coupon_json(coupon, catalog.created, redeemed))
        });
        Self {
            story,
            catalog,
            coupons: coupons.collect(),
            prices: catalog
                .prices
                .iter()
                .map(|price| raw(&price_json(price, catalog)))
                .collect(),
            plans: catalog
                .prices
                .iter()
                .map(|price| plan_json(price, catalog).as_ref().map(raw))
                .collect(),
        }
    }

    fn subscription<'b>(&'b self, sub: &'b Subscription) -> SubscriptionJson<'b> {
        let older = sub.created < self.story.api_upgrade;
        let item = |id: &'b str, price: usize, quantity: Option<i64>| ItemJson {
            id,
            object: "subscription_item",
            created: sub.created,
            discounts: [],
            metadata: Empty {},
            plan: self.plans[price].as_deref(),
            price: &self.prices[price],
            quantity,
            subscription: &sub.id,
            tax_rates: [],
            current_period_start: (!older).then_some(sub.period.0),
            current_period_end: (!older).then_some(sub.period.1),
        };
        let mut items = vec![item(&sub.item_id, sub.price, Some(sub.seats))];
        if let Some(metered) = &sub.metered_item_id {
            items.push(item(metered, Catalog::metered_price(sub.currency), None));
        }
        let single = items.len() == 1;
        SubscriptionJson {
            id: &sub.id,
            object: "subscription",
            application: None,
            billing_cycle_anchor: sub.anchor,
            cancel_at: sub.cancel_at_period_end.then_some(sub.period.1),
            cancel_at_period_end: sub.cancel_at_period_end,
            canceled_at: sub.canceled_at,
            cancellation_details: CancellationJson {
                comment: None,
                feedback: sub.feedback,
                reason: sub.reason,
            },
            collection_method: collection(sub.by_invoice),
            created: sub.created,
            currency: sub.currency.code(),
            customer: &sub.customer_id,
            days_until_due: sub.by_invoice.then_some(DAYS_UNTIL_DUE),
            description: None,
            ended_at: sub.ended_at,
            items: List::new(
                items,
                format!("/v1/subscription_items?subscription={}", sub.id),
            ),
            latest_invoice: sub.latest_invoice.as_deref(),
            livemode: true,
            metadata: Empty {},
            pause_collection: None,
            start_date: sub.created,
            status: sub.status,
            trial_end: sub.trial.map(|(_, end)| end),
            trial_start: sub.trial.map(|(start, _)| start),
            shape: if older {
                SubscriptionShape::Older {
                    current_period_start: sub.period.0,
                    current_period_end: sub.period.1,
                    discount: sub.discount.as_ref().map(|discount| DiscountJson {
                        id: &discount.id,
                        object: "discount",
                        coupon: &self.coupons[discount.coupon],
                        customer: &sub.customer_id,
                        end: discount.end,
                        start: discount.start,
                        subscription: &sub.id,
                    }),
                    plan: self.plans[sub.price].as_deref().filter(|_| single),
                    quantity: single.then_some(sub.seats),
                }
            } else {
                SubscriptionShape::Newer {
                    discounts: sub.discount.iter().map(|it| it.id.as_str()).collect(),
                    billing_mode: BillingMode { r#type: "flexible" },
                }
            },
        }
    }
}

pub(super) fn collection(by_invoice: bool) -> &'static str {
    if by_invoice {
        "send_invoice"
    } else {
        "charge_automatically"
    }
}

fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("a plain struct of texts and numbers always serialises")
}
