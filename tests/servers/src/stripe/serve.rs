//! The routes: who asks, for what, and what they get.
mod admit;
mod filter;
mod nested;

use axum::extract::{Path, RawQuery, Request, State};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::EVENT_DAYS;
use super::error::StripeError;
use super::expand::{Expand, Shape};
use super::kinds::Kind;
use super::query::{Cursor, Params, Range};
use super::store::{Defect, Inner, Store};
use super::table::Found;
use admit::{Key, admit, permit};
use filter::filter;

const PAGING: [&str; 3] = ["limit", "starting_after", "ending_before"];

type Answer = Result<Json<Value>, StripeError>;

/// All routes of the API.
pub(super) fn router(store: &Store) -> Router {
    let mut router = Router::new()
        .route("/v1/invoices/{id}/lines", get(nested::lines))
        .route("/v1/subscription_items", get(nested::items))
        .route("/v1/subscription_items/{id}", get(nested::item));
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
