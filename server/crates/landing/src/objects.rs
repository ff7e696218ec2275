//! The known objects of every source: how their files are told apart and which code reads them.

use crate::contract::{self, Contract};
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
    /// What other pipelines call its table.
    pub(crate) also: &'static [&'static str],
    /// Whether a source that is present must have it.
    pub(crate) required: bool,
    /// The fields it must and may have.
    pub(crate) contract: &'static Contract,
    /// Whether the format is ours, so that a field outside the contract is a finding.
    pub(crate) closed: bool,
    /// Whether one file is the whole object, so that only the newest counts.
    pub(crate) whole: bool,
    pub(crate) read: Read,
}

impl Object {
    /// The names its files may have.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.also.iter().copied())
    }

    /// The field that identifies a record.
    pub(crate) fn key(&self) -> &'static str {
        self.contract.needs[0].names[0]
    }
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
    also: &'static [&'static str],
    required: bool,
    contract: &'static Contract,
    read: Read,
) -> Object {
    Object {
        source,
        name,
        also,
        required,
        contract,
        closed: false,
        whole: false,
        read,
    }
}

const fn template(
    source: &'static str,
    name: &'static str,
    contract: &'static Contract,
    whole: bool,
    read: Read,
) -> Object {
    Object {
        source,
        name,
        also: &[],
        required: false,
        contract,
        closed: true,
        whole,
        read,
    }
}

/// Known objects, in landing order: what is referred to comes before what refers to it.
pub(crate) static OBJECTS: &[Object] = &[
    vendor(
        "stripe",
        "products",
        &["product"],
        false,
        &contract::STRIPE_PRODUCTS,
        stripe::product,
    ),
    vendor(
        "stripe",
        "prices",
        &["price", "plan", "plans"],
        false,
        &contract::STRIPE_PRICES,
        stripe::price,
    ),
    vendor(
        "stripe",
        "coupons",
        &["coupon"],
        false,
        &contract::STRIPE_COUPONS,
        stripe::coupon,
    ),
    vendor(
        "stripe",
        "customers",
        &["customer"],
        true,
        &contract::STRIPE_CUSTOMERS,
        stripe::customer,
    ),
    vendor(
        "stripe",
        "subscriptions",
        &["subscription", "subscription_history"],
        true,
        &contract::STRIPE_SUBSCRIPTIONS,
        stripe::subscription,
    ),
    vendor(
        "stripe",
        "subscription_items",
        &["subscription_item"],
        false,
        &contract::STRIPE_SUBSCRIPTION_ITEMS,
        stripe::subscription_item,
    ),
    vendor(
        "stripe",
        "invoices",
        &["invoice"],
        true,
        &contract::STRIPE_INVOICES,
        stripe::invoice,
    ),
    vendor(
        "stripe",
        "invoice_line_items",
        &["invoice_line_item"],
        false,
        &contract::STRIPE_INVOICE_LINE_ITEMS,
        stripe::invoice_line_item,
    ),
    vendor(
        "salesforce",
        "Account",
        &[],
        true,
        &contract::SALESFORCE_ACCOUNT,
        salesforce::account,
    ),
    vendor(
        "salesforce",
        "Lead",
        &[],
        false,
        &contract::SALESFORCE_LEAD,
        salesforce::lead,
    ),
    vendor(
        "salesforce",
        "Opportunity",
        &[],
        false,
        &contract::SALESFORCE_OPPORTUNITY,
        salesforce::opportunity,
    ),
    vendor(
        "salesforce",
        "Contact",
        &[],
        false,
        &contract::SALESFORCE_CONTACT,
        salesforce::contact,
    ),
    vendor(
        "zendesk",
        "tickets",
        &["ticket"],
        true,
        &contract::ZENDESK_TICKETS,
        zendesk::ticket,
    ),
    vendor(
        "zendesk",
        "ticket_metrics",
        &["ticket_metric"],
        false,
        &contract::ZENDESK_TICKET_METRICS,
        zendesk::ticket_metrics,
    ),
    vendor(
        "zendesk",
        "organizations",
        &["organization"],
        false,
        &contract::ZENDESK_ORGANIZATIONS,
        zendesk::organization,
    ),
    vendor(
        "zendesk",
        "users",
        &["user"],
        false,
        &contract::ZENDESK_USERS,
        zendesk::user,
    ),
    template(
        "billing",
        "subscription_periods",
        &contract::BILLING_SUBSCRIPTION_PERIODS,
        false,
        generic::subscription_period,
    ),
    template(
        "crm",
        "accounts",
        &contract::CRM_ACCOUNTS,
        false,
        generic::crm_account,
    ),
    template("crm", "leads", &contract::CRM_LEADS, false, generic::lead),
    template("crm", "deals", &contract::CRM_DEALS, false, generic::deal),
    template(
        "crm",
        "contacts",
        &contract::CRM_CONTACTS,
        false,
        generic::contact,
    ),
    template(
        "support",
        "tickets",
        &contract::SUPPORT_TICKETS,
        false,
        generic::ticket,
    ),
    template(
        "reference",
        "exchange_rates",
        &contract::REFERENCE_EXCHANGE_RATES,
        true,
        reference::exchange_rate,
    ),
    template(
        "reference",
        "country_regions",
        &contract::REFERENCE_COUNTRY_REGIONS,
        true,
        reference::country_region,
    ),
    template(
        "reference",
        "identity_overrides",
        &contract::REFERENCE_IDENTITY_OVERRIDES,
        true,
        reference::identity_override,
    ),
    template(
        "reference",
        "marketing_spend",
        &contract::REFERENCE_MARKETING_SPEND,
        true,
        reference::marketing_spend,
    ),
    template(
        "reference",
        "annotations",
        &contract::REFERENCE_ANNOTATIONS,
        true,
        reference::annotation,
    ),
];
