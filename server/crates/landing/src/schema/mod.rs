//! The contract of the raw tables: their names, columns, types and meaning.

mod reference;
mod salesforce;
mod stripe;
mod zendesk;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// 64-bit integer; money is in the unit the column's description names.
    Int,
    /// True or false.
    Bool,
    /// Microseconds in UTC, without a zone in the type.
    Timestamp,
    /// A calendar date.
    Date,
}

/// One column of a raw table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSchema {
    /// Column name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: ColumnType,
    /// Whether a value may be absent.
    pub nullable: bool,
    /// What it holds.
    pub description: &'static str,
    /// The table whose `_ordinal` this column repeats, for nested records.
    pub refers_to: Option<&'static str>,
}

/// One raw table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSchema {
    /// Table name, `<source>__<object>`.
    pub name: &'static str,
    /// The source it comes from.
    pub source: &'static str,
    /// The object of that source whose files fill it, first of several.
    pub object: &'static str,
    /// What a row is.
    pub description: &'static str,
    /// Its columns; the first of every table is `_ordinal`.
    pub columns: &'static [ColumnSchema],
}

macro_rules! tables {
    ($($name:ident = $path:path),* $(,)?) => {
        /// Names a raw table inside this crate; the discriminant is its place in [`schema`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Table { $($name),* }
        impl Table {
            pub(crate) const ALL: &'static [Table] = &[$(Table::$name),*];
        }
        static TABLES: &[TableSchema] = &[$($path),*];
    };
}

tables! {
    StripeCustomers = stripe::CUSTOMERS,
    StripeSubscriptions = stripe::SUBSCRIPTIONS,
    StripeSubscriptionItems = stripe::SUBSCRIPTION_ITEMS,
    StripeSubscriptionDiscounts = stripe::SUBSCRIPTION_DISCOUNTS,
    StripeCustomerDiscounts = stripe::CUSTOMER_DISCOUNTS,
    StripePrices = stripe::PRICES,
    StripePriceSteps = stripe::PRICE_STEPS,
    StripeProducts = stripe::PRODUCTS,
    StripeCoupons = stripe::COUPONS,
    StripeCouponAmounts = stripe::COUPON_AMOUNTS,
    StripeCouponProducts = stripe::COUPON_PRODUCTS,
    StripeInvoices = stripe::INVOICES,
    StripeInvoiceLines = stripe::INVOICE_LINES,
    SalesforceAccounts = salesforce::ACCOUNTS,
    SalesforceLeads = salesforce::LEADS,
    SalesforceOpportunities = salesforce::OPPORTUNITIES,
    SalesforceContacts = salesforce::CONTACTS,
    ZendeskTickets = zendesk::TICKETS,
    ZendeskTicketMetrics = zendesk::TICKET_METRICS,
    ZendeskOrganizations = zendesk::ORGANIZATIONS,
    ZendeskOrganizationDomains = zendesk::ORGANIZATION_DOMAINS,
    ZendeskUsers = zendesk::USERS,
    BillingSubscriptionPeriods = reference::SUBSCRIPTION_PERIODS,
    CrmAccounts = reference::CRM_ACCOUNTS,
    CrmLeads = reference::CRM_LEADS,
    CrmDeals = reference::CRM_DEALS,
    CrmContacts = reference::CRM_CONTACTS,
    SupportTickets = reference::SUPPORT_TICKETS,
    ReferenceExchangeRates = reference::EXCHANGE_RATES,
    ReferenceCountryRegions = reference::COUNTRY_REGIONS,
    ReferenceIdentityOverrides = reference::IDENTITY_OVERRIDES,
    ReferenceMarketingSpend = reference::MARKETING_SPEND,
    ReferenceAnnotations = reference::ANNOTATIONS,
}

impl Table {
    pub(crate) fn schema(self) -> &'static TableSchema {
        &TABLES[self as usize]
    }
}

/// Every raw table, in a fixed order: what landing gives and what the SQL models may rely on.
pub fn schema() -> &'static [TableSchema] {
    TABLES
}

/// The first column of every table.
const ORDINAL: ColumnSchema = int(
    "_ordinal",
    "place in landing order, from 1: of equal records the greater is the later one",
)
.required();

/// Of Stripe's objects: null where it is not said, as by old exports.
const LIVEMODE: ColumnSchema = column(
    "livemode",
    ColumnType::Bool,
    "true in live mode, false in test mode, null where it is not said",
);

const fn column(name: &'static str, kind: ColumnType, description: &'static str) -> ColumnSchema {
    ColumnSchema {
        name,
        kind,
        nullable: true,
        description,
        refers_to: None,
    }
}

const fn text(name: &'static str, description: &'static str) -> ColumnSchema {
    column(name, ColumnType::Text, description)
}

const fn int(name: &'static str, description: &'static str) -> ColumnSchema {
    column(name, ColumnType::Int, description)
}

const fn timestamp(name: &'static str, description: &'static str) -> ColumnSchema {
    column(name, ColumnType::Timestamp, description)
}

const fn date(name: &'static str, description: &'static str) -> ColumnSchema {
    column(name, ColumnType::Date, description)
}

/// Flags are never null: what is not said is false.
const fn flag(name: &'static str, description: &'static str) -> ColumnSchema {
    column(name, ColumnType::Bool, description).required()
}

/// The `_ordinal` of the record this row was nested in.
const fn parent(name: &'static str, table: &'static str) -> ColumnSchema {
    let mut parent = int(
        name,
        "_ordinal of the record it was nested in, null if it came by itself",
    );
    parent.refers_to = Some(table);
    parent
}

impl ColumnSchema {
    const fn required(mut self) -> Self {
        self.nullable = false;
        self
    }
}

const fn table(
    name: &'static str,
    source: &'static str,
    object: &'static str,
    description: &'static str,
    columns: &'static [ColumnSchema],
) -> TableSchema {
    TableSchema {
        name,
        source,
        object,
        description,
        columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_described() {
        let mut names = HashSet::new();
        for table in schema() {
            assert!(names.insert(table.name), "{}", table.name);
            assert_eq!(table.columns[0].name, "_ordinal", "{}", table.name);
            assert!(table.name.starts_with(table.source) && !table.description.is_empty());
            let mut columns = HashSet::new();
            for column in table.columns {
                assert!(
                    columns.insert(column.name),
                    "{}.{}",
                    table.name,
                    column.name
                );
                assert!(
                    !column.description.is_empty(),
                    "{}.{}",
                    table.name,
                    column.name
                );
                let parent = column
                    .refers_to
                    .map(|name| schema().iter().any(|t| t.name == name));
                assert_ne!(parent, Some(false), "{}.{}", table.name, column.name);
            }
        }
        assert_eq!(Table::ALL.len(), schema().len());
    }
}
