//! gate: resolves each request once: who it is from, whether they may use the route, and which
//! published data they may read.
//!
//! Where the server asks no one who they are, everything passes and reads everything. Else a route
//! needs what [`crate::routes`] says of it, and a handler reads through [`Reader`], which is only
//! there for a request that was allowed.
mod account;
mod client;
mod cookie;
mod form;
mod html;
mod identify;
mod me;
mod needs;
mod next;
mod origin;
mod reader;
mod sign_in;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, LOCATION, STRICT_TRANSPORT_SECURITY, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use tidemark_access::{
    Access, AccessError, AccessStore, Identity, SessionLimits, Stores, Throttle, View,
};

use crate::problem::{self, ApiError};
use crate::state::AppState;

pub(crate) use account::{account, end_sessions, make_token, revoke_token};
pub(crate) use html::{FormPage, style};
pub(crate) use me::me;
pub(crate) use needs::{Need, Needs};
pub(crate) use reader::{Reader, Views};
pub(crate) use sign_in::{record, sign_in, sign_in_page, sign_out, sign_out_page};

/// Where people sign in.
pub(crate) const SIGN_IN: &str = "/login";
/// Where people sign out.
pub(crate) const SIGN_OUT: &str = "/logout";
/// Where people see their sessions and tokens.
pub(crate) const ACCOUNT: &str = "/account";
/// The style of these pages, without the app's fingerprint.
pub(crate) const STYLE: &str = "/access.css";

/// How the server asks people who they are.
pub struct AccessOptions {
    /// The settings; their mode is not `none`.
    pub settings: Access,
    /// Accounts, sessions, tokens and the audit log.
    pub accounts: AccessStore,
    /// The published data as each policy shows it.
    pub stores: Stores,
    /// The time.
    pub now: fn() -> DateTime<Utc>,
}

/// What the gate knows.
pub(crate) struct Gate {
    pub(crate) settings: Access,
    pub(crate) accounts: AccessStore,
    pub(crate) throttle: Throttle,
    pub(crate) now: fn() -> DateTime<Utc>,
    /// `https://name` that people open, if that is set.
    origin: Option<String>,
    user_header: Option<HeaderName>,
    groups_header: Option<HeaderName>,
}

impl Gate {
    pub(crate) fn new(options: AccessOptions, origin: Option<String>) -> (Self, Stores) {
        let header = |name: &str| name.parse::<HeaderName>().ok();
        let gate = Self {
            user_header: header(&options.settings.user_header),
            groups_header: header(&options.settings.groups_header),
            settings: options.settings,
            accounts: options.accounts,
            throttle: Throttle::default(),
            now: options.now,
            origin,
        };
        (gate, options.stores)
    }

    pub(crate) fn limits(&self) -> SessionLimits {
        SessionLimits {
            idle: chrono::TimeDelta::hours(self.settings.idle_hours.into()),
            longest: chrono::TimeDelta::hours(self.settings.session_hours.into()),
        }
    }

    /// Whether people reach the server through TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.origin
            .as_deref()
            .is_some_and(|origin| origin.starts_with("https://"))
    }
}

/// Who a request is from, for handlers that need to know.
#[derive(Clone)]
pub(crate) struct Visitor(pub(crate) Identity);

/// What each route needs, by its path.
pub(crate) type Table = Arc<HashMap<&'static str, Needs>>;

