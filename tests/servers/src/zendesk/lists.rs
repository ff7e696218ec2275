//! Ordinary lists (organizations, ticket metrics), who is asking, and where access tokens come from.
use std::collections::HashMap;

use axum::extract::{FromRequest, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Form, Json};
use serde_json::{Value, json};

use super::limits::Bucket;
use super::rows::Row;
use super::{Kind, Zendesk, answer, base_of, with};

type Parameters = Query<HashMap<String, String>>;

/// The largest page of a list, which is also the usual one.
const PAGE: usize = 100;
/// Tickets closed and unchanged for this long are archived: lists leave them out, in seconds.
const ARCHIVED_AFTER: i64 = 120 * 86_400;

pub(super) async fn organizations(
    State(zendesk): State<Zendesk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    list(&zendesk, &headers, &parameters, "organizations")
}

pub(super) async fn ticket_metrics(
    State(zendesk): State<Zendesk>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Response {
    list(&zendesk, &headers, &parameters, "ticket_metrics")
}

fn list(zendesk: &Zendesk, headers: &HeaderMap, parameters: &Parameters, name: &str) -> Response {
    let mut inner = zendesk.lock();
    let now = zendesk.controls.clock.seconds();
    let kind = match name {
        "organizations" => Kind::Organizations,
        _ => Kind::Tickets,
    };
    let counted = match inner.admit(headers, Bucket::Account, kind, false, now) {
        Ok(counted) => counted,
        Err(refused) => return refused,
    };
    let rows = inner.rows(kind).by_id();
    let records: Vec<(u64, &str)> = match kind {
        Kind::Organizations => rows
            .into_iter()
            .filter(|row| !row.deleted)
            .map(|row| (row.id, row.json.as_str()))
            .collect(),
        // Newest first, as documented.
        _ => rows
            .into_iter()
            .rev()
            .filter_map(|row| metrics_of(row, now))
            .collect(),
    };
    let url = format!("{}/api/v2/{name}.json", base_of(headers));
    with(
        counted,
        page(&url, name, &records, parameters).unwrap_or_else(|refused| refused),
    )
}

/// The metrics that a list shows of a ticket: none of deleted and of archived ones.
fn metrics_of(row: &Row, now: i64) -> Option<(u64, &str)> {
    let closed = row.json.contains("\"status\":\"closed\"");
    let archived = closed && row.stamp < now - ARCHIVED_AFTER;
    let metrics = row.metrics.as_deref()?;
    (!row.deleted && !archived).then_some((row.id, metrics))
}

fn refused(code: &str, detail: &str) -> Response {
    let error = json!({"code": code, "title": code, "detail": detail});
    answer(StatusCode::BAD_REQUEST, &json!({"errors": [error]}))
}

fn count(parameters: &Parameters, name: &str, usual: usize) -> Result<usize, Response> {
    let Some(text) = parameters.get(name) else {
        return Ok(usual);
    };
    let given = text.parse().ok().filter(|size| *size > 0);
    given.ok_or_else(|| {
        refused(
            "InvalidPaginationParameter",
            &format!("{name} must be a positive integer"),
        )
    })
}

/// A page by cursor if `page[size]` is given, by number otherwise.
fn page(
    url: &str,
    name: &str,
    records: &[(u64, &str)],
    parameters: &Parameters,
) -> Result<Response, Response> {
    let texts = |records: &[(u64, &str)]| {
        let texts: Vec<&str> = records.iter().map(|(_, text)| *text).collect();
        texts.join(",")
    };
    if parameters.contains_key("page[size]") {
        let size = count(parameters, "page[size]", PAGE)?;
        if size > PAGE {
            let said = format!("page[size] must be less than or equal to {PAGE}");
            return Err(refused("InvalidPaginationParameter", &said));
        }
        let from = match parameters.get("page[after]") {
            None => 0,
            Some(after) => {
                let id = after
                    .strip_prefix("after-")
                    .and_then(|id| id.parse::<u64>().ok());
                let at = id.and_then(|id| records.iter().position(|(one, _)| *one == id));
                at.ok_or_else(|| refused("InvalidPaginationParameter", "page[after] is not valid"))?
                    + 1
            }
        };
        let to = records.len().min(from + size);
        let shown = &records[from..to];
        let more = to < records.len();
        let after = shown.last().map(|(id, _)| format!("after-{id}"));
        let next = after.as_ref().filter(|_| more);
        let rest = json!({
            "meta": {"has_more": more, "after_cursor": after, "before_cursor": null},
            "links": {"next": next.map(|after| format!("{url}?page%5Bafter%5D={after}&page%5Bsize%5D={size}")), "prev": null},
        });
        return Ok(whole(name, &texts(shown), &rest));
    }
    let size = count(parameters, "per_page", PAGE)?.min(PAGE);
    let number = count(parameters, "page", 1)?;
    if number * size > 10_000 {
        return Err(refused(
            "InvalidPaginationDepth",
            "Limit exceeded: use cursor pagination instead",
        ));
    }
    let from = records.len().min((number - 1) * size);
    let to = records.len().min(from + size);
    let next = (to < records.len()).then(|| format!("{url}?page={}&per_page={size}", number + 1));
    let rest = json!({"next_page": next, "previous_page": null, "count": records.len()});
    Ok(whole(name, &texts(&records[from..to]), &rest))
}

fn whole(name: &str, texts: &str, rest: &Value) -> Response {
    let rest = rest.to_string();
    let text = format!("{{\"{name}\":[{texts}],{}", rest.trim_start_matches('{'));
    super::json_text(StatusCode::OK, text)
}

/// `GET /api/v2/users/me.json`, which tells nobody in particular that they are anonymous.
pub(super) async fn me(State(zendesk): State<Zendesk>, headers: HeaderMap) -> Response {
    let inner = zendesk.lock();
    let scopes = match inner.door.enter(&headers, zendesk.controls.clock.seconds()) {
        Ok(scopes) => scopes,
        Err(refused) => return refused,
    };
    let user = match scopes {
        None => {
            json!({"id": null, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"})
        }
        Some(scopes) if !super::door::allows(&scopes, "users") => {
            return super::door::out_of_scope("users");
        }
        Some(_) => {
            json!({"id": 35436, "name": "Somebody", "email": super::EMAIL, "role": inner.door.role.word(), "active": true})
        }
    };
    answer(StatusCode::OK, &json!({"user": user}))
}

/// `POST /oauth/tokens`, as JSON or as a form.
pub(super) async fn tokens(State(zendesk): State<Zendesk>, request: Request) -> Response {
    let kind = request.headers().get(CONTENT_TYPE);
    let form = kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    let asked = if form {
        let fields = Form::<HashMap<String, String>>::from_request(request, &()).await;
        fields.ok().map(|Form(fields)| json!(fields))
    } else {
        let body = Json::<Value>::from_request(request, &()).await;
        body.ok().map(|Json(body)| body)
    };
    let now = zendesk.controls.clock.seconds();
    zendesk.lock().door.mint(&asked.unwrap_or_default(), now)
}
