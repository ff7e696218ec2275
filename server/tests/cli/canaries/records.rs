//! A sound record of every object, with a canary in each field that holds data of persons.

use serde_json::{Value, json};

/// Part of every value that must not leave the raw folder, the quarantine and the failing rows.
pub(super) const CANARY: &str = "canary-of-a-person";

/// An object, with the fields that are published as they are or name other records.
pub(super) struct Object {
    pub(super) source: &'static str,
    pub(super) name: &'static str,
    pub(super) published: &'static [&'static str],
}

const fn object(
    source: &'static str,
    name: &'static str,
    published: &'static [&'static str],
) -> Object {
    Object {
        source,
        name,
        published,
    }
}

pub(super) const OBJECTS: [Object; 17] = [
    object("stripe", "products", &["id", "name", "object"]),
    object("stripe", "prices", &["id", "product", "object"]),
    object("stripe", "customers", &["id", "object"]),
    object("stripe", "subscriptions", &["id", "customer", "object"]),
    object(
        "stripe",
        "invoices",
        &["id", "customer", "subscription", "object"],
    ),
    object(
        "salesforce",
        "Account",
        &["Id", "Name", "Industry", "BillingCountry"],
    ),
    object("salesforce", "Lead", &["Id", "LeadSource", "Company"]),
    object(
        "salesforce",
        "Opportunity",
        &["Id", "AccountId", "StageName"],
    ),
    object("salesforce", "Contact", &["Id", "AccountId"]),
    object(
        "zendesk",
        "tickets",
        &["id", "organization_id", "requester_id", "priority", "via"],
    ),
    object("zendesk", "ticket_metrics", &["id", "ticket_id"]),
    object("zendesk", "users", &["id", "organization_id"]),
    object("zendesk", "organizations", &["id", "name"]),
    object(
        "billing",
        "subscription_periods",
        &["subscription_id", "customer_id", "plan", "end_reason"],
    ),
    object(
        "crm",
        "accounts",
        &["account_id", "name", "industry", "country", "source"],
    ),
    object("crm", "contacts", &["contact_id", "account_id"]),
    object(
        "support",
        "tickets",
        &["ticket_id", "customer_id", "priority", "channel"],
    ),
];

/// 1 January 2026, in seconds since 1970.
const START: i64 = 1_767_225_600;

