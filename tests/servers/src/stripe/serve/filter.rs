//! Which objects the parameters of a list let through.
use serde_json::Value;

use crate::stripe::error::StripeError;
use crate::stripe::kinds::Kind;
use crate::stripe::query::Params;

/// A condition on an object.
pub(super) type Filter = Box<dyn Fn(&Value) -> bool + Send>;

/// The condition that the parameters of a list make.
pub(super) fn filter(kind: Kind, params: &Params) -> Result<Filter, StripeError> {
    let mut conditions: Vec<Filter> = Vec::new();
    for (name, path) in kind.filters() {
        let Some(wanted) = params.one(name)? else {
            continue;
        };
        let (wanted, path) = (wanted.to_owned(), *path);
        conditions.push(Box::new(move |object| match object.pointer(path) {
            Some(Value::String(text)) => *text == wanted,
            Some(Value::Bool(flag)) => flag.to_string() == wanted,
            _ => false,
        }));
    }
    match kind {
        Kind::Subscription => {
            conditions.push(status(params.one("status")?)?);
            if let Some(price) = params.one("price")?.map(str::to_owned) {
                conditions.push(Box::new(move |object| {
                    let items = object["items"].as_array();
                    items.is_some_and(|items| {
                        items
                            .iter()
                            .any(|item| item["price"]["id"] == price.as_str())
                    })
                }));
            }
        }
        Kind::Product => {
            let ids: Vec<String> = params.many("ids")?.into_iter().map(str::to_owned).collect();
            if !ids.is_empty() {
                conditions.push(Box::new(move |object| {
                    ids.iter().any(|id| object["id"] == id.as_str())
                }));
            }
        }
        Kind::Event => conditions.extend(types(params)?),
        _ => {}
    }
    Ok(Box::new(move |object| {
        conditions.iter().all(|condition| condition(object))
    }))
}

/// Subscriptions by status: the canceled ones are left out unless they are asked for.
fn status(wanted: Option<&str>) -> Result<Filter, StripeError> {
    const ALL: [&str; 10] = [
        "active",
        "all",
        "canceled",
        "ended",
        "incomplete",
        "incomplete_expired",
        "past_due",
        "paused",
        "trialing",
        "unpaid",
    ];
    let wanted = match wanted {
        None => return Ok(Box::new(|object| object["status"] != "canceled")),
        Some(wanted) if ALL.contains(&wanted) => wanted.to_owned(),
        Some(_) => {
            let message = format!("Invalid status: must be one of {}", ALL.join(", "));
            return Err(StripeError::invalid("status", message));
        }
    };
    Ok(Box::new(move |object| match wanted.as_str() {
        "all" => true,
        "ended" => object["status"] == "canceled" || object["status"] == "incomplete_expired",
        status => object["status"] == status,
    }))
}

/// Events by type: one, or a group with a star; or up to twenty by their full names.
fn types(params: &Params) -> Result<Option<Filter>, StripeError> {
    let many: Vec<String> = params
        .many("types")?
        .into_iter()
        .map(str::to_owned)
        .collect();
    let one = params.one("type")?.map(str::to_owned);
    if one.is_some() && !many.is_empty() {
        return Err(StripeError::invalid(
            "types",
            "You may pass either `type` or `types`, but not both.",
        ));
    }
    if many.len() > 20 {
        let message = format!(
            "Array types exceeded maximum 20 allowed elements (it has {}).",
            many.len()
        );
        return Err(StripeError::invalid("types", message));
    }
    if let Some(star) = many.iter().find(|name| name.contains('*')) {
        return Err(StripeError::invalid(
            "types",
            format!("The event type {star} is no full name."),
        ));
    }
    if let Some(one) = one {
        let prefix = one.strip_suffix('*').map(str::to_owned);
        return Ok(Some(Box::new(move |event| {
            let name = event["type"].as_str().unwrap_or_default();
            prefix
                .as_ref()
                .map_or(name == one, |prefix| name.starts_with(prefix.as_str()))
        })));
    }
    Ok((!many.is_empty()).then(|| -> Filter {
        Box::new(move |event| many.iter().any(|name| event["type"] == name.as_str()))
    }))
}