/// The middleware.
pub(crate) async fn resolve(
    State((state, table)): State<(AppState, Table)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(gate) = &state.0.gate else {
        let reader = Reader(state.0.views.everything());
        request.extensions_mut().insert(reader);
        return next.run(request).await;
    };
    let need = need(&state, &table, &request);
    let mut response = match judge(&state, gate, need, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(refused) => *refused,
    };
    if gate.is_https() {
        let year = HeaderValue::from_static("max-age=31536000");
        let headers = response.headers_mut();
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    match need {
        Need::Nothing => response,
        _ => private(response),
    }
}

/// Lets a request pass with what its handler may use, or gives the response that refuses it.
async fn judge(
    state: &AppState,
    gate: &Gate,
    need: Need,
    request: &mut Request,
) -> Result<(), Box<Response>> {
    if need == Need::Nothing || is_for_run_token(state, request) {
        gate.strip(request.headers_mut());
        return Ok(());
    }
    let claim = gate.claim(request);
    gate.strip(request.headers_mut());
    let identity = match claim {
        Ok(claim) => gate.settle(claim).await,
        Err(refused) => Err(refused),
    };
    let identity = identity.map_err(|refused| Box::new(refused.into_response(request)))?;
    let by_token = identity
        .as_ref()
        .is_some_and(|identity| matches!(identity.means, tidemark_access::Means::Token(_)));
    // A token is sent by programs alone; everything else a browser may be made to send.
    if !by_token && !origin::is_own(gate, request) {
        let detail = "This request comes from another site's page, or does not say where it comes from. Send it from a page of this server, or with a token.";
        return Err(Box::new(problem::response(StatusCode::FORBIDDEN, detail)));
    }
    match (need.allows(identity.as_ref()), identity) {
        (true, Some(identity)) => {
            if need.reads() {
                let reader = reader(state, &identity).await;
                request
                    .extensions_mut()
                    .insert(reader.map_err(|error| Box::new(error.into_response()))?);
            }
            let visitor = Visitor(identity);
            if need == Need::DOWNLOAD && request.method() == Method::GET {
                let path = request.uri().path().to_owned();
                record(state, &visitor, "downloaded", path).await;
            }
            request.extensions_mut().insert(visitor);
            Ok(())
        }
        (true, None) => Ok(()),
        (false, None) => Err(Box::new(must_sign_in(request))),
        (false, Some(_)) => Err(Box::new(not_allowed(request))),
    }
}

/// What the route of a request needs; a path that is not in the table is one of the app.
fn need(state: &AppState, table: &Table, request: &Request) -> Need {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        return match table.get(route.as_str()) {
            Some(needs) => needs.of(request.method(), request.uri().path()),
            None => Need::Never,
        };
    }
    let name = request.uri().path().trim_start_matches('/');
    // The program and its styles hold no data; its page announces some.
    if name != "index.html" && state.0.asset(name).is_some() {
        Need::Nothing
    } else {
        Need::PAGE
    }
}

/// Whether a request for a run has the token that the server was started with, which its handler
/// checks.
fn is_for_run_token(state: &AppState, request: &Request) -> bool {
    let has_token = state
        .0
        .runs
        .as_ref()
        .is_some_and(|runs| runs.token.is_some());
    has_token
        && request.method() == Method::POST
        && request.uri().path() == tidemark_shared::api::RUNS_PATH
        && identify::bearer(request.headers()).is_some_and(|token| !identify::is_ours(token))
}

async fn reader(state: &AppState, identity: &Identity) -> Result<Reader, ApiError> {
    let view = View::of(identity);
    let found = state.0.views.of(view).await?;
    found.map(Reader).map_err(|error| match error {
        AccessError::NoPolicy(name) => ApiError::NoPolicy(name),
        other => {
            tracing::error!(error = %other, "what a policy shows could not be derived");
            ApiError::Internal
        }
    })
}

fn is_page(request: &Request) -> bool {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    reads && !request.uri().path().starts_with("/api/") && request.uri().path() != "/metrics"
}

fn must_sign_in(request: &Request) -> Response {
    if is_page(request) {
        let here = request
            .uri()
            .path_and_query()
            .map_or("/", |here| here.as_str());
        return see_other(&next::sign_in_from(here));
    }
    let detail = "Sign in at /login, or send `Authorization: Bearer` with a token.";
    let mut response = problem::response(StatusCode::UNAUTHORIZED, detail);
    let challenge = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

fn not_allowed(request: &Request) -> Response {
    if is_page(request) {
        return html::not_allowed();
    }
    let detail = "Your role or token does not allow this; an administrator can change the role, and a token has the scopes that it was made with.";
    problem::response(StatusCode::FORBIDDEN, detail)
}

/// A redirect that is followed with GET.
pub(crate) fn see_other(to: &str) -> Response {
    let location = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Keeps what one person read from another: no shared cache stores it, and a browser's own cache
/// does not reuse it after another sign-in.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers
        .get(CACHE_CONTROL)
        .is_some_and(|value| value == "no-cache")
    {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    headers.append(VARY, HeaderValue::from_static("Cookie, Authorization"));
    response
}
