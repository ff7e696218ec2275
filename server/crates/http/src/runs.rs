//! runs: the run history, and the one thing that can be requested: another run.
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, FORWARDED, HOST, LOCATION, ORIGIN, RETRY_AFTER,
    VIA, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use std::net::IpAddr;
use tidemark_runs::{Asked, RunsError};
use tidemark_shared::api::{RUNS_PATH, Run};

use crate::blocking::blocking;
use crate::gate::{self, Visitor};
use crate::host;
use crate::options::RunAccess;
use crate::problem::{self, ApiError};
use crate::resource::{Caching, Resource};
use crate::shares::Peer;
use crate::state::{AppState, Inner};
use crate::token::RunToken;

const JSON: &str = "application/json";
/// Largest body of a run request, in bytes.
const MAX_BODY: usize = 4 * 1024;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// The body of a run request; every field is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RunRequest {
    as_of: Option<NaiveDate>,
    sync: Option<bool>,
}

/// The latest runs, newest first; empty where none is recorded.
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    document(&state, recent(&state).await?, &headers).await
}

/// The latest runs, for the list and the metrics.
pub(crate) async fn recent(state: &AppState) -> Result<Vec<Run>, ApiError> {
    match state.0.runs.clone() {
        Some(access) => readable(blocking(move || access.desk.recent()).await?),
        None => Ok(Vec::new()),
    }
}

/// One run.
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = match (state.0.runs.clone(), id.parse::<u64>()) {
        (Some(access), Ok(id)) => readable(blocking(move || access.desk.run(id)).await?)?,
        _ => None,
    };
    let run = found.ok_or_else(|| {
        ApiError::NotFound(format!(
            "There is no run {id}; {RUNS_PATH} lists the latest."
        ))
    })?;
    document(&state, run, &headers).await
}

/// Queues a run: 202 with the run, or 409 if one is queued or running. Both name the address to
/// follow it at.
pub(crate) async fn request(State(state): State<AppState>, request: Request) -> Response {
    let Some(access) = state.0.runs.clone() else {
        let detail = "This server starts no runs.";
        return problem::response(StatusCode::NOT_FOUND, detail);
    };
    let (parts, body) = request.into_parts();
    let client = Peer::of(&parts.extensions);
    // Someone who is signed in was judged before; where no one is, this machine or the token decides.
    let visitor = parts.extensions.get::<Visitor>().cloned();
    if visitor.is_none()
        && let Err(refused) = permitted(&state.0, &access, &parts.headers, client)
    {
        return *refused;
    }
    let wanted = match read_request(body, &state, client).await {
        Ok(wanted) => wanted,
        Err(refused) => return *refused,
    };
    let asked = Asked {
        as_of: wanted.as_of,
        no_sync: wanted.sync == Some(false),
    };
    let answer = match blocking(move || access.desk.ask(asked)).await {
        Ok(answer) => readable(answer),
        Err(error) => Err(error),
    };
    match answer {
        Ok(Ok(run)) => {
            if let Some(visitor) = &visitor {
                gate::record(&state, visitor, "run requested", format!("run {}", run.id)).await;
            }
            accepted(&run)
        }
        Ok(Err(busy)) => {
            let detail = format!(
                "Run {} is queued or running; follow it at {}, and request another when it has ended.",
                busy.id,
                path_of(busy.id)
            );
            let mut response = problem::response(StatusCode::CONFLICT, detail);
            locate(&mut response, busy.id);
            response
        }
        Err(error) => error.into_response(),
    }
}

