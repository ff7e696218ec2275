//! What each raw object must and may hold: the fields landing reads, and which of them cannot be done without.

/// A field that some record must have, under one of its names.
#[derive(Debug)]
pub(crate) struct Need {
    /// Its names in different versions of the vendor's API; the first is today's.
    pub(crate) names: &'static [&'static str],
    /// An object of the same source that has it as well, so that it may be absent here.
    pub(crate) or_object: Option<&'static str>,
}

/// The contract of one object.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Fields without which numbers would be wrong without a word.
    pub(crate) needs: &'static [Need],
    /// Other fields that are read where they are there.
    pub(crate) may: &'static [&'static str],
}

impl Contract {
    /// Whether landing knows a field of this name, whatever its case.
    pub(crate) fn knows(&self, field: &str) -> bool {
        self.fields().any(|name| name.eq_ignore_ascii_case(field))
    }

    /// Every field landing reads.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static str> {
        let needed = self.needs.iter().flat_map(|need| need.names);
        needed.chain(self.may).copied()
    }
}

macro_rules! contract {
    (needs: [$($need:expr),* $(,)?], may: [$($may:literal),* $(,)?]) => {
        Contract {
            needs: &[$($need),*],
            may: &[$($may),*],
        }
    };
}

const fn need(names: &'static [&'static str]) -> Need {
    Need {
        names,
        or_object: None,
    }
}

const ID: Need = need(&["id"]);
const SALESFORCE_ID: Need = need(&["Id"]);
/// Of leads and opportunities: without it they would count nowhere. An account counts from its first fact on.
const SALESFORCE_CREATED: Need = need(&["CreatedDate"]);

