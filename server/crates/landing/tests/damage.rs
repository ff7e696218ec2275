//! Whatever stands in place of any value, the record is read or quarantined, never lost, never a crash.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{column, try_land};
use serde_json::{Value, json};

/// Every copy of `value` in which one part is replaced by something that does not belong there.
fn damaged(value: &Value, found: &mut Vec<Value>, rebuild: &dyn Fn(Value) -> Value) {
    let strange = [
        Value::Null,
        json!({}),
        json!([]),
        json!([null, 1, "x", {}]),
        json!("a\u{0}b"),
        json!("x"),
        json!(-1),
        json!(1.5),
        json!(i64::MAX),
        json!(true),
    ];
    found.extend(strange.into_iter().map(rebuild));
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                damaged(member, found, &|part| {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), part);
                    rebuild(Value::Object(copy))
                });
            }
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                damaged(element, found, &|part| {
                    let mut copy = elements.clone();
                    copy[at] = part;
                    rebuild(Value::Array(copy))
                });
            }
        }
        _ => {}
    }
}

fn survives(object: &str, table: &str, template: &Value) {
    let mut variants = Vec::new();
    damaged(template, &mut variants, &|whole| whole);
    let lines: Vec<String> = variants.iter().map(Value::to_string).collect();
    let name = format!("{object}/part.jsonl");
    let text = lines.join("\n");
    let needed = [
        "stripe/customers",
        "stripe/subscriptions",
        "stripe/invoices",
        "zendesk/tickets",
        "salesforce/Account",
    ];
    let source = object.split('/').next().unwrap();
    let others: Vec<String> = needed
        .iter()
        .filter(|other| other.starts_with(source) && **other != object)
        .map(|other| format!("{other}.jsonl"))
        .collect();
    let mut files: Vec<(&str, &[u8])> = others
        .iter()
        .map(|name| (name.as_str(), &b""[..]))
        .collect();
    files.push((&name, text.as_bytes()));
    let landed = try_land(&files).unwrap();
    let read = column(&landed, table, "id").len();
    assert_eq!(read + landed.quarantine.len(), lines.len(), "{object}");
    assert!(read > 0 && !landed.quarantine.is_empty(), "{object}");
    for row in &landed.quarantine {
        assert_eq!(
            row.text,
            lines[usize::try_from(row.line).unwrap() - 1],
            "{object}"
        );
    }
}

#[test]
fn stripe_objects() {
    let price = json!({"id": "p", "product": {"id": "prod", "name": "Pro"}, "currency": "usd", "type": "recurring",
        "unit_amount": 100, "unit_amount_decimal": "100.5", "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}});
    let discount = json!({"id": "di", "start": 1, "end": 2, "coupon": {"id": "co", "percent_off": 20.0, "duration": "once"}, "source": {"coupon": "co"}});
    let old = json!({"id": "il_1", "amount": 1, "currency": "usd", "subscription": "sub", "subscription_item": "si", "price": price,
        "period": {"start": 1, "end": 2}, "proration": false, "quantity": 1, "discount_amounts": [{"amount": 1}],
        "tax_amounts": [{"amount": 1, "inclusive": true}], "type": "subscription"});
    let new = json!({"id": "il_2", "amount": 1, "parent": {"type": "subscription_item_details",
        "subscription_item_details": {"subscription": "sub", "subscription_item": "si", "proration": true}},
        "pricing": {"price_details": {"price": "p"}}, "period": {"start": 1, "end": 2}, "taxes": [{"amount": 1, "tax_behavior": "inclusive"}]});
    let invoice = json!({"id": "in", "status": "paid", "customer": {"id": "cus"}, "subscription": "sub", "created": 1, "currency": "usd",
        "status_transitions": {"paid_at": 2}, "parent": {"subscription_details": {"subscription": "sub"}},
        "lines": {"data": [old, new], "has_more": false}});
    survives("stripe/invoices", "stripe__invoices", &invoice);
    let subscription = json!({"id": "sub", "status": "active", "customer": "cus", "created": 1, "trial_end": 5, "discount": discount,
        "discounts": [discount, "di_2"], "cancellation_details": {"reason": "payment_failed", "feedback": null}, "pause_collection": null,
        "items": {"data": [{"id": "si", "price": price, "quantity": 1, "discounts": ["di_3"]}], "has_more": false}});
    survives(
        "stripe/subscriptions",
        "stripe__subscriptions",
        &subscription,
    );
    survives("stripe/prices", "stripe__prices", &price);
    let customer = json!({"id": "cus", "name": "A", "email": "a@b.example", "metadata": {"salesforce_account_id": "1"}, "created": 1, "delinquent": false, "deleted": false});
    survives("stripe/customers", "stripe__customers", &customer);
}

#[test]
fn objects_of_other_pipelines() {
    let subscription = json!({"id": "sub", "status": "active", "customer_id": "cus", "created": "2026-01-01 00:00:00", "metadata": "{}",
        "cancellation_details_reason": null, "_fivetran_active": true, "_fivetran_start": "2026-01-01", "_fivetran_synced": "2026-01-02"});
    survives(
        "stripe/subscriptions",
        "stripe__subscriptions",
        &subscription,
    );
    let invoice = json!({"id": "in", "status": "paid", "customer": "cus", "created": 1, "currency": "usd", "status_transitions__paid_at": 2,
        "lines__has_more": false, "_dlt_id": "a", "_dlt_load_id": "1781000000.1"});
    survives("stripe/invoices", "stripe__invoices", &invoice);
    let ticket = json!({"_airbyte_raw_id": "x", "_airbyte_extracted_at": 1_781_000_000_000_i64,
        "_airbyte_data": {"id": 1, "status": "open", "via": {"channel": "web"}, "_airbyte_data": {"_airbyte_data": 1}}});
    survives("zendesk/tickets", "zendesk__tickets", &ticket);
    let account = json!({"id": "001", "name": "A", "number_of_employees": 3, "created_date": "2026-01-01", "_fivetran_active": false});
    survives("salesforce/Account", "salesforce__accounts", &account);
}

#[test]
fn other_objects() {
    let stamps = "2026-01-01T00:00:00Z";
    let ticket = json!({"id": 1, "status": "open", "via": {"channel": "web"}, "satisfaction_rating": {"score": "good"}, "created_at": stamps,
        "metric_set": {"id": 1, "ticket_id": 1, "reopens": 0, "reply_time_in_minutes": {"calendar": 1}}});
    survives("zendesk/tickets", "zendesk__tickets", &ticket);
    let organization = json!({"id": 1, "name": "A", "external_id": "x", "domain_names": ["a.example"], "deleted_at": null, "updated_at": stamps});
    survives(
        "zendesk/organizations",
        "zendesk__organizations",
        &organization,
    );
    let account = json!({"Id": "001", "Name": "A", "Website": "a.example", "NumberOfEmployees": 3, "CreatedDate": stamps, "BillingAddress": {"country": "FR"}});
    survives("salesforce/Account", "salesforce__accounts", &account);
    let opportunity = json!({"Id": "006", "Amount": 1.5, "CloseDate": "2026-01-01", "IsWon": true, "CurrencyIsoCode": "USD"});
    survives(
        "salesforce/Opportunity",
        "salesforce__opportunities",
        &opportunity,
    );
}
