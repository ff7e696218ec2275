//! Changes of the account over HTTP, for tests in other languages: what [`Store`] does in process.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::kinds::Kind;
use super::store::{Defect, Store};

type Answer = Result<Json<Value>, (StatusCode, String)>;

/// Routes under `/_control/stripe`: `POST objects/{object}`, `POST` and `DELETE objects/{object}/{id}`, `POST keys`, `POST account`.
pub(super) fn router(store: &Store) -> Router {
    Router::new()
        .route("/_control/stripe/objects/{object}", post(create))
        .route(
            "/_control/stripe/objects/{object}/{id}",
            post(update).delete(delete),
        )
        .route("/_control/stripe/keys", post(keys))
        .route("/_control/stripe/account", post(account))
        .with_state(store.clone())
}

fn kind(object: &str) -> Result<Kind, (StatusCode, String)> {
    let unknown = || {
        (
            StatusCode::NOT_FOUND,
            format!("no kind of object is called {object}"),
        )
    };
    Kind::from_object(object).ok_or_else(unknown)
}

async fn create(
    State(store): State<Store>,
    Path(object): Path<String>,
    Json(fields): Json<Value>,
) -> Answer {
    Ok(Json(json!({"id": store.create(kind(&object)?, fields)})))
}

/// Looks first: the store takes an unknown id for a fault of the test.
fn known(store: &Store, object: &str, id: &str) -> Result<Kind, (StatusCode, String)> {
    let kind = kind(object)?;
    let missing = || (StatusCode::NOT_FOUND, format!("there is no {object} {id}"));
    store.get(kind, id).map(|_| kind).ok_or_else(missing)
}

async fn update(
    State(store): State<Store>,
    Path((object, id)): Path<(String, String)>,
    Json(fields): Json<Value>,
) -> Answer {
    let kind = known(&store, &object, &id)?;
    if !fields.is_object() {
        return Err((
            StatusCode::BAD_REQUEST,
            "the fields to change are no object".to_owned(),
        ));
    }
    store.update(kind, &id, fields);
    Ok(Json(json!({"id": id})))
}

async fn delete(State(store): State<Store>, Path((object, id)): Path<(String, String)>) -> Answer {
    store.delete(known(&store, &object, &id)?, &id);
    Ok(Json(json!({"id": id})))
}

#[derive(Deserialize)]
struct Keys {
    key: String,
    /// Object names it may read; none at all makes it invalid.
    may_read: Option<Vec<String>>,
}

async fn keys(State(store): State<Store>, Json(keys): Json<Keys>) -> Answer {
    match keys.may_read {
        None => store.revoke(&keys.key),
        Some(names) => {
            let kinds: Result<Vec<Kind>, _> = names.iter().map(|name| kind(name)).collect();
            store.allow(&keys.key, kinds?);
        }
    }
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    /// Seconds after which an event is seen.
    events_late: Option<i64>,
    /// Requests a second to one endpoint; 0 for any number.
    limit: Option<usize>,
    /// What is wrong with the lists of an object.
    defect: Option<(String, Option<Defect>)>,
}

async fn account(State(store): State<Store>, Json(account): Json<Account>) -> Answer {
    if let Some(seconds) = account.events_late {
        store.events_late(seconds);
    }
    if let Some(limit) = account.limit {
        store.limit((limit > 0).then_some(limit));
    }
    if let Some((object, defect)) = account.defect {
        store.defect(kind(&object)?, defect);
    }
    Ok(Json(json!({})))
}