pub(crate) const STRIPE_PRODUCTS: Contract = contract!(
    needs: [ID, need(&["name"])],
    may: ["livemode", "deleted", "created"]
);
pub(crate) const STRIPE_PRICES: Contract = contract!(
    needs: [ID, need(&["currency"]), need(&["recurring", "interval", "type"])],
    may: ["livemode", "tiers", "currency_options", "product", "name", "billing_scheme", "tiers_mode", "unit_amount", "unit_amount_decimal", "amount",
        "amount_decimal", "interval_count", "usage_type", "transform_quantity", "transform_usage", "deleted", "created"]
);
pub(crate) const STRIPE_COUPONS: Contract = contract!(
    needs: [ID],
    may: ["livemode", "currency_options", "applies_to", "percent_off", "amount_off", "currency", "duration", "duration_in_months", "deleted", "created"]
);
pub(crate) const STRIPE_CUSTOMERS: Contract = contract!(
    needs: [ID, need(&["created"])],
    may: ["livemode", "discount", "discounts", "name", "email", "metadata", "currency", "delinquent", "deleted"]
);
pub(crate) const STRIPE_SUBSCRIPTIONS: Contract = contract!(
    needs: [ID, need(&["customer"]), need(&["status"]),
        Need { names: &["items", "plan"], or_object: Some("subscription_items") }, need(&["created", "start_date", "start"])],
    may: ["livemode", "currency", "trial_start", "trial_end", "cancel_at", "canceled_at", "ended_at", "cancel_at_period_end",
        "cancellation_details", "collection_method", "billing", "pause_collection", "current_period_end", "quantity",
        "discount", "discounts", "deleted"]
);
pub(crate) const STRIPE_SUBSCRIPTION_ITEMS: Contract = contract!(
    needs: [ID, need(&["subscription"]), need(&["price", "plan"])],
    may: ["discounts", "quantity", "created", "current_period_start", "current_period_end", "deleted"]
);
pub(crate) const STRIPE_INVOICES: Contract = contract!(
    needs: [
        ID, need(&["customer"]), need(&["status", "paid"]), need(&["currency"]), need(&["created", "date"]),
        Need { names: &["lines"], or_object: Some("invoice_line_items") },
    ],
    may: ["livemode", "subscription", "parent", "billing_reason", "status_transitions", "closed", "forgiven", "attempted", "deleted"]
);
pub(crate) const STRIPE_INVOICE_LINE_ITEMS: Contract = contract!(
    needs: [ID, need(&["invoice"]), need(&["amount"]), need(&["currency"]), need(&["period", "period_start"])],
    may: ["unique_id", "unique_line_item_id", "proration_details", "period_end", "subscription", "subscription_item", "parent", "price", "plan", "pricing", "quantity",
        "proration", "type", "discount_amounts", "taxes", "tax_amounts", "created"]
);
pub(crate) const SALESFORCE_ACCOUNT: Contract = contract!(
    needs: [SALESFORCE_ID, need(&["Name"])],
    may: ["CreatedDate", "MasterRecordId", "PersonEmail", "Website", "AccountSource", "BillingCountry", "BillingAddress", "Industry", "NumberOfEmployees", "IsDeleted",
        "SystemModstamp", "LastModifiedDate"]
);
pub(crate) const SALESFORCE_LEAD: Contract = contract!(
    needs: [SALESFORCE_ID, SALESFORCE_CREATED, need(&["IsConverted"])],
    may: ["Company", "Industry", "Country", "Address", "NumberOfEmployees", "LeadSource", "ConvertedDate",
        "ConvertedAccountId", "IsDeleted", "SystemModstamp", "LastModifiedDate"]
);
pub(crate) const SALESFORCE_OPPORTUNITY: Contract = contract!(
    needs: [SALESFORCE_ID, need(&["AccountId"]), SALESFORCE_CREATED, need(&["CloseDate"]), need(&["IsClosed"]), need(&["IsWon"])],
    may: ["Amount", "CurrencyIsoCode", "LeadSource", "StageName", "IsDeleted", "SystemModstamp", "LastModifiedDate"]
);
pub(crate) const SALESFORCE_CONTACT: Contract = contract!(
    needs: [SALESFORCE_ID],
    may: ["AccountId", "Email", "CreatedDate", "IsDeleted", "SystemModstamp", "LastModifiedDate"]
);
pub(crate) const ZENDESK_TICKETS: Contract = contract!(
    needs: [ID, need(&["status"]), need(&["created_at"])],
    may: ["organization_id", "requester_id", "priority", "via", "satisfaction_rating", "updated_at", "metric_set"]
);
pub(crate) const ZENDESK_TICKET_METRICS: Contract = contract!(
    needs: [ID, need(&["ticket_id"])],
    may: ["reopens", "reply_time_in_minutes", "reply_time_in_seconds", "first_resolution_time_in_minutes", "full_resolution_time_in_minutes",
        "solved_at", "created_at", "updated_at"]
);
pub(crate) const ZENDESK_ORGANIZATIONS: Contract = contract!(
    needs: [ID, need(&["name"])],
    may: ["external_id", "domain_names", "created_at", "updated_at", "deleted_at", "deleted"]
);
pub(crate) const ZENDESK_USERS: Contract = contract!(
    needs: [ID],
    may: ["email", "organization_id", "name", "active", "deleted", "created_at", "updated_at"]
);
pub(crate) const BILLING_SUBSCRIPTION_PERIODS: Contract = contract!(
    needs: [need(&["subscription_id"]), need(&["customer_id"]), need(&["start_date"]), need(&["monthly_amount", "amount"])],
    may: ["interval", "interval_count", "quantity", "customer_name", "customer_email", "plan", "end_date", "currency",
        "end_reason"]
);
pub(crate) const CRM_ACCOUNTS: Contract = contract!(
    needs: [need(&["account_id"]), need(&["name"])],
    may: ["domain", "industry", "country", "employees", "source", "created_at"]
);
pub(crate) const CRM_LEADS: Contract = contract!(
    needs: [need(&["lead_id"]), need(&["created_at"])],
    may: ["account_id", "email", "converted_at", "industry", "country", "employees", "source"]
);
pub(crate) const CRM_DEALS: Contract = contract!(
    needs: [need(&["deal_id"]), need(&["created_at"]), need(&["status"])],
    may: ["account_id", "name", "amount", "currency", "closed_at", "source"]
);
pub(crate) const CRM_CONTACTS: Contract = contract!(
    needs: [need(&["contact_id"]), need(&["account_id"]), need(&["email"])],
    may: []
);
pub(crate) const SUPPORT_TICKETS: Contract = contract!(
    needs: [need(&["ticket_id"]), need(&["created_at"])],
    may: ["customer_id", "requester_email", "solved_at", "status", "priority", "channel", "first_reply_minutes",
        "first_reply_seconds", "satisfaction"]
);
pub(crate) const REFERENCE_EXCHANGE_RATES: Contract = contract!(
    needs: [need(&["currency"]), need(&["rate"])],
    may: []
);
pub(crate) const REFERENCE_COUNTRY_REGIONS: Contract = contract!(
    needs: [need(&["country"]), need(&["region"])],
    may: []
);
pub(crate) const REFERENCE_IDENTITY_OVERRIDES: Contract = contract!(
    needs: [need(&["source"]), ID, need(&["account_id"])],
    may: []
);
pub(crate) const REFERENCE_MARKETING_SPEND: Contract = contract!(
    needs: [need(&["day"]), need(&["acquisition_channel"]), need(&["amount"])],
    may: ["currency"]
);
pub(crate) const REFERENCE_ANNOTATIONS: Contract = contract!(
    needs: [need(&["day"]), need(&["label"])],
    may: ["detail"]
);
