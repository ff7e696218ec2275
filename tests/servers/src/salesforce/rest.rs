//! The REST API: versions, limits, descriptions, queries and their further pages.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query as Params, State as Shared};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::org::{Org, State, take};
use super::problem::Problem;
use super::select::{Selection, no_object, select};
use super::soql;

/// The versions there are.
pub(super) const VERSIONS: std::ops::RangeInclusive<u32> = 50..=67;

/// A query with further pages.
pub(crate) struct Cursor {
    selection: Selection,
    positions: Vec<u64>,
}

/// Whether a version of a path, such as `v66.0`, is there.
pub(super) fn version(text: &str) -> Result<(), Problem> {
    let number = text
        .strip_prefix('v')
        .and_then(|text| text.strip_suffix(".0"));
    match number.and_then(|number| number.parse().ok()) {
        Some(number) if VERSIONS.contains(&number) => Ok(()),
        _ => Err(Problem::not_found()),
    }
}

/// Lets a request in: a valid token, API access, something left of the day's allowance.
pub(super) fn admit(state: &mut State, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = given.and_then(|text| {
        text.strip_prefix("Bearer ")
            .or_else(|| text.strip_prefix("OAuth "))
    });
    let left = token
        .and_then(|token| state.tokens.get_mut(token))
        .filter(|left| **left > 0)
        .ok_or_else(Problem::session)?;
    *left -= 1;
    if !state.options.api_enabled {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "API_DISABLED_FOR_ORG",
            "The REST API is not enabled for this Organization.",
        ));
    }
    if take(&mut state.options.crowded) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentPerOrgLongTxn Limit exceeded.",
        ));
    }
    if let Some(left) = &mut state.options.requests_left {
        if *left == 0 {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "REQUEST_LIMIT_EXCEEDED",
                "TotalRequests Limit exceeded.",
            ));
        }
        *left -= 1;
    }
    Ok(())
}

pub(super) async fn versions() -> Response {
    let versions = VERSIONS.map(|number| {
        json!({ "label": format!("Release {number}"), "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0") })
    });
    Json(versions.collect::<Vec<_>>()).into_response()
}

pub(super) async fn limits(
    Shared(org): Shared<Org>,
    Path(asked): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    version(&asked)?;
    admit(&mut state, &headers)?;
    let left = state.options.requests_left.unwrap_or(100_000);
    Ok(Json(json!({
        "DailyApiRequests": { "Max": 100_000, "Remaining": left },
        "DailyBulkV2QueryJobs": { "Max": 10_000, "Remaining": 10_000 - state.jobs.len() },
        "DailyBulkV2QueryFileStorageMB": { "Max": 976_562, "Remaining": 976_562 },
    }))
    .into_response())
}

