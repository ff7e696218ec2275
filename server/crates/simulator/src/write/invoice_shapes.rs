//! The billing API's shapes of invoices and their lines: fields every version has, and those of only one.

use serde::Serialize;
use serde_json::value::RawValue;

use super::stripe_shapes::{Empty, List, NoItems, Null};

#[derive(Serialize)]
pub(crate) struct InvoiceJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub amount_due: i64,
    pub amount_paid: i64,
    pub amount_remaining: i64,
    pub attempt_count: u32,
    pub attempted: bool,
    pub auto_advance: bool,
    pub billing_reason: &'static str,
    pub collection_method: &'static str,
    pub created: i64,
    pub currency: &'static str,
    pub customer: &'a str,
    pub due_date: Option<i64>,
    pub lines: List<LineJson<'a>>,
    pub livemode: bool,
    pub metadata: Empty,
    pub period_end: i64,
    pub period_start: i64,
    pub status: &'static str,
    pub status_transitions: TransitionsJson,
    pub subtotal: i64,
    pub total: i64,
    #[serde(flatten)]
    pub shape: InvoiceShape<'a>,
}

#[derive(Serialize)]
pub(crate) struct TransitionsJson {
    pub finalized_at: Option<i64>,
    pub marked_uncollectible_at: Option<i64>,
    pub paid_at: Option<i64>,
    pub voided_at: Option<i64>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum InvoiceShape<'a> {
    Older {
        subscription: Option<&'a str>,
        discount: Null,
        paid: bool,
        tax: Option<i64>,
    },
    Newer {
        discounts: NoItems,
        parent: Option<InvoiceParent<'a>>,
    },
}

#[derive(Serialize)]
pub(crate) struct InvoiceParent<'a> {
    pub quote_details: Null,
    pub subscription_details: SubscriptionDetails<'a>,
    pub r#type: &'static str,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionDetails<'a> {
    pub metadata: Empty,
    pub subscription: &'a str,
}

#[derive(Serialize)]
pub(crate) struct LineJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub amount: i64,
    pub currency: &'static str,
    pub description: &'static str,
    pub discount_amounts: Vec<DiscountAmount<'a>>,
    pub discountable: bool,
    pub discounts: Vec<&'a str>,
    pub livemode: bool,
    pub metadata: Empty,
    pub period: PeriodJson,
    pub quantity: i64,
    #[serde(flatten)]
    pub shape: LineShape<'a>,
}

#[derive(Serialize)]
pub(crate) struct DiscountAmount<'a> {
    pub amount: i64,
    pub discount: &'a str,
}

#[derive(Serialize)]
pub(crate) struct PeriodJson {
    pub end: i64,
    pub start: i64,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum LineShape<'a> {
    Older {
        plan: Option<&'a RawValue>,
        price: &'a RawValue,
        proration: bool,
        subscription: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        subscription_item: Option<&'a str>,
        tax_amounts: Vec<TaxAmount>,
        tax_rates: NoItems,
        r#type: &'static str,
    },
    Newer {
        parent: LineParent<'a>,
        pricing: PricingJson<'a>,
        subtotal: i64,
        taxes: Vec<TaxJson>,
    },
}

#[derive(Serialize)]
pub(crate) struct TaxAmount {
    pub amount: i64,
    pub inclusive: bool,
    pub tax_rate: String,
    pub taxable_amount: i64,
}

#[derive(Serialize)]
pub(crate) struct TaxJson {
    pub amount: i64,
    pub tax_behavior: &'static str,
    pub tax_rate_details: TaxRateDetails,
    pub taxability_reason: &'static str,
    pub taxable_amount: i64,
    pub r#type: &'static str,
}

#[derive(Serialize)]
pub(crate) struct TaxRateDetails {
    pub tax_rate: String,
}

#[derive(Serialize)]
pub(crate) struct LineParent<'a> {
    pub invoice_item_details: Option<InvoiceItemDetails<'a>>,
    pub subscription_item_details: Option<SubscriptionItemDetails<'a>>,
    pub r#type: &'static str,
}

#[derive(Serialize)]
pub(crate) struct InvoiceItemDetails<'a> {
    pub invoice_item: String,
    pub proration: bool,
    pub subscription: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionItemDetails<'a> {
    pub invoice_item: Option<String>,
    pub proration: bool,
    pub subscription: &'a str,
    pub subscription_item: &'a str,
}

#[derive(Serialize)]
pub(crate) struct PricingJson<'a> {
    pub price_details: PriceDetails<'a>,
    pub r#type: &'static str,
    pub unit_amount_decimal: String,
}

#[derive(Serialize)]
pub(crate) struct PriceDetails<'a> {
    pub price: &'a str,
    pub product: &'a str,
}
