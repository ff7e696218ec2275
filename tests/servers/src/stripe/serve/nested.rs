//! Lists that are kept inside an object: an invoice's lines and a subscription's items.
use axum::extract::{Path, RawQuery, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::admit::{Key, permit};
use super::{Answer, PAGING};
use crate::stripe::error::StripeError;
use crate::stripe::expand::{Expand, Shape};
use crate::stripe::kinds::Kind;
use crate::stripe::query::{Cursor, Params};
use crate::stripe::store::Store;
use crate::stripe::table::Found;

pub(super) async fn lines(
    State(store): State<Store>,
    Extension(key): Extension<Key>,
    Path(id): Path<String>,
    query: RawQuery,
) -> Answer {
    let params = Params::read(query, &PAGING)?;
    let url = format!("/v1/invoices/{id}/lines");
    nested(
        &store,
        &key,
        &params,
        (Kind::Invoice, &id, Shape::Line),
        "lines",
        &url,
    )
}

pub(super) async fn items(
    State(store): State<Store>,
    Extension(key): Extension<Key>,
    query: RawQuery,
) -> Answer {
    let known: Vec<&str> = PAGING.into_iter().chain(["subscription"]).collect();
    let params = Params::read(query, &known)?;
    let Some(id) = params.one("subscription")? else {
        let error = StripeError::invalid("subscription", "Missing required param: subscription.");
        return Err(error.code("parameter_missing"));
    };
    let owner = (Kind::Subscription, id, Shape::Item);
    nested(
        &store,
        &key,
        &params,
        owner,
        "items",
        "/v1/subscription_items",
    )
}

pub(super) async fn item(
    State(store): State<Store>,
    Extension(key): Extension<Key>,
    Path(id): Path<String>,
    query: RawQuery,
) -> Answer {
    let params = Params::read(query, &[])?;
    let expand = Expand::read(&params.many("expand")?, Shape::Item, false)?;
    let inner = store.lock();
    permit(&inner, &key, Kind::Subscription, &expand)?;
    let subscriptions = inner.tables(Kind::Subscription).into_iter();
    let found = subscriptions
        .flat_map(|table| table.kept())
        .filter_map(|subscription| subscription["items"].as_array())
        .flatten()
        .find(|item| item["id"] == id.as_str())
        .cloned();
    let item = found.ok_or_else(|| StripeError::missing("subscription_item", &id))?;
    Ok(Json(expand.show(Shape::Item, item, &*inner)))
}

/// A page of a list that is kept inside an object.
fn nested(
    store: &Store,
    key: &Key,
    params: &Params,
    (kind, id, shape): (Kind, &str, Shape),
    list: &str,
    url: &str,
) -> Answer {
    let expand = Expand::read(&params.many("expand")?, shape, true)?;
    let (limit, cursor) = (params.limit()?, params.cursor()?);
    let inner = store.lock();
    permit(&inner, key, kind, &expand)?;
    let Some(Found::There(owner)) = inner.find(kind, id) else {
        return Err(StripeError::missing(kind.object(), id));
    };
    let all = owner[list].as_array().map_or(&[][..], Vec::as_slice);
    let at = |id: &str, name: &str| {
        let at = all.iter().position(|record| record["id"] == id);
        let object = if shape == Shape::Line {
            "line_item"
        } else {
            "subscription_item"
        };
        at.ok_or_else(|| StripeError::no_such(object, id, name))
    };
    let (from, to) = match &cursor {
        Cursor::Start => (0, all.len()),
        Cursor::After(id) => (at(id, "starting_after")? + 1, all.len()),
        Cursor::Before(id) => {
            let end = at(id, "ending_before")?;
            (end.saturating_sub(limit), end)
        }
    };
    let more = match cursor {
        Cursor::Before(_) => from > 0,
        _ => to - from > limit,
    };
    let page = all[from..to].iter().take(limit).cloned();
    let data: Vec<Value> = page
        .map(|record| expand.show(shape, record, &*inner))
        .collect();
    Ok(Json(
        json!({"object": "list", "data": data, "has_more": more, "url": url}),
    ))
}