/// Whether the client may start a run: with the token if there is one, else only from this machine
/// and not from another site's page.
fn permitted(
    state: &Inner,
    access: &RunAccess,
    headers: &HeaderMap,
    client: IpAddr,
) -> Result<(), Box<Response>> {
    if let Some(token) = &access.token {
        return with_token(state, token, headers, client);
    }
    let refuse = |detail: &str| Err(Box::new(problem::response(StatusCode::FORBIDDEN, detail)));
    // A proxy on this machine makes every request look like one from this machine.
    if state.reached_from_elsewhere || headers.keys().any(is_forwarding) {
        return refuse(
            "This server can be reached from other machines, so a run needs a token: start it with TIDEMARK_RUN_TOKEN set.",
        );
    }
    let header = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let host = header(&HOST).and_then(|host| std::str::from_utf8(host).ok());
    let host = host.unwrap_or_default();
    // A page elsewhere may have a name that leads here; it cannot have a name of this machine.
    let own_name = host::is_loopback(host);
    let own_page =
        header(&ORIGIN).is_none_or(|origin| origin == format!("http://{host}").as_bytes());
    let own_site =
        header(&SEC_FETCH_SITE).is_none_or(|site| site == b"same-origin" || site == b"none");
    if own_name && own_page && own_site {
        return Ok(());
    }
    refuse(
        "Without a token, runs are requested from this machine only, and not from another site's page.",
    )
}

/// Whether a header says that a proxy passed the request on.
fn is_forwarding(name: &HeaderName) -> bool {
    [FORWARDED, VIA, X_REAL_IP].contains(name) || name.as_str().starts_with("x-forwarded-")
}

fn with_token(
    state: &Inner,
    token: &RunToken,
    headers: &HeaderMap,
    client: IpAddr,
) -> Result<(), Box<Response>> {
    if state.attempts.exhausted(client) {
        let detail = "Too many wrong tokens came from this address; try again in a minute.";
        let mut response = problem::response(StatusCode::TOO_MANY_REQUESTS, detail);
        let wait = HeaderValue::from_static("60");
        response.headers_mut().insert(RETRY_AFTER, wait);
        return Err(Box::new(response));
    }
    let given = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let given = given.and_then(|value| value.strip_prefix(b"Bearer "));
    match given {
        Some(given) if token.is(given) => return Ok(()),
        Some(_) => state.attempts.wrong(client),
        // No token is no guess.
        None => {}
    }
    let detail = "A run is requested with `Authorization: Bearer` and the token that the server was started with.";
    let mut response = problem::response(StatusCode::UNAUTHORIZED, detail);
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Err(Box::new(response))
}

async fn read_request(
    body: Body,
    state: &AppState,
    client: IpAddr,
) -> Result<RunRequest, Box<Response>> {
    let body = state.0.bodies.read(body, MAX_BODY, client).await?;
    if body.trim_ascii().is_empty() {
        return Ok(RunRequest::default());
    }
    // An object and nothing else: serde reads a struct from a list, too.
    let object: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_slice(&body);
    let wanted = object.and_then(|object| serde_json::from_value(object.into()));
    wanted.map_err(|error| {
        let detail = format!(
            "The body must be empty, or JSON such as {{\"as_of\": \"2026-01-31\", \"sync\": false}}: {error}."
        );
        Box::new(problem::response(StatusCode::BAD_REQUEST, detail))
    })
}

fn accepted(run: &Run) -> Response {
    // A run is made of strings, numbers and dates: it always has a JSON form.
    let body = serde_json::to_vec(run).unwrap_or_default();
    let headers = [(CONTENT_TYPE, JSON), (CACHE_CONTROL, "no-store")];
    let mut response = (StatusCode::ACCEPTED, headers, body).into_response();
    locate(&mut response, run.id);
    response
}

fn path_of(id: u64) -> String {
    format!("{RUNS_PATH}/{id}")
}

fn locate(response: &mut Response, id: u64) {
    if let Ok(path) = HeaderValue::try_from(path_of(id)) {
        response.headers_mut().insert(LOCATION, path);
    }
}

/// The client learns that the history cannot be read, the log which file it is and why.
fn readable<T>(result: Result<T, RunsError>) -> Result<T, ApiError> {
    result.map_err(|error| {
        if let RunsError::Day(detail) = error {
            return ApiError::Day(detail);
        }
        tracing::error!(%error, "the run history");
        ApiError::NoHistory
    })
}

async fn document(
    state: &AppState,
    content: impl serde::Serialize + Send + 'static,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let json = blocking(move || serde_json::to_vec(&content)).await?;
    let json = json.map_err(|_| ApiError::Internal)?;
    let document = state.0.documents.of_content(json);
    let resource = Resource::document(Caching::Revalidate, &document);
    let everything = state.0.views.everything();
    resource.respond(headers, state.0.sender(&everything)).await
}