/// The sound record of an object with a number.
pub(super) fn good(source: &str, name: &str, number: usize) -> Value {
    let secret = |field: &str| format!("{field}-{CANARY}");
    let email = format!("someone.{CANARY}.{number}@company-{number}.example");
    let day = "2026-01-01T08:00:00Z";
    let salesforce_day = "2026-01-01T08:00:00.000+0000";
    let price = json!({
        "id": "price_0", "object": "price", "product": "prod_0", "unit_amount": 1000,
        "currency": "usd", "type": "recurring",
        "recurring": {"interval": "month", "interval_count": 1},
    });
    match (source, name) {
        ("stripe", "products") => json!({
            "id": format!("prod_{number}"), "object": "product", "name": "Pro",
            "description": secret("description"), "created": START,
        }),
        ("stripe", "prices") => json!({
            "id": format!("price_{number}"), "object": "price", "product": "prod_0",
            "unit_amount": 1000, "currency": "usd", "type": "recurring", "created": START,
            "recurring": {"interval": "month", "interval_count": 1},
            "metadata": {"note": secret("note")},
        }),
        ("stripe", "customers") => json!({
            "id": format!("cus_{number}"), "object": "customer", "created": START,
            "email": email, "name": format!("Company {number}"), "phone": secret("phone"),
            "description": secret("description"), "address": {"line1": secret("line")},
            "shipping": {"name": secret("name"), "phone": secret("phone")},
            "currency": "usd", "delinquent": false, "metadata": {"note": secret("note")},
        }),
        ("stripe", "subscriptions") => json!({
            "id": format!("sub_{number}"), "object": "subscription",
            "customer": format!("cus_{number}"), "status": "active", "created": START,
            "start_date": START, "current_period_start": START,
            "current_period_end": START + 86_400 * 31, "currency": "usd", "ended_at": null,
            "canceled_at": null, "trial_start": null, "trial_end": null,
            "description": secret("description"),
            "cancellation_details": {"comment": secret("comment"), "reason": null},
            "items": {"object": "list", "has_more": false, "data": [{
                "id": format!("si_{number}"), "object": "subscription_item",
                "price": price, "quantity": 1,
            }]},
        }),
        ("stripe", "invoices") => json!({
            "id": format!("in_{number}"), "object": "invoice", "customer": format!("cus_{number}"),
            "subscription": format!("sub_{number}"), "status": "paid", "created": START,
            "currency": "usd", "customer_email": email, "customer_name": secret("name"),
            "customer_phone": secret("phone"), "customer_address": {"line1": secret("line")},
            "lines": {"object": "list", "has_more": false, "data": [{
                "id": format!("il_{number}"), "object": "line_item", "amount": 1000,
                "currency": "usd", "description": secret("description"), "quantity": 1,
                "proration": false, "type": "subscription", "price": price,
                "subscription": format!("sub_{number}"),
                "subscription_item": format!("si_{number}"),
                "period": {"start": START, "end": START + 86_400 * 59},
            }]},
        }),
        ("salesforce", "Account") => json!({
            "Id": format!("001t{number:011}"), "Name": format!("Company {number}"),
            "Website": format!("company-{number}.example"), "Industry": "Software",
            "BillingCountry": "United States", "NumberOfEmployees": 10,
            "Phone": secret("phone"), "Description": secret("description"),
            "BillingStreet": secret("street"), "PersonEmail": email,
            "CreatedDate": salesforce_day, "SystemModstamp": salesforce_day, "IsDeleted": false,
        }),
        ("salesforce", "Lead") => json!({
            "Id": format!("00Qt{number:011}"), "FirstName": secret("first"),
            "LastName": secret("last"), "Email": email, "Phone": secret("phone"),
            "Company": format!("Company {number}"), "LeadSource": "Web", "Status": "Open",
            "CreatedDate": salesforce_day, "SystemModstamp": salesforce_day,
            "IsConverted": false, "ConvertedDate": null, "IsDeleted": false,
        }),
        ("salesforce", "Opportunity") => json!({
            "Id": format!("006t{number:011}"), "AccountId": format!("001t{number:011}"),
            "Name": secret("name"), "Description": secret("description"), "Amount": 100,
            "CloseDate": "2026-01-15", "StageName": "Closed Won", "IsWon": true,
            "IsClosed": true, "CreatedDate": salesforce_day, "SystemModstamp": salesforce_day,
            "IsDeleted": false,
        }),
        ("salesforce", "Contact") => json!({
            "Id": format!("003t{number:011}"), "AccountId": format!("001t{number:011}"),
            "FirstName": secret("first"), "LastName": secret("last"), "Email": email,
            "Phone": secret("phone"), "CreatedDate": salesforce_day,
            "SystemModstamp": salesforce_day, "IsDeleted": false,
        }),
        ("zendesk", "tickets") => json!({
            "id": number + 1, "subject": secret("subject"), "description": secret("text"),
            "via": {"channel": "email", "source": {"from": {"address": email}}},
            "status": "open", "priority": "normal", "created_at": day, "updated_at": day,
            "requester_id": number + 1, "organization_id": null, "recipient": email,
            "satisfaction_rating": {"score": "good", "comment": secret("comment")},
        }),
        ("zendesk", "ticket_metrics") => json!({
            "id": number + 1, "ticket_id": number + 1, "created_at": day, "updated_at": day,
            "solved_at": day, "reopens": 0, "reply_time_in_minutes": {"calendar": 5},
            "full_resolution_time_in_minutes": {"calendar": 50},
        }),
        ("zendesk", "users") => json!({
            "id": number + 1, "name": secret("name"), "email": email, "phone": secret("phone"),
            "notes": secret("notes"), "role": "end-user", "created_at": day, "updated_at": day,
            "organization_id": null,
        }),
        ("zendesk", "organizations") => json!({
            "id": number + 1, "name": format!("Company {number}"), "created_at": day,
            "updated_at": day, "details": secret("details"), "notes": secret("notes"),
            "domain_names": [format!("company-{number}.example")],
        }),
        ("billing", "subscription_periods") => json!({
            "subscription_id": format!("s{number}"), "customer_id": format!("b{number}"),
            "customer_name": format!("Buyer {number}"), "customer_email": email, "plan": "Basic",
            "start_date": "2026-01-01", "end_date": null, "monthly_amount": "10.00",
            "currency": "usd", "end_reason": null,
        }),
        ("crm", "accounts") => json!({
            "account_id": format!("a{number}"), "name": format!("Buyer {number}"),
            "domain": format!("buyer-{number}.example"), "industry": "Retail",
            "country": "US", "employees": "10", "source": "Web", "created_at": day,
        }),
        ("crm", "contacts") => json!({
            "contact_id": format!("c{number}"), "account_id": format!("a{number}"), "email": email,
        }),
        ("support", "tickets") => json!({
            "ticket_id": format!("t{number}"), "created_at": day, "customer_id": format!("b{number}"),
            "requester_email": email, "solved_at": day, "status": "solved", "priority": "normal",
            "channel": "email", "first_reply_minutes": 5, "satisfaction": "good",
        }),
        _ => panic!("there is no record for {source}/{name}"),
    }
}
