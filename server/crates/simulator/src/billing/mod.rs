//! Billing: the objects, and the simulation of subscriptions over time.

mod changes;
mod endings;
pub(crate) mod invoice;
mod lines;
mod starts;
pub(crate) mod subscription;

use crate::catalog::Currency;
use crate::market::Tax;

/// A billing customer.
pub(crate) struct StripeCustomer {
    pub id: String,
    pub created: i64,
    pub name: String,
    pub email: String,
    pub currency: Currency,
    pub country: &'static str,
    /// The CRM account, in the metadata.
    pub account_id: Option<String>,
    pub delinquent: bool,
}

/// Who pays, and how.
pub(crate) struct Payer {
    pub customer_id: String,
    pub currency: Currency,
    pub tax: Option<Tax>,
    /// By bank transfer on an e-mailed invoice, rather than by card.
    pub by_invoice: bool,
}

/// A coupon applied to a subscription.
#[derive(Clone)]
pub(crate) struct Discount {
    pub id: String,
    pub coupon: usize,
    pub start: i64,
    pub end: Option<i64>,
}

/// A subscription as the API shows it at the end of the history.
pub(crate) struct Subscription {
    pub id: String,
    pub item_id: String,
    pub metered_item_id: Option<String>,
    pub customer_id: String,
    pub currency: Currency,
    pub created: i64,
    pub anchor: i64,
    pub trial: Option<(i64, i64)>,
    pub status: &'static str,
    /// Place of the licensed price.
    pub price: usize,
    pub seats: i64,
    pub period: (i64, i64),
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub reason: Option<&'static str>,
    pub feedback: Option<&'static str>,
    pub by_invoice: bool,
    pub discount: Option<Discount>,
    pub latest_invoice: Option<String>,
}

/// Where an invoice stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InvoiceStatus {
    Draft,
    Open,
    Paid(i64),
    Uncollectible(i64),
    Void(i64),
}

/// An invoice.
pub(crate) struct Invoice {
    pub id: String,
    pub customer_id: String,
    pub subscription_id: Option<String>,
    pub created: i64,
    pub currency: Currency,
    pub billing_reason: &'static str,
    pub by_invoice: bool,
    pub period: (i64, i64),
    pub status: InvoiceStatus,
    pub attempts: u32,
    pub lines: Vec<Line>,
}

/// What an invoice line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LineKind {
    /// A period of a subscription.
    Regular,
    /// A credit or debit for the rest of a period.
    Proration,
    /// An item of its own.
    OneOff,
}

/// An invoice line; amounts in minor units.
pub(crate) struct Line {
    pub id: String,
    pub kind: LineKind,
    pub subscription_item: Option<(String, String)>,
    pub amount: i64,
    pub price: usize,
    pub quantity: i64,
    pub period: (i64, i64),
    /// Discount id and the amount it takes off.
    pub discount: Option<(String, i64)>,
    pub tax: Option<(Tax, i64)>,
}

/// Everything billed.
#[derive(Default)]
pub(crate) struct Ledger {
    pub customers: Vec<StripeCustomer>,
    pub subscriptions: Vec<Subscription>,
    pub invoices: Vec<Invoice>,
}
