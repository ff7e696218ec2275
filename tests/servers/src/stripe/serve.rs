//! The routes: who asks, for what, and what they get.
use std::collections::BTreeSet;

use axum::extract::{MatchedPath, Path, RawQuery, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::error::{StripeError, masked};
use super::expand::{Expand, Shape};
use super::kinds::Kind;
use super::query::{Cursor, Params, Range};
use super::store::{Defect, Inner, Store};
use super::table::Found;
use super::{EVENT_DAYS, VERSION};

const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const REASON: HeaderName = HeaderName::from_static("stripe-rate-limited-reason");
const PAGING: [&str; 3] = ["limit", "starting_after", "ending_before"];

/// The key a request was made with.
#[derive(Debug, Clone)]
struct Key(String);

type Answer = Result<Json<Value>, StripeError>;

/// All routes of the API.
pub(super) fn router(store: &Store) -> Router {
    let mut router = Router::new()
        .route("/v1/invoices/{id}/lines", get(lines))
        .route("/v1/subscription_items", get(items))
        .route("/v1/subscription_items/{id}", get(item));
    for kind in Kind::ALL {
        let all = move |store, key, query| list(kind, store, key, query);
        let one = move |store, key, id, query| retrieve(kind, store, key, id, query);
        router = router
            .route(kind.path(), get(all))
            .route(&format!("{}/{{id}}", kind.path()), get(one));
    }
    router
        .fallback(|request: Request| async move {
            StripeError::unknown_path(request.method().as_str(), request.uri().path())
        })
        .layer(from_fn_with_state(store.clone(), admit))
        .with_state(store.clone())
}

/// Lets a request in if its key, its version and its pace are right.
async fn admit(State(store): State<Store>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("unknown", MatchedPath::as_str);
    let endpoint = format!("{} {path}", request.method());
    let (number, admitted) = {
        let mut inner = store.lock();
        let admitted = authorized(&inner, request.headers()).and_then(|key| {
            version(request.headers())?;
            if inner.over_the_limit(&endpoint) {
                return Err(StripeError::too_many());
            }
            Ok(key)
        });
        (inner.number(), admitted)
    };
    let mut response = match admitted {
        Ok(key) => {
            request.extensions_mut().insert(Key(key));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(STRIPE_VERSION, HeaderValue::from_static(VERSION));
    if let Ok(id) = HeaderValue::from_str(&format!("req_{number:014}")) {
        headers.insert(REQUEST_ID, id);
    }
    if response.status() == 429 {
        let reason = HeaderValue::from_static("endpoint-rate");
        response.headers_mut().insert(REASON, reason);
    }
    response
}

/// The key, if there is one and it exists: as a bearer token, or as the name of basic authentication.
fn authorized(inner: &Inner, headers: &HeaderMap) -> Result<String, StripeError> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = match header.and_then(|header| header.split_once(' ')) {
        Some(("Bearer", key)) => Some(key.trim().to_owned()),
        Some(("Basic", coded)) => decoded(coded.trim()),
        _ => None,
    };
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err(StripeError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, \
             using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    if inner.keys.contains_key(&key) {
        return Ok(key);
    }
    let message = format!("Invalid API Key provided: {}", masked(&key));
    Err(StripeError::unauthorized(message))
}

/// The name in the coded form of basic authentication.
fn decoded(base64: &str) -> Option<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in base64.trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == letter)?;
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(name, _)| name.to_owned())
}

/// Only the version this server speaks: a client that leaves it out gets its account's, whatever that is.
fn version(headers: &HeaderMap) -> Result<(), StripeError> {
    let version = headers
        .get(STRIPE_VERSION)
        .and_then(|value| value.to_str().ok());
    match version {
        Some(VERSION) => Ok(()),
        other => Err(StripeError::invalid(
            "Stripe-Version",
            format!(
                "Invalid Stripe API version: {}; this server speaks {VERSION} and wants it named",
                other.unwrap_or("none")
            ),
        )),
    }
}

/// Refuses what the key may not read.
fn permit(inner: &Inner, key: &Key, kind: Kind, expand: &Expand) -> Result<(), StripeError> {
    let nothing = BTreeSet::new();
    let allowed = inner.keys.get(&key.0).unwrap_or(&nothing);
    for kind in [&kind].into_iter().chain(&expand.kinds) {
        if !allowed.contains(kind) {
            return Err(StripeError::forbidden(&key.0, *kind));
        }
    }
    Ok(())
}

