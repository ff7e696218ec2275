//! sign_in: signing in with a password, and out.
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tidemark_access::{AccessError, Event, Means, Mode, Secret};

use super::form::{Form, parameter};
use super::{Gate, Visitor, html, next, see_other};
use crate::blocking::blocking;
use crate::problem::{self, ApiError};
use crate::state::AppState;

const WRONG: &str = "The name or the password is wrong.";
const TOO_MANY: &str = "There were too many attempts. Try again in a quarter of an hour.";
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The sign-in form; a person who is signed in goes on.
pub(crate) async fn sign_in_page(
    State(state): State<AppState>,
    visitor: Option<Extension<Visitor>>,
    request: Request,
) -> Response {
    let wanted = parameter(request.uri().query(), "next");
    let wanted = next::safe(&wanted);
    if visitor.is_some() {
        return see_other(wanted);
    }
    match mode(&state) {
        Some(Mode::Password) => html::sign_in(StatusCode::OK, wanted, "", None),
        _ => html::page(
            StatusCode::FORBIDDEN,
            "Not signed in",
            "<p>The proxy before this server signs people in, and did not name one. Ask its operator.</p>",
        ),
    }
}

fn mode(state: &AppState) -> Option<Mode> {
    state.0.gate.as_ref().map(|gate| gate.settings.mode)
}

/// Checks name and password, and begins a session.
pub(crate) async fn sign_in(State(state): State<AppState>, request: Request) -> Response {
    let Some(gate) = state
        .0
        .gate
        .as_ref()
        .filter(|gate| gate.settings.mode == Mode::Password)
    else {
        return problem::response(
            StatusCode::NOT_FOUND,
            "No one signs in here with a password.",
        );
    };
    let client = gate.client(&request);
    let (parts, form) = match Form::read(&state, request).await {
        Ok(read) => read,
        Err(refused) => return *refused,
    };
    let (name, wanted) = (form.get("name").trim(), next::safe(form.get("next")));
    let now = (gate.now)();
    if gate.throttle.is_exhausted(name, client, now) {
        let mut response =
            html::sign_in(StatusCode::TOO_MANY_REQUESTS, wanted, name, Some(TOO_MANY));
        let wait = HeaderValue::from_static("900");
        response.headers_mut().insert(RETRY_AFTER, wait);
        return response;
    }
    gate.throttle.attempt(name, client, now);
    let agent = parts
        .headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default().to_owned();
    let old = gate.session_secret(&parts.headers).map(str::to_owned);
    let (accounts, limits) = (gate.accounts.clone(), gate.limits());
    let (user, password) = (name.to_owned(), form.get("password").to_owned());
    let begun = blocking(move || -> Result<Option<Secret>, AccessError> {
        let Some(user) = accounts.sign_in(&user, &password, client, now)? else {
            return Ok(None);
        };
        let from = (client, agent.as_str());
        accounts
            .begin_session(&user.name, from, old.as_deref(), limits, now)
            .map(Some)
    });
    match begun.await {
        Ok(Ok(Some(secret))) => {
            gate.throttle.right(name, client);
            with_cookie(see_other(wanted), gate.set_cookie(secret.expose()))
        }
        Ok(Ok(None)) => html::sign_in(StatusCode::FORBIDDEN, wanted, name, Some(WRONG)),
        Ok(Err(AccessError::Busy)) => {
            problem::busy("Too many people are signing in; try again in a moment.")
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "signing in failed");
            ApiError::Internal.into_response()
        }
        Err(error) => error.into_response(),
    }
}

pub(super) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// Asks whether to sign out, since a link from elsewhere must not do it.
pub(crate) async fn sign_out_page(visitor: Option<Extension<Visitor>>) -> Response {
    match visitor {
        Some(_) => html::sign_out(),
        None => html::signed_out(),
    }
}

/// Ends the session, and makes the browser forget what it stored of this server.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    visitor: Option<Extension<Visitor>>,
) -> Response {
    let Some(gate) = &state.0.gate else {
        return html::signed_out();
    };
    if let Some(Extension(Visitor(identity))) = visitor
        && let Means::Session(hash) = identity.means
    {
        let (accounts, now) = (gate.accounts.clone(), (gate.now)());
        let ended = blocking(move || accounts.end_session(&hash, &identity.name, now)).await;
        if let Err(refused) = done(ended) {
            return *refused;
        }
    }
    left(gate)
}

/// The page after signing out.
pub(super) fn left(gate: &Gate) -> Response {
    let mut response = with_cookie(html::signed_out(), gate.clear_cookie());
    let cache = HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert(CLEAR_SITE_DATA, cache);
    response
}

/// The result of a change, or the response to its failure.
pub(super) fn done<T>(
    result: Result<Result<T, AccessError>, ApiError>,
) -> Result<T, Box<Response>> {
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error @ (AccessError::NoToken(_) | AccessError::NoUser(_)))) => {
            let detail = error.to_string();
            Err(Box::new(problem::response(StatusCode::NOT_FOUND, detail)))
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a change of accounts failed");
            Err(Box::new(ApiError::Internal.into_response()))
        }
        Err(error) => Err(Box::new(error.into_response())),
    }
}

/// Records a download, a run or another thing a person did.
pub(crate) async fn record(
    state: &AppState,
    visitor: &Visitor,
    action: &'static str,
    detail: String,
) {
    let Some(gate) = &state.0.gate else {
        return;
    };
    let (accounts, now) = (gate.accounts.clone(), (gate.now)());
    let event = Event::new(visitor.0.name.clone(), action, detail);
    if let Ok(Err(error)) = blocking(move || accounts.record(&event, now)).await {
        tracing::error!(%error, action, "the audit log could not be written");
    }
}
