//! Bulk API 2.0 query jobs: created, asked for, read page by page, aborted and deleted.

use std::collections::BTreeMap;
use std::io::Write as _;

use axum::Json;
use axum::extract::{Path, Query as Params, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::{Value, json};

use super::cell::Kind;
use super::job::{Job, Results};
use super::org::{Org, State, take};
use super::problem::Problem;
use super::rest::{admit, version};
use super::select::{no_object, select};
use super::soql;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct New {
    operation: String,
    query: String,
    content_type: Option<String>,
    column_delimiter: Option<String>,
    line_ending: Option<String>,
}

const DELIMITERS: [(&str, char); 6] = [
    ("COMMA", ','),
    ("TAB", '\t'),
    ("SEMICOLON", ';'),
    ("PIPE", '|'),
    ("CARET", '^'),
    ("BACKQUOTE", '`'),
];

pub(super) async fn create(
    Shared(org): Shared<Org>,
    Path(asked): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let mut state = org.state();
    version(&asked)?;
    admit(&mut state, &headers)?;
    let json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !json {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Content type is not supported",
        ));
    }
    let new: New = serde_json::from_slice(&body)
        .map_err(|error| Problem::bad("JSON_PARSER_ERROR", error.to_string()))?;
    let operation = match new.operation.as_str() {
        "query" => "query",
        "queryAll" => "queryAll",
        other => {
            return Err(Problem::bad(
                "INVALIDOPERATION",
                format!("operation: {other}"),
            ));
        }
    };
    if new.content_type.is_some_and(|kind| kind != "CSV") {
        return Err(Problem::bad("INVALIDJOB", "contentType must be CSV"));
    }
    let line_ending = match new.line_ending.as_deref() {
        None | Some("LF") => "\n",
        Some("CRLF") => "\r\n",
        Some(other) => return Err(Problem::bad("INVALIDJOB", format!("lineEnding: {other}"))),
    };
    let wanted = new.column_delimiter.as_deref().unwrap_or("COMMA");
    let delimiter = DELIMITERS.into_iter().find(|(name, _)| *name == wanted);
    let delimiter = delimiter.ok_or_else(|| Problem::bad("INVALIDJOB", "columnDelimiter"))?;

    let query = soql::parse(&new.query)?;
    let object = state
        .readable(&query.object)
        .ok_or_else(|| no_object(&query.object))?;
    let selection = select(&query, object, operation == "queryAll")?;
    if selection.count {
        let message = "Aggregate Relationships not supported in Bulk Query";
        return Err(Problem::bad("API_ERROR", message));
    }
    if selection
        .fields
        .iter()
        .any(|at| object.fields[*at].kind == Kind::Address)
    {
        let message = "Selecting compound data not supported in Bulk Query";
        return Err(Problem::bad("API_ERROR", message));
    }
    let id = format!("7505g{:010}AAA", state.jobs.len() + 1);
    let job = Job {
        version: asked,
        operation,
        selection,
        state: "UploadComplete",
        created: state.now(),
        polls: state.options.polls,
        line_ending,
        delimiter,
        results: Results::None,
    };
    let answer = job.info(&id);
    state.jobs.insert(id, job);
    Ok(Json(answer).into_response())
}

/// The job of an id, if it is there and of this version.
fn find<'a>(state: &'a mut State, asked: &str, id: &str) -> Result<&'a mut Job, Problem> {
    version(asked)?;
    let job = state.jobs.get_mut(id).ok_or_else(Problem::not_found)?;
    if job.version != asked {
        let message = "Use the API version the job was created with";
        return Err(Problem::new(StatusCode::CONFLICT, "INVALIDJOB", message));
    }
    Ok(job)
}