async fn list(
    kind: Kind,
    State(store): State<Store>,
    Extension(key): Extension<Key>,
    query: RawQuery,
) -> Answer {
    let filters = kind.filters().iter().map(|(name, _)| *name);
    let others: &[&str] = match kind {
        Kind::Subscription => &["created", "status", "price"],
        Kind::Product => &["created", "ids"],
        Kind::Event => &["created", "type", "types", "delivery_success"],
        _ => &["created"],
    };
    let known: Vec<&str> = PAGING
        .into_iter()
        .chain(filters)
        .chain(others.iter().copied())
        .collect();
    let params = Params::read(query, &known)?;
    let shape = Shape::Of(kind);
    let expand = Expand::read(&params.many("expand")?, shape, true)?;
    let keep = filter(kind, &params)?;
    let (limit, mut range) = (params.limit()?, params.range("created")?);
    let cursor = params.cursor()?;

    let inner = store.lock();
    permit(&inner, &key, kind, &expand)?;
    let now = inner.clock.seconds();
    if kind == Kind::Event {
        range.from = range.from.max(now - EVENT_DAYS * 86_400);
    }
    let (page, more) = page(&inner, kind, cursor, limit, range, &keep)?;
    let data: Vec<Value> = page
        .into_iter()
        .map(|object| expand.show(shape, object, &*inner))
        .collect();
    Ok(Json(
        json!({"object": "list", "data": data, "has_more": more, "url": kind.path()}),
    ))
}

/// A page of a kind, with the defect a test has asked for.
fn page(
    inner: &Inner,
    kind: Kind,
    cursor: Cursor,
    limit: usize,
    range: Range,
    keep: &dyn Fn(&Value) -> bool,
) -> Result<(Vec<Value>, bool), StripeError> {
    let now = inner.clock.seconds();
    let get = |cursor: &Cursor, limit: usize| {
        let Some(table) = inner.tables(kind) else {
            return Some((Vec::new(), false));
        };
        table.page(cursor, limit, range, now, keep)
    };
    let (name, id) = match &cursor {
        Cursor::Start => ("", ""),
        Cursor::After(id) => ("starting_after", id.as_str()),
        Cursor::Before(id) => ("ending_before", id.as_str()),
    };
    // What is left of a customer still has its place; anything else that is gone has none.
    let gone = match inner.find(kind, id) {
        None => true,
        Some(Found::Deleted(_)) => kind != Kind::Customer,
        Some(Found::There(_)) => false,
    };
    let missing = || StripeError::no_such(kind.object(), id, name);
    if !id.is_empty() && gone {
        return Err(missing());
    }
    match (inner.defects.get(&kind), &cursor) {
        (Some(Defect::Stuck), _) => {
            let (page, _) = get(&Cursor::Start, limit).ok_or_else(missing)?;
            Ok((page, true))
        }
        (Some(Defect::Overlap), Cursor::After(id)) => {
            let repeated = limit / 2;
            let (mut before, _) = get(&Cursor::Before(id.clone()), limit).ok_or_else(missing)?;
            before.extend(inner.find(kind, id).and_then(|found| match found {
                Found::There(value) => Some(value),
                Found::Deleted(_) => None,
            }));
            let again = before.split_off(before.len().saturating_sub(repeated));
            let (page, more) = get(&cursor, limit - again.len()).ok_or_else(missing)?;
            Ok((again.into_iter().chain(page).collect(), more))
        }
        _ => get(&cursor, limit).ok_or_else(missing),
    }
}

type Filter = Box<dyn Fn(&Value) -> bool + Send>;

/// The condition that the parameters of a list make.
fn filter(kind: Kind, params: &Params) -> Result<Filter, StripeError> {
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

async fn retrieve(
    kind: Kind,
    State(store): State<Store>,
    Extension(key): Extension<Key>,
    Path(id): Path<String>,
    query: RawQuery,
) -> Answer {
    let params = Params::read(query, &[])?;
    let shape = Shape::Of(kind);
    let expand = Expand::read(&params.many("expand")?, shape, false)?;
    let inner = store.lock();
    permit(&inner, &key, kind, &expand)?;
    let missing = || StripeError::missing(kind.object(), &id);
    let object = match inner.find(kind, &id) {
        Some(Found::There(object)) => object,
        Some(Found::Deleted(_)) if kind == Kind::Customer => {
            return Ok(Json(super::store::stub(kind, &id)));
        }
        _ => return Err(missing()),
    };
    let oldest = inner.clock.seconds() - EVENT_DAYS * 86_400;
    if kind == Kind::Event
        && object["created"]
            .as_i64()
            .is_none_or(|created| created < oldest)
    {
        return Err(missing());
    }
    Ok(Json(expand.show(shape, object, &*inner)))
}

async fn lines(
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

async fn items(
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

async fn item(
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
