//! The known objects of every source: how their files are told apart and which code reads them.

use crate::record::{Instant, Reason, Record};
use crate::sink::Sink;
use crate::{generic, reference, salesforce, stripe, zendesk};

/// Reads one record into rows; gives the latest stamp the record bears.
pub(crate) type Read =
    for<'a> fn(&Record<'a>, &mut Sink<'a, '_>) -> Result<Option<Instant>, Reason>;

/// An object of a source.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
    /// Whether a source that is present must have it.
    pub(crate) required: bool,
    /// The field without which a CSV file is no file of this object.
    pub(crate) key: &'static str,
    /// All columns there are, where the format is ours; others are a finding.
    pub(crate) columns: Option<&'static [&'static str]>,
    /// Whether one file is the whole object, so that only the newest counts.
    pub(crate) whole: bool,
    pub(crate) read: Read,
}

/// Known sources, in the order they are told.
pub(crate) const SOURCES: &[&str] = &[
    "stripe",
    "salesforce",
    "zendesk",
    "billing",
    "crm",
    "support",
    "reference",
];

const fn vendor(
    source: &'static str,
    name: &'static str,
    required: bool,
    key: &'static str,
    read: Read,
) -> Object {
    Object {
        source,
        name,
        required,
        key,
        columns: None,
        whole: false,
        read,
    }
}

const fn template(
    source: &'static str,
    name: &'static str,
    columns: &'static [&'static str],
    whole: bool,
    read: Read,
) -> Object {
    Object {
        source,
        name,
        required: false,
        key: columns[0],
        columns: Some(columns),
        whole,
        read,
    }
}

/// Known objects, in landing order: what is referred to comes before what refers to it.
pub(crate) static OBJECTS: &[Object] = &[
    vendor("stripe", "products", false, "id", stripe::product),
    vendor("stripe", "prices", false, "id", stripe::price),
    vendor("stripe", "coupons", false, "id", stripe::coupon),
    vendor("stripe", "customers", true, "id", stripe::customer),
    vendor("stripe", "subscriptions", true, "id", stripe::subscription),
    vendor(
        "stripe",
        "subscription_items",
        false,
        "id",
        stripe::subscription_item,
    ),
    vendor("stripe", "invoices", true, "id", stripe::invoice),
    vendor(
        "stripe",
        "invoice_line_items",
        false,
        "id",
        stripe::invoice_line_item,
    ),
    vendor("salesforce", "Account", true, "Id", salesforce::account),
    vendor("salesforce", "Lead", false, "Id", salesforce::lead),
    vendor(
        "salesforce",
        "Opportunity",
        false,
        "Id",
        salesforce::opportunity,
    ),
    vendor("zendesk", "tickets", true, "id", zendesk::ticket),
    vendor(
        "zendesk",
        "ticket_metrics",
        false,
        "id",
        zendesk::ticket_metrics,
    ),
    vendor(
        "zendesk",
        "organizations",
        false,
        "id",
        zendesk::organization,
    ),
    vendor("zendesk", "users", false, "id", zendesk::user),
    template(
        "billing",
        "subscription_periods",
        generic::SUBSCRIPTION_PERIODS,
        false,
        generic::subscription_period,
    ),
    template(
        "crm",
        "accounts",
        generic::ACCOUNTS,
        false,
        generic::account,
    ),
    template(
        "support",
        "tickets",
        generic::TICKETS,
        false,
        generic::ticket,
    ),
    template(
        "reference",
        "exchange_rates",
        reference::EXCHANGE_RATES,
        true,
        reference::exchange_rate,
    ),
    template(
        "reference",
        "country_regions",
        reference::COUNTRY_REGIONS,
        true,
        reference::country_region,
    ),
    template(
        "reference",
        "identity_overrides",
        reference::IDENTITY_OVERRIDES,
        true,
        reference::identity_override,
    ),
    template(
        "reference",
        "marketing_spend",
        reference::MARKETING_SPEND,
        true,
        reference::marketing_spend,
    ),
];