pub(super) async fn status(
    Shared(org): Shared<Org>,
    Path((asked, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    admit(&mut state, &headers)?;
    let mut job = find(&mut state, &asked, &id)?.clone();
    if matches!(job.state, "UploadComplete" | "InProgress") {
        if job.polls > 0 {
            job.polls -= 1;
            job.state = "InProgress";
        } else if take(&mut state.options.fail_jobs) {
            job.state = "Failed";
        } else {
            job.run(&state.objects[&job.selection.object]);
        }
        state.jobs.insert(id.clone(), job.clone());
    }
    Ok(Json(job.info(&id)).into_response())
}

pub(super) async fn change(
    Shared(org): Shared<Org>,
    Path((asked, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let mut state = org.state();
    admit(&mut state, &headers)?;
    let job = find(&mut state, &asked, &id)?;
    let wanted: Value = serde_json::from_slice(&body)
        .map_err(|error| Problem::bad("JSON_PARSER_ERROR", error.to_string()))?;
    if wanted != json!({ "state": "Aborted" })
        || !matches!(job.state, "UploadComplete" | "InProgress")
    {
        return Err(Problem::bad(
            "INVALIDJOBSTATE",
            "The job cannot change to this state",
        ));
    }
    job.state = "Aborted";
    Ok(Json(job.info(&id)).into_response())
}

pub(super) async fn delete(
    Shared(org): Shared<Org>,
    Path((asked, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    admit(&mut state, &headers)?;
    let job = find(&mut state, &asked, &id)?;
    if matches!(job.state, "UploadComplete" | "InProgress") {
        return Err(Problem::bad("INVALIDJOBSTATE", "The job is still running"));
    }
    state.jobs.remove(&id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn locator(start: u64) -> String {
    STANDARD_NO_PAD.encode(start.to_string())
}

fn start(locator: &str) -> Option<u64> {
    let text = STANDARD_NO_PAD.decode(locator).ok()?;
    std::str::from_utf8(&text).ok()?.parse().ok()
}

pub(super) async fn results(
    Shared(org): Shared<Org>,
    Path((asked, id)): Path<(String, String)>,
    Params(params): Params<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut state = org.state();
    admit(&mut state, &headers)?;
    let job = find(&mut state, &asked, &id)?.clone();
    if job.state != "JobComplete" {
        return Err(Problem::bad("INVALIDJOBSTATE", "The job is not complete"));
    }
    let given = params.get("locator").filter(|locator| !locator.is_empty());
    if given.is_some() && take(&mut state.options.expire_jobs) {
        state.jobs.remove(&id);
        return Err(Problem::not_found());
    }
    let invalid = || Problem::bad("INVALIDLOCATOR", "The locator is invalid");
    let from = match given {
        None => 0,
        Some(text) => start(text).ok_or_else(invalid)?,
    };
    let most = match params.get("maxRecords") {
        None => state.options.bulk_page,
        Some(text) => text
            .parse()
            .map_err(|_| Problem::bad("INVALIDJOB", "maxRecords"))?,
    };
    let most = most.min(state.options.bulk_page) as u64;
    let total = job.results.count();
    if from > total || most == 0 {
        return Err(invalid());
    }
    let end = total.min(from + most);
    let mut next = if end < total {
        locator(end)
    } else {
        "null".to_owned()
    };
    let mut shown = from..end;
    if from > 0 && take(&mut state.options.duplicate_pages) {
        shown = from.saturating_sub(most)..from;
    }
    if from > 0 && next != "null" && take(&mut state.options.repeat_locators) {
        next = locator(from);
    }
    let object = state.objects[&job.selection.object].shape();
    let header_once = state.options.header_once;
    // A large page takes a while: others are answered meanwhile.
    drop(state);
    let mut text = String::new();
    if from == 0 || !header_once {
        text.push_str(&job.header(&object));
    }
    let rows = shown.end - shown.start;
    match &job.results {
        Results::None => {}
        Results::Lines(lines) => {
            let range =
                usize::try_from(shown.start).unwrap_or(0)..usize::try_from(shown.end).unwrap_or(0);
            text.extend(lines[range].iter().map(String::as_str));
        }
        Results::Made(_) => text.extend(shown.map(|position| job.line(&object, position))),
    }
    Ok(file(text, &next, rows, &headers))
}

/// A page as it is sent: packed where the client takes that.
fn file(text: String, next: &str, rows: u64, headers: &HeaderMap) -> Response {
    let packed = headers
        .get(header::ACCEPT_ENCODING)
        .is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("gzip")));
    let mut answer = if packed {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text.as_bytes()).expect("memory takes it");
        let body = gzip.finish().expect("memory takes it");
        ([(header::CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        text.into_response()
    };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
    headers.insert("Sforce-NumberOfRecords", HeaderValue::from(rows));
    if let Ok(next) = HeaderValue::from_str(next) {
        headers.insert("Sforce-Locator", next);
    }
    answer
}
