//! The raw files of a company as Fivetran would have landed them.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{Row, SYNCED, Tables, snake};

/// Fivetran: singular tables, references as `…_id`, nested objects flattened, lists as tables of their own.
pub(crate) fn fivetran(native: &Tables) -> Tables {
    let mut tables = Tables::new();
    let mut add = |table: &str, cells: &[(&str, Value)]| {
        let mut row: Row = cells
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let synced = if table.contains("subscription_history") {
            let start = row.get("created").cloned().unwrap_or_default();
            row.insert("_fivetran_active".into(), true.into());
            row.insert("_fivetran_start".into(), start);
            row.insert("_fivetran_end".into(), "9999-12-31 23:59:59.999".into());
            "_fivetran_synced"
        } else {
            "_fivetran_synced"
        };
        row.insert(synced.into(), time(&SYNCED.into()));
        tables.entry(table.to_owned()).or_default().push(row);
    };
    let rows = |table: &str| native.get(table).map_or(&[][..], Vec::as_slice);
    for c in rows("stripe/customers") {
        add(
            "stripe/customer",
            &[
                ("id", at(c, "id")),
                ("name", at(c, "name")),
                ("email", at(c, "email")),
                ("created", time(&at(c, "created"))),
                ("currency", at(c, "currency")),
                ("delinquent", at(c, "delinquent")),
                ("is_deleted", false.into()),
                ("address_country", at(c, "address.country")),
                ("metadata", at(c, "metadata").to_string().into()),
            ],
        );
    }
    for p in rows("stripe/products") {
        add(
            "stripe/product",
            &[
                ("id", at(p, "id")),
                ("name", at(p, "name")),
                ("is_deleted", false.into()),
                ("updated", time(&at(p, "updated"))),
            ],
        );
    }
    for p in rows("stripe/prices") {
        add(
            "stripe/price",
            &[
                ("id", at(p, "id")),
                ("product_id", at(p, "product")),
                ("currency", at(p, "currency")),
                ("type", at(p, "type")),
                ("unit_amount", at(p, "unit_amount")),
                ("unit_amount_decimal", at(p, "unit_amount_decimal")),
                ("billing_scheme", at(p, "billing_scheme")),
                ("tiers_mode", at(p, "tiers_mode")),
                ("recurring_interval", at(p, "recurring.interval")),
                (
                    "recurring_interval_count",
                    at(p, "recurring.interval_count"),
                ),
                ("recurring_usage_type", at(p, "recurring.usage_type")),
                (
                    "transform_quantity_divide_by",
                    at(p, "transform_quantity.divide_by"),
                ),
                ("is_deleted", false.into()),
            ],
        );
    }
    for c in rows("stripe/coupons") {
        add(
            "stripe/coupon",
            &[
                ("id", at(c, "id")),
                ("percent_off", at(c, "percent_off")),
                ("amount_off", at(c, "amount_off")),
                ("currency", at(c, "currency")),
                ("duration", at(c, "duration")),
                ("duration_in_months", at(c, "duration_in_months")),
                ("created", time(&at(c, "created"))),
            ],
        );
    }
    for s in rows("stripe/subscriptions") {
        let items = at(s, "items.data").as_array().cloned().unwrap_or_default();
        let ends = items.iter().map(|item| item["current_period_end"].as_i64());
        let period_end = match at(s, "current_period_end") {
            Value::Null => ends.max().flatten().into(),
            said => said,
        };
        add(
            "stripe/subscription_history",
            &[
                ("id", at(s, "id")),
                ("customer_id", at(s, "customer")),
                ("status", at(s, "status")),
                ("created", time(&at(s, "created"))),
                ("start_date", time(&at(s, "start_date"))),
                ("trial_start", time(&at(s, "trial_start"))),
                ("trial_end", time(&at(s, "trial_end"))),
                ("cancel_at", time(&at(s, "cancel_at"))),
                ("canceled_at", time(&at(s, "canceled_at"))),
                ("ended_at", time(&at(s, "ended_at"))),
                ("cancel_at_period_end", at(s, "cancel_at_period_end")),
                ("billing", at(s, "collection_method")),
                (
                    "cancellation_details_reason",
                    at(s, "cancellation_details.reason"),
                ),
                (
                    "cancellation_details_feedback",
                    at(s, "cancellation_details.feedback"),
                ),
                (
                    "pause_collection_behavior",
                    at(s, "pause_collection.behavior"),
                ),
                ("current_period_end", time(&period_end)),
            ],
        );
        for item in &items {
            let i = item.as_object().unwrap();
            add(
                "stripe/subscription_item",
                &[
                    ("id", at(i, "id")),
                    ("subscription_id", at(s, "id")),
                    ("plan_id", at(i, "price.id")),
                    ("quantity", at(i, "quantity")),
                    ("created", time(&at(i, "created"))),
                    ("current_period_start", time(&at(i, "current_period_start"))),
                    ("current_period_end", time(&at(i, "current_period_end"))),
                ],
            );
        }
        let single = at(s, "discount");
        let several = at(s, "discounts").as_array().cloned().unwrap_or_default();
        for discount in several
            .into_iter()
            .chain([single])
            .filter(|discount| !discount.is_null())
        {
            let id = if discount.is_string() {
                discount.clone()
            } else {
                discount["id"].clone()
            };
            add(
                "stripe/discount",
                &[
                    ("id", id),
                    ("type", "SUBSCRIPTION".into()),
                    ("type_id", at(s, "id")),
                    ("subscription_id", at(s, "id")),
                    ("coupon_id", discount["coupon"]["id"].clone()),
                    ("start", time(&discount["start"])),
                    ("end", time(&discount["end"])),
                ],
            );
        }
    }
    for i in rows("stripe/invoices") {
        let subscription = first(
            i,
            &["subscription", "parent.subscription_details.subscription"],
        );
        add(
            "stripe/invoice",
            &[
                ("id", at(i, "id")),
                ("customer_id", at(i, "customer")),
                ("subscription_id", subscription),
                ("status", at(i, "status")),
                ("currency", at(i, "currency")),
                ("billing_reason", at(i, "billing_reason")),
                ("created", time(&at(i, "created"))),
                (
                    "status_transitions_paid_at",
                    time(&at(i, "status_transitions.paid_at")),
                ),
                (
                    "status_transitions_voided_at",
                    time(&at(i, "status_transitions.voided_at")),
                ),
                ("is_deleted", false.into()),
            ],
        );
        for line in at(i, "lines.data").as_array().into_iter().flatten() {
            let l = line.as_object().unwrap();
            let either = |name: &str| {
                first(
                    l,
                    &[
                        name,
                        &format!("parent.subscription_item_details.{name}"),
                        &format!("parent.invoice_item_details.{name}"),
                    ],
                )
            };
            add(
                "stripe/invoice_line_item",
                &[
                    ("id", at(l, "id")),
                    ("invoice_id", at(i, "id")),
                    ("amount", at(l, "amount")),
                    ("currency", at(l, "currency")),
                    ("subscription_id", either("subscription")),
                    ("subscription_item_id", either("subscription_item")),
                    ("proration", either("proration")),
                    (
                        "price_id",
                        first(l, &["price.id", "pricing.price_details.price"]),
                    ),
                    ("quantity", at(l, "quantity")),
                    ("period_start", time(&at(l, "period.start"))),
                    ("period_end", time(&at(l, "period.end"))),
                    ("type", first(l, &["type", "parent.type"])),
                ],
            );
            for discount in at(l, "discount_amounts").as_array().into_iter().flatten() {
                add(
                    "stripe/discount",
                    &[
                        ("id", discount["discount"].clone()),
                        ("type", "INVOICE_LINE_ITEM".into()),
                        ("type_id", at(l, "id")),
                        ("amount", discount["amount"].clone()),
                        ("invoice_id", at(i, "id")),
                    ],
                );
            }
        }
    }
    for object in ["Account", "Lead", "Opportunity", "Contact"] {
        for row in rows(&format!("salesforce/{object}")) {
            let cells: Vec<(String, Value)> = row
                .iter()
                .map(|(name, value)| (snake(name), value.clone()))
                .collect();
            let cells: Vec<(&str, Value)> = cells
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            add(&format!("salesforce/{}", object.to_lowercase()), &cells);
        }
    }
    for o in rows("zendesk/organizations") {
        let mut cells = plain(
            o,
            &["id", "name", "external_id", "created_at", "updated_at"],
        );
        cells.push(("_fivetran_deleted", false.into()));
        add("zendesk/organization", &cells);
        for (index, domain) in at(o, "domain_names")
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            add(
                "zendesk/domain_name",
                &[
                    ("organization_id", at(o, "id")),
                    ("index", index.into()),
                    ("domain_name", domain.clone()),
                ],
            );
        }
    }
    for u in rows("zendesk/users") {
        let mut cells = plain(
            u,
            &[
                "id",
                "name",
                "email",
                "organization_id",
                "active",
                "created_at",
                "updated_at",
            ],
        );
        cells.push(("_fivetran_deleted", false.into()));
        add("zendesk/user", &cells);
    }
    for t in rows("zendesk/tickets") {
        let mut cells = plain(
            t,
            &[
                "id",
                "organization_id",
                "requester_id",
                "status",
                "priority",
                "created_at",
                "updated_at",
            ],
        );
        cells.push(("via_channel", at(t, "via.channel")));
        cells.push(("_fivetran_deleted", false.into()));
        add("zendesk/ticket", &cells);
        if let score @ Value::String(_) = at(t, "satisfaction_rating.score") {
            add(
                "zendesk/satisfaction_rating",
                &[
                    ("id", at(t, "id")),
                    ("ticket_id", at(t, "id")),
                    ("score", score),
                    ("updated_at", at(t, "updated_at")),
                ],
            );
        }
    }
    // Fivetran has no table of them, so they come from elsewhere.
    let metrics = rows("zendesk/ticket_metrics").iter().map(|metrics| {
        let mut metrics = metrics.clone();
        for minutes in metrics.values_mut().filter(|value| value.is_object()) {
            *minutes = minutes["calendar"].clone();
        }
        metrics
    });
    tables.insert("zendesk/ticket_metrics".to_owned(), metrics.collect());
    tables
}

fn plain<'n>(row: &Row, names: &[&'n str]) -> Vec<(&'n str, Value)> {
    names.iter().map(|name| (*name, at(row, name))).collect()
}

/// The value at a path, null where there is none.
fn at(row: &Row, path: &str) -> Value {
    let mut parts = path.split('.');
    let mut value = row.get(parts.next().unwrap()).unwrap_or(&Value::Null);
    for part in parts {
        value = &value[part];
    }
    value.clone()
}

/// The first value there is at any of the paths.
fn first(row: &Row, paths: &[&str]) -> Value {
    let mut values = paths.iter().map(|path| at(row, path));
    values.find(|value| !value.is_null()).unwrap_or(json!(null))
}

/// Epoch seconds as a warehouse writes a timestamp.
fn time(value: &Value) -> Value {
    let seconds = value
        .as_i64()
        .and_then(|at| DateTime::from_timestamp(at, 0));
    seconds.map_or(Value::Null, |at| {
        at.format("%Y-%m-%d %H:%M:%S").to_string().into()
    })
}
