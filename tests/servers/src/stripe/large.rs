//! Large accounts: customers and invoices by the million, made as they are read.
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::kinds::Kind;
use super::shapes;
use super::table::Generator;

/// When large accounts begin: 1 January 2020.
const FIRST: i64 = 1_577_836_800;

/// So many customers, a minute apart.
#[must_use]
pub fn customers(count: u64) -> Generator {
    Generator {
        count,
        first_created: FIRST,
        step: 60,
        prefix: "cus_large",
        make: Arc::new(|number, id, created| {
            whole(
                Kind::Customer,
                json!({
                    "id": id, "created": created, "email": format!("customer{number}@example.com"),
                    "name": format!("Customer {number}"), "currency": "usd",
                    "metadata": {"segment": if number % 3 == 0 { "small" } else { "large" }},
                }),
            )
        }),
    }
}

/// So many paid invoices of one line, a minute apart, for customers of [`customers`].
#[must_use]
pub fn invoices(count: u64) -> Generator {
    Generator {
        count,
        first_created: FIRST,
        step: 60,
        prefix: "in_large",
        make: Arc::new(|number, id, created| {
            let amount = 1_000 + number % 90 * 100;
            let subscription = format!("sub_large{number:012}");
            let end = created + 30 * 86_400;
            let line = json!({
                "id": format!("il_large{number:012}"), "object": "line_item", "amount": amount,
                "currency": "usd", "description": "1 × Plan", "discount_amounts": [],
                "discountable": true, "discounts": [], "invoice": id, "livemode": false,
                "metadata": {}, "parent": {
                    "invoice_item_details": null,
                    "subscription_item_details": {
                        "invoice_item": null, "proration": false, "proration_details": null,
                        "subscription": subscription,
                        "subscription_item": format!("si_large{number:012}"),
                    },
                    "type": "subscription_item_details",
                },
                "period": {"start": created, "end": end}, "pretax_credit_amounts": [],
                "pricing": {
                    "price_details": {"price": "price_large", "product": "prod_large"},
                    "type": "price_details", "unit_amount_decimal": amount.to_string(),
                },
                "quantity": 1, "subscription": subscription, "taxes": [],
            });
            whole(
                Kind::Invoice,
                json!({
                    "id": id, "created": created, "customer": format!("cus_large{number:012}"),
                    "status": "paid", "total": amount, "subtotal": amount, "amount_due": amount,
                    "amount_paid": amount, "period_start": created, "period_end": end,
                    "lines": [line], "metadata": {}, "parent": {
                        "quote_details": null,
                        "subscription_details": {"metadata": {}, "subscription": subscription},
                        "type": "subscription_details",
                    },
                }),
            )
        }),
    }
}

/// An object with all fields of its kind.
fn whole(kind: Kind, fields: Value) -> Value {
    let mut object = Map::new();
    object.insert("object".to_owned(), json!(kind.object()));
    object.insert("livemode".to_owned(), json!(false));
    object.extend(shapes::defaults(kind));
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Value::Object(object)
}
