//! Which field of the vendor's API a column of a pipeline's table stands for.

use crate::contract::Contract;
use crate::objects::OBJECTS;

/// Columns that are neither the field's own name, nor its snake_case, nor a flattened path: object, column, field.
/// Fivetran names what it refers to `…_id`; Airbyte's list of invoice lines has the invoice as `invoice_id` as well.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("subscriptions", "customer_id", "customer"),
    ("subscription_items", "subscription_id", "subscription"),
    ("subscription_items", "price_id", "price"),
    ("subscription_items", "plan_id", "plan"),
    ("prices", "product_id", "product"),
    ("invoices", "customer_id", "customer"),
    ("invoices", "subscription_id", "subscription"),
    ("invoice_line_items", "invoice_id", "invoice"),
    ("invoice_line_items", "subscription_id", "subscription"),
    (
        "invoice_line_items",
        "subscription_item_id",
        "subscription_item",
    ),
    ("invoice_line_items", "price_id", "price"),
    ("invoice_line_items", "plan_id", "plan"),
    // Rows of Fivetran's tables of discounts.
    ("discounts", "coupon_id", "coupon"),
];

/// Values that are read inside a nested object, by object. Tables that are flattened have them in a column of their
/// own, its name joined by `__`, `.` or `_`.
const PATHS: &[(&str, &str)] = &[
    ("subscriptions", "cancellation_details.reason"),
    ("subscriptions", "cancellation_details.feedback"),
    ("subscriptions", "pause_collection.behavior"),
    ("subscriptions", "plan.id"),
    ("subscription_items", "price.id"),
    ("subscription_items", "plan.id"),
    ("prices", "recurring.interval"),
    ("prices", "recurring.interval_count"),
    ("prices", "recurring.usage_type"),
    ("prices", "transform_quantity.divide_by"),
    ("prices", "transform_quantity.round"),
    ("prices", "transform_usage.divide_by"),
    ("prices", "transform_usage.round"),
    ("invoices", "status_transitions.paid_at"),
    ("invoices", "parent.subscription_details.subscription"),
    ("invoice_line_items", "period.start"),
    ("invoice_line_items", "period.end"),
    ("invoice_line_items", "pricing.price_details.price"),
    (
        "invoice_line_items",
        "parent.subscription_item_details.subscription",
    ),
    (
        "invoice_line_items",
        "parent.subscription_item_details.subscription_item",
    ),
    (
        "invoice_line_items",
        "parent.subscription_item_details.proration",
    ),
    ("tickets", "via.channel"),
    ("tickets", "satisfaction_rating.score"),
    ("ticket_metrics", "reply_time_in_minutes.calendar"),
    (
        "ticket_metrics",
        "first_resolution_time_in_minutes.calendar",
    ),
    ("ticket_metrics", "full_resolution_time_in_minutes.calendar"),
];

