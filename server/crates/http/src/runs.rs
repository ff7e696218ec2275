//! runs: the history of runs, and the one thing that may be asked for: another run.
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, ORIGIN, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use tidemark_runs::{Asked, RunsError};
use tidemark_shared::api::{RUNS_PATH, Run};
use tokio::time::timeout;

use crate::options::RunAccess;
use crate::problem::{self, ApiError};
use crate::published::blocking;
use crate::resource::{Caching, Resource};
use crate::state::AppState;

const JSON: &str = "application/json";
/// Largest body of a request for a run, in bytes.
const MAX_BODY: usize = 4 * 1024;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What may be said of the run asked for; nothing has to be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wish {
    as_of: Option<NaiveDate>,
    sync: Option<bool>,
}

/// The latest runs, newest first; empty where none is kept.
pub(crate) async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    document(&state, &recent(&state).await?, &headers).await
}

/// The latest runs, for whoever tells of them.
pub(crate) async fn recent(state: &AppState) -> Result<Vec<Run>, ApiError> {
    match state.0.runs.clone() {
        Some(access) => read(blocking(move || access.desk.recent()).await?),
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
        (Some(access), Ok(id)) => read(blocking(move || access.desk.run(id)).await?)?,
        _ => None,
    };
    let run = found.ok_or_else(|| {
        ApiError::NotFound(format!(
            "There is no run {id}; {RUNS_PATH} lists the latest."
        ))
    })?;
    document(&state, &run, &headers).await
}

/// Queues a run: 202 with the run, or 409 if one waits or is under way. Both say where to follow it.
pub(crate) async fn ask(State(state): State<AppState>, request: Request) -> Response {
    let Some(access) = state.0.runs.clone() else {
        let detail = "This server starts no runs.";
        return problem::response(StatusCode::NOT_FOUND, detail);
    };
    let (parts, body) = request.into_parts();
    if let Err(refused) = permitted(&access, &parts.headers) {
        return *refused;
    }
    let wish = match wish(body, &state).await {
        Ok(wish) => wish,
        Err(refused) => return *refused,
    };
    let asked = Asked {
        as_of: wish.as_of,
        no_sync: wish.sync == Some(false),
    };
    let answer = match blocking(move || access.desk.ask(asked)).await {
        Ok(answer) => read(answer),
        Err(error) => Err(error),
    };
    match answer {
        Ok(Ok(run)) => accepted(&run),
        Ok(Err(busy)) => {
            let detail = format!(
                "Run {} waits or is under way; follow it at {}, and ask again when it is over.",
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

/// Whether whoever asks may start a run: with the token if there is one; else from this machine alone, and no other site's page.
fn permitted(access: &RunAccess, headers: &HeaderMap) -> Result<(), Box<Response>> {
    let header = |name: &HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let refuse = |status, detail: &str| Err(Box::new(problem::response(status, detail)));
    if let Some(token) = &access.token {
        let given = header(&AUTHORIZATION).and_then(|value| value.strip_prefix(b"Bearer "));
        if given.is_some_and(|given| same(given, token.as_bytes())) {
            return Ok(());
        }
        let detail = "A run is asked for with `Authorization: Bearer` and the token that the server was started with.";
        let mut response = problem::response(StatusCode::UNAUTHORIZED, detail);
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return Err(Box::new(response));
    }
    if !access.local {
        let detail = "This server can be reached from other machines, so a run needs a token: start it with TIDEMARK_RUN_TOKEN set.";
        return refuse(StatusCode::FORBIDDEN, detail);
    }
    let host = header(&HOST).and_then(|host| std::str::from_utf8(host).ok());
    let host = host.unwrap_or_default();
    // A page of elsewhere may have a name that leads here; it cannot have the name of this machine.
    let own_name = is_this_machine(host);
    let own_page =
        header(&ORIGIN).is_none_or(|origin| origin == format!("http://{host}").as_bytes());
    let own_site =
        header(&SEC_FETCH_SITE).is_none_or(|site| site == b"same-origin" || site == b"none");
    if own_name && own_page && own_site {
        return Ok(());
    }
    let detail =
        "Without a token, runs are asked for on this machine only, and by no page of another site.";
    refuse(StatusCode::FORBIDDEN, detail)
}

/// Whether a `Host` header names this machine by its loopback address.
fn is_this_machine(host: &str) -> bool {
    let Ok(uri) = format!("http://{host}/").parse::<Uri>() else {
        return false;
    };
    let name = uri.host().unwrap_or_default();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Compares in constant time, whatever the lengths: the library compares digests keyed with either.
fn same(given: &[u8], token: &[u8]) -> bool {
    let digest = |key: &[u8]| {
        let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        Some(mac.chain_update(b"tidemark run"))
    };
    let (Some(given), Some(token)) = (digest(given), digest(token)) else {
        return false;
    };
    token.verify(&given.finalize().into_bytes()).is_ok()
}

async fn wish(body: Body, state: &AppState) -> Result<Wish, Box<Response>> {
    let refuse = |status, detail: String| Err(Box::new(problem::response(status, detail)));
    let body = match timeout(state.0.limits.header_timeout, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let detail = format!("The body is cut off, or has more than {MAX_BODY} bytes.");
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, detail);
        }
        Err(_) => {
            let detail = "The body did not arrive in time.".to_owned();
            return refuse(StatusCode::REQUEST_TIMEOUT, detail);
        }
    };
    if body.trim_ascii().is_empty() {
        return Ok(Wish::default());
    }
    serde_json::from_slice(&body).or_else(|error| {
        let detail = format!(
            "The body must be nothing, or JSON such as {{\"as_of\": \"2026-01-31\", \"sync\": false}}: {error}."
        );
        refuse(StatusCode::BAD_REQUEST, detail)
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

/// The client learns that the history cannot be read, the log where it is and why.
fn read<T>(result: Result<T, RunsError>) -> Result<T, ApiError> {
    result.map_err(|error| {
        tracing::error!(%error, "the history of runs");
        ApiError::NoHistory
    })
}

async fn document(
    state: &AppState,
    content: &impl serde::Serialize,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let json = serde_json::to_vec(content).map_err(|_| ApiError::Internal)?;
    let resource = Resource::document(JSON, Caching::Revalidate, json);
    resource.respond(headers, &state.0.published).await
}