pub(super) async fn describe(
    Shared(org): Shared<Org>,
    Path((asked, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    version(&asked)?;
    admit(&mut state, &headers)?;
    let object = state.readable(&name).ok_or_else(Problem::not_found)?;
    let fields = object.fields.iter().filter(|field| !field.hidden);
    let fields = fields.map(|field| {
        json!({
            "name": field.name,
            "label": field.name,
            "type": field.kind.word(),
            "custom": field.name.ends_with("__c"),
            "filterable": field.kind != super::Kind::Address,
            "nillable": true,
            "calculated": false,
        })
    });
    Ok(Json(json!({
        "name": object.name,
        "label": object.name,
        "keyPrefix": object.prefix,
        "queryable": true,
        "retrieveable": true,
        "custom": object.name.ends_with("__c"),
        "fields": fields.collect::<Vec<_>>(),
    }))
    .into_response())
}

pub(super) async fn query(
    org: Shared<Org>,
    path: Path<String>,
    params: Params<BTreeMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    first_page(&org, "query", &path, &params, &uri, &headers)
}

pub(super) async fn query_all(
    org: Shared<Org>,
    path: Path<String>,
    params: Params<BTreeMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    first_page(&org, "queryAll", &path, &params, &uri, &headers)
}

fn first_page(
    org: &Org,
    resource: &'static str,
    asked: &str,
    params: &BTreeMap<String, String>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    version(asked)?;
    admit(&mut state, headers)?;
    if uri.to_string().len() > 16_384 {
        let message = "URI length exceeds the maximum of 16384 bytes";
        return Err(Problem::new(
            StatusCode::URI_TOO_LONG,
            "URI_TOO_LONG",
            message,
        ));
    }
    let text = params
        .get("q")
        .ok_or_else(|| Problem::bad("MALFORMED_QUERY", "query parameter q is missing"))?;
    let query = soql::parse(text)?;
    let object = state
        .readable(&query.object)
        .ok_or_else(|| no_object(&query.object))?;
    let selection = select(&query, object, resource == "queryAll")?;
    let positions = selection.find(object);
    if take(&mut state.options.timeouts) {
        let message = "Your query request was running for too long.";
        return Err(Problem::bad("QUERY_TIMEOUT", message));
    }
    if let Some(last) = state.last_query.clone()
        && query.condition.is_some()
        && take(&mut state.options.stale_queries)
    {
        return Ok(json_text(last));
    }
    if selection.count {
        let body = json!({ "totalSize": positions.len(), "done": true, "records": [] });
        return Ok(json_text(body.to_string()));
    }
    state.issued += 1;
    let cursor = format!("0r8{:015}", state.issued);
    let body = page(
        &mut state,
        asked,
        resource,
        &cursor,
        Cursor {
            selection,
            positions,
        },
        0,
        headers,
    );
    state.last_query = Some(body.clone());
    Ok(json_text(body))
}

pub(super) async fn more(
    org: Shared<Org>,
    Path((asked, cursor)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    further_page(&org, "query", &asked, &cursor, &headers)
}

pub(super) async fn more_all(
    org: Shared<Org>,
    Path((asked, cursor)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    further_page(&org, "queryAll", &asked, &cursor, &headers)
}

fn further_page(
    org: &Org,
    resource: &'static str,
    asked: &str,
    locator: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    version(asked)?;
    admit(&mut state, headers)?;
    let invalid = || Problem::bad("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (name, start) = locator.split_once('-').ok_or_else(invalid)?;
    let start: usize = start.parse().map_err(|_| invalid())?;
    let cursor = state.cursors.remove(name).ok_or_else(invalid)?;
    Ok(json_text(page(
        &mut state, asked, resource, name, cursor, start, headers,
    )))
}

/// One page of a query's records; keeps the cursor where there is more.
fn page(
    state: &mut State,
    asked: &str,
    resource: &str,
    name: &str,
    cursor: Cursor,
    start: usize,
    headers: &HeaderMap,
) -> String {
    let most = headers
        .get("Sforce-Query-Options")
        .and_then(|value| {
            value
                .to_str()
                .ok()?
                .trim()
                .strip_prefix("batchSize=")?
                .parse()
                .ok()
        })
        .map_or(state.options.rest_page, |wanted: usize| {
            wanted.clamp(200, 2_000)
        });
    let end = cursor.positions.len().min(start + most);
    let object = &state.objects[&cursor.selection.object];
    let records = cursor.positions[start.min(end)..end]
        .iter()
        .filter_map(|position| {
            let row = object.row(*position)?;
            let mut record = Map::new();
            let url = format!(
                "/services/data/{asked}/sobjects/{}/{}",
                object.name,
                row[0].csv()
            );
            record.insert(
                "attributes".to_owned(),
                json!({ "type": object.name, "url": url }),
            );
            for at in &cursor.selection.fields {
                record.insert(object.fields[*at].name.clone(), row[*at].json());
            }
            Some(Value::Object(record))
        });
    let mut body = json!({
        "totalSize": cursor.positions.len(),
        "done": end == cursor.positions.len(),
        "records": records.collect::<Vec<_>>(),
    });
    if end < cursor.positions.len() {
        let next = format!("/services/data/{asked}/{resource}/{name}-{end}");
        body["nextRecordsUrl"] = Value::from(next);
        state.cursors.insert(name.to_owned(), cursor);
    }
    body.to_string()
}

fn json_text(body: String) -> Response {
    ([(CONTENT_TYPE, "application/json;charset=UTF-8")], body).into_response()
}