/// Whether a column's name in lower case is a path joined by `__`, `.` or `_`.
fn is_joined(lower: &str, path: &str) -> bool {
    let mut rest = lower;
    for (at, part) in path.split('.').enumerate() {
        if at > 0 {
            let joined = ["__", ".", "_"]
                .iter()
                .find_map(|mark| rest.strip_prefix(mark));
            let Some(after) = joined else {
                return false;
            };
            rest = after;
        }
        let Some(after) = rest.strip_prefix(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// Fields that hold an object or a list in the API; pipelines may write them as JSON text.
const NESTED: &[&str] = &[
    "metadata",
    "items",
    "lines",
    "plan",
    "price",
    "product",
    "discount",
    "discounts",
    "recurring",
    "transform_quantity",
    "transform_usage",
    "tiers",
    "currency_options",
    "applies_to",
    "proration_details",
    "cancellation_details",
    "pause_collection",
    "status_transitions",
    "parent",
    "pricing",
    "period",
    "discount_amounts",
    "taxes",
    "tax_amounts",
    "customer",
    "subscription",
    "coupon",
    "source",
    "via",
    "satisfaction_rating",
    "metric_set",
    "reply_time_in_minutes",
    "reply_time_in_seconds",
    "first_resolution_time_in_minutes",
    "full_resolution_time_in_minutes",
    "domain_names",
    "BillingAddress",
    "Address",
];

/// Whether the field holds an object or a list.
pub(super) fn is_nested(path: &[String]) -> bool {
    path.last()
        .is_some_and(|name| NESTED.contains(&name.as_str()))
}

/// The path of the field a column stands for, `None` if the object has no such field. The flag tells
/// whether the column has the field's own name. Without a contract every column is taken.
pub(super) fn field(
    object: &str,
    contract: Option<&Contract>,
    account_id_key: &str,
    column: &str,
) -> Option<(Vec<String>, bool)> {
    let lower = column.to_lowercase();
    let alias = COLUMNS
        .iter()
        .find(|(of, name, _)| *of == object && *name == lower);
    if let Some((_, _, path)) = alias {
        return Some((path.split('.').map(str::to_owned).collect(), false));
    }
    let Some(contract) = contract else {
        return Some((lower.split("__").map(str::to_owned).collect(), true));
    };
    if let Some(own) = contract
        .fields()
        .find(|name| name.eq_ignore_ascii_case(column))
    {
        return Some((vec![own.to_owned()], true));
    }
    if let Some(own) = contract.fields().find(|name| snake(name) == lower) {
        return Some((vec![own.to_owned()], false));
    }
    // People write `Start Date` for start_date. Of a vendor's object such a label means another kind of export.
    let is_ours = || {
        let ours = OBJECTS.iter().filter(|object| object.closed);
        ours.map(|object| object.contract)
            .any(|known| std::ptr::eq(known, contract))
    };
    if lower.contains([' ', '-']) && is_ours() {
        let words = snake(&lower);
        if let Some(own) = contract.fields().find(|name| snake(name) == words) {
            return Some((vec![own.to_owned()], false));
        }
    }
    let joined = PATHS
        .iter()
        .find(|(of, path)| *of == object && is_joined(&lower, path));
    if let Some((_, path)) = joined {
        return Some((path.split('.').map(str::to_owned).collect(), false));
    }
    // Fivetran names entries of metadata so.
    let entry = lower
        .strip_prefix("metadata_")
        .filter(|_| contract.knows("metadata"));
    if entry.is_some_and(|entry| snake(entry) == snake(account_id_key)) {
        return Some((
            vec!["metadata".to_owned(), account_id_key.to_owned()],
            false,
        ));
    }
    // Other nested fields have names joined by two underscores or a point.
    let mark = ["__", "."].into_iter().find(|mark| lower.contains(mark))?;
    let (first, rest) = lower.split_once(mark)?;
    let own = contract
        .fields()
        .find(|name| name.eq_ignore_ascii_case(first) || snake(name) == first)?;
    let mut path = vec![own.to_owned()];
    match own {
        "metadata" if snake(rest) == snake(account_id_key) => path.push(account_id_key.to_owned()),
        _ => path.extend(rest.split(mark).map(str::to_owned)),
    }
    Some((path, false))
}

/// A name in snake_case as Fivetran and dlt make it: `BillingCountry` and `Sector__c` become
/// `billing_country` and `sector_c`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for c in name.chars() {
        let word =
            c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        let c = if c.is_alphanumeric() { c } else { '_' };
        if (word || c == '_') && !snake.ends_with('_') {
            snake.push('_');
        }
        if c != '_' {
            snake.extend(c.to_lowercase());
        }
        before = c;
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::Object;

    #[test]
    fn names_are_as_pipelines_write_them() {
        for (name, expected) in [
            ("BillingCountry", "billing_country"),
            ("SystemModstamp", "system_modstamp"),
            ("Id", "id"),
            ("Sector__c", "sector_c"),
            ("NumberOfEmployees", "number_of_employees"),
            ("CurrencyIsoCode", "currency_iso_code"),
            ("salesforce_account_id", "salesforce_account_id"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn flattened_names_are_known_in_every_form() {
        let tickets = OBJECTS
            .iter()
            .find(|o| (o.source, o.name) == ("zendesk", "tickets"))
            .unwrap();
        for column in ["via__channel", "via.channel", "via_channel", "VIA_CHANNEL"] {
            let found = field("tickets", Some(tickets.contract), "", column);
            assert_eq!(
                found,
                Some((vec!["via".to_owned(), "channel".to_owned()], false)),
                "{column}"
            );
        }
        assert_eq!(
            field("tickets", Some(tickets.contract), "", "viachannel"),
            None
        );
        assert_eq!(
            field("tickets", Some(tickets.contract), "", "via_channels"),
            None
        );
    }

    #[test]
    fn words_in_a_header_are_names_of_our_own_formats_only() {
        let found = |source: &str, column: &str| {
            let is_it = |object: &&Object| (object.source, object.name) == (source, "tickets");
            let tickets = OBJECTS.iter().find(is_it).unwrap();
            field("tickets", Some(tickets.contract), "", column)
        };
        for column in ["Created At", "created-at", "CREATED AT"] {
            let expected = Some((vec!["created_at".to_owned()], false));
            assert_eq!(found("support", column), expected, "{column}");
            assert_eq!(found("zendesk", column), None, "{column}");
        }
    }

    #[test]
    fn every_column_stands_for_a_field_that_is_read() {
        let paths = PATHS.iter().map(|(object, path)| (object, path, path));
        let columns = COLUMNS
            .iter()
            .map(|(object, column, path)| (object, column, path));
        for (object, column, path) in columns.chain(paths) {
            let known = OBJECTS.iter().find(|known| known.name == *object);
            let first = path.split('.').next().unwrap();
            assert!(
                known.is_none_or(|object| object.contract.knows(first)),
                "{object} {column}"
            );
        }
    }
}
