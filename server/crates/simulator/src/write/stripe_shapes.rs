//! The billing API's shapes of catalog, customers and subscriptions: fields every version has, and those of only one.

use serde::Serialize;
use serde_json::value::RawValue;

/// A field that is always null here.
pub(crate) type Null = Option<u8>;
/// An empty `{}`.
#[derive(Serialize)]
pub(crate) struct Empty {}
/// An empty `[]`.
pub(crate) type NoItems = [u8; 0];

#[derive(Serialize)]
pub(crate) struct List<T> {
    pub object: &'static str,
    pub data: Vec<T>,
    pub has_more: bool,
    pub total_count: usize,
    pub url: String,
}

impl<T> List<T> {
    pub(crate) fn new(data: Vec<T>, url: String) -> Self {
        Self {
            object: "list",
            total_count: data.len(),
            data,
            has_more: false,
            url,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ProductJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub active: bool,
    pub created: i64,
    pub description: Null,
    pub livemode: bool,
    pub metadata: Empty,
    pub name: &'static str,
    pub r#type: &'static str,
    pub updated: i64,
}

#[derive(Serialize)]
pub(crate) struct PriceJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub active: bool,
    pub billing_scheme: &'static str,
    pub created: i64,
    pub currency: &'static str,
    pub livemode: bool,
    pub lookup_key: Null,
    pub metadata: Empty,
    pub nickname: Null,
    pub product: &'a str,
    pub recurring: Option<RecurringJson>,
    pub tax_behavior: &'static str,
    pub tiers_mode: Null,
    pub transform_quantity: Null,
    pub r#type: &'static str,
    pub unit_amount: i64,
    pub unit_amount_decimal: String,
}

#[derive(Serialize)]
pub(crate) struct RecurringJson {
    pub interval: &'static str,
    pub interval_count: u32,
    pub trial_period_days: Null,
    pub usage_type: &'static str,
}

/// The older name of a recurring price.
#[derive(Serialize)]
pub(crate) struct PlanJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub active: bool,
    pub amount: i64,
    pub amount_decimal: String,
    pub billing_scheme: &'static str,
    pub created: i64,
    pub currency: &'static str,
    pub interval: &'static str,
    pub interval_count: u32,
    pub livemode: bool,
    pub metadata: Empty,
    pub nickname: Null,
    pub product: &'a str,
    pub tiers_mode: Null,
    pub transform_usage: Null,
    pub trial_period_days: Null,
    pub usage_type: &'static str,
}

#[derive(Serialize)]
pub(crate) struct CouponJson {
    pub id: &'static str,
    pub object: &'static str,
    pub amount_off: Null,
    pub created: i64,
    pub currency: Null,
    pub duration: &'static str,
    pub duration_in_months: Option<u32>,
    pub livemode: bool,
    pub max_redemptions: Null,
    pub metadata: Empty,
    pub name: &'static str,
    pub percent_off: f64,
    pub redeem_by: Null,
    pub times_redeemed: usize,
    pub valid: bool,
}

#[derive(Serialize)]
pub(crate) struct CustomerJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub address: AddressJson,
    pub balance: i64,
    pub created: i64,
    pub currency: &'static str,
    pub default_source: Null,
    pub delinquent: bool,
    pub description: Null,
    pub email: &'a str,
    pub livemode: bool,
    pub metadata: CustomerMetadata<'a>,
    pub name: &'a str,
    pub phone: Null,
    pub tax_exempt: &'static str,
}

#[derive(Serialize)]
pub(crate) struct AddressJson {
    pub city: Null,
    pub country: &'static str,
    pub line1: Null,
    pub line2: Null,
    pub postal_code: Null,
    pub state: Null,
}

#[derive(Serialize)]
pub(crate) struct CustomerMetadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce_account_id: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub application: Null,
    pub billing_cycle_anchor: i64,
    pub cancel_at: Option<i64>,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<i64>,
    pub cancellation_details: CancellationJson,
    pub collection_method: &'static str,
    pub created: i64,
    pub currency: &'static str,
    pub customer: &'a str,
    pub days_until_due: Option<u32>,
    pub description: Null,
    pub ended_at: Option<i64>,
    pub items: List<ItemJson<'a>>,
    pub latest_invoice: Option<&'a str>,
    pub livemode: bool,
    pub metadata: Empty,
    pub pause_collection: Null,
    pub start_date: i64,
    pub status: &'static str,
    pub trial_end: Option<i64>,
    pub trial_start: Option<i64>,
    #[serde(flatten)]
    pub shape: SubscriptionShape<'a>,
}

#[derive(Serialize)]
pub(crate) struct CancellationJson {
    pub comment: Null,
    pub feedback: Option<&'static str>,
    pub reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum SubscriptionShape<'a> {
    Older {
        current_period_start: i64,
        current_period_end: i64,
        discount: Option<DiscountJson<'a>>,
        plan: Option<&'a RawValue>,
        quantity: Option<i64>,
    },
    Newer {
        discounts: Vec<&'a str>,
        billing_mode: BillingMode,
    },
}

#[derive(Serialize)]
pub(crate) struct BillingMode {
    pub r#type: &'static str,
}

#[derive(Serialize)]
pub(crate) struct DiscountJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub coupon: &'a RawValue,
    pub customer: &'a str,
    pub end: Option<i64>,
    pub start: i64,
    pub subscription: &'a str,
}

#[derive(Serialize)]
pub(crate) struct ItemJson<'a> {
    pub id: &'a str,
    pub object: &'static str,
    pub created: i64,
    pub discounts: NoItems,
    pub metadata: Empty,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<&'a RawValue>,
    pub price: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    pub subscription: &'a str,
    pub tax_rates: NoItems,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_period_start: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_period_end: Option<i64>,
}
