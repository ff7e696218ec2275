//! Zendesk Support: incremental exports, lists, API tokens and OAuth, limits, over records that a test puts and changes.
//!
//! Shaped after Zendesk's API reference (incremental exports, side-loading, rate limits, OAuth) and what its clients
//! rely on. Two bodies are a guess, since nothing public shows them: those of an invalid cursor and of a missing start.
#![allow(
    clippy::result_large_err,
    reason = "a refusal is an answer like any other"
)]
mod door;
mod example;
mod exports;
mod limits;
mod lists;
mod made;
mod rows;
pub mod samples;
mod steer;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::{Controls, Serving};
use door::Door;
pub use door::{API_TOKEN, CLIENT_ID, CLIENT_SECRET, EMAIL, OAUTH_TOKEN, Role};
pub use example::BEGIN;
pub use limits::Limits;
use limits::{Bucket, Meter};
use rows::Rows;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tickets, with or without metrics.
    Tickets,
    /// Users of any role.
    Users,
    /// Organizations.
    Organizations,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Users => "users",
            Self::Organizations => "organizations",
        }
    }
}

/// Ways in which an account's exports misbehave.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quirks {
    /// Each page by cursor begins with the records of the page before.
    pub duplicate_pages: bool,
    /// So many pages by cursor lead back to the cursor they were asked with.
    pub repeated_cursors: u32,
    /// Every third page by cursor leads back to this time, without an end.
    pub cycle: Option<i64>,
    /// Pages of more records than this take so long to put together that a gateway gives up.
    pub too_large: Option<usize>,
    /// No cursor is taken.
    pub refuse_cursors: bool,
    /// Pages by time end after as many records as asked, even amid records of one time: then a client never gets on.
    pub short_pages: bool,
}

#[derive(Debug, Default)]
struct Inner {
    tickets: Rows,
    users: Rows,
    organizations: Rows,
    door: Door,
    meter: Meter,
    quirks: Quirks,
    /// Pages by cursor given while they run in a circle.
    turns: u32,
    /// How often all cursors have been made invalid.
    cursor_age: u32,
    /// The most records on a page of an export, where it is fewer than Zendesk's.
    largest_page: Option<usize>,
}

/// A Zendesk account. Clones share it.
#[derive(Debug, Clone)]
pub struct Zendesk {
    /// Clock, faults and counts.
    pub controls: Controls,
    inner: Arc<Mutex<Inner>>,
}

impl Default for Zendesk {
    fn default() -> Self {
        Self::new()
    }
}

impl Zendesk {
    /// An account without records and without limits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            controls: Controls::new(words),
            inner: Arc::default(),
        }
    }

    /// The routes, without faults and counts.
    pub fn router(&self) -> Router {
        let mut router = Router::new().route("/oauth/tokens", post(lists::tokens));
        // Paths go with and without the ending.
        for ending in ["", ".json"] {
            let path = |path: &str| format!("/api/v2/{path}{ending}");
            router = router
                .route(&path("incremental/tickets/cursor"), get(exports::tickets))
                .route(&path("incremental/users/cursor"), get(exports::users))
                .route(
                    &path("incremental/organizations"),
                    get(exports::organizations),
                )
                .route(&path("organizations"), get(lists::organizations))
                .route(&path("ticket_metrics"), get(lists::ticket_metrics))
                .route(&path("users/me"), get(lists::me));
        }
        router.fallback(nowhere).with_state(self.clone())
    }

    /// The routes with faults and counts, and with those that steer it from outside.
    pub fn controlled(&self) -> Router {
        let routes = self.controls.wrap(self.router());
        routes.merge(self.controls.routes())
    }

    /// Serves it on a loopback port, with faults and counts.
    ///
    /// # Errors
    /// If there is no port.
    pub fn serve(&self) -> io::Result<Serving> {
        Serving::start(self.controls.wrap(self.router()))
    }

    /// Serves the address of an account that does not exist.
    ///
    /// # Errors
    /// If there is no port.
    pub fn serve_nobody() -> io::Result<Serving> {
        Serving::start(Router::new().fallback(nowhere))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing inside the lock can leave it half-changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn rows(&self, kind: Kind) -> &Rows {
        match kind {
            Kind::Tickets => &self.tickets,
            Kind::Users => &self.users,
            Kind::Organizations => &self.organizations,
        }
    }

    fn rows_mut(&mut self, kind: Kind) -> &mut Rows {
        match kind {
            Kind::Tickets => &mut self.tickets,
            Kind::Users => &mut self.users,
            Kind::Organizations => &mut self.organizations,
        }
    }

    /// Lets a request in, or says why not; gives the headers that tell of the limits.
    fn admit(
        &mut self,
        headers: &HeaderMap,
        bucket: Bucket,
        kind: Kind,
        admins_only: bool,
        now: i64,
    ) -> Result<HeaderMap, Response> {
        let scopes = self.door.enter(headers, now)?;
        let scopes = scopes.ok_or_else(door::unauthenticated)?;
        let (counted, used_up) = self.meter.count(bucket);
        if used_up {
            return Err(with(counted, error(StatusCode::TOO_MANY_REQUESTS)));
        }
        if !door::allows(&scopes, kind.word()) {
            return Err(with(counted, door::out_of_scope(kind.word())));
        }
        if admins_only && self.door.role != Role::Admin {
            return Err(with(counted, door::admins_only()));
        }
        Ok(counted)
    }
}

/// Zendesk's words for a status.
fn words(status: StatusCode) -> String {
    let said = match status {
        StatusCode::TOO_MANY_REQUESTS => json!({"error": "APIRateLimitExceeded",
            "description": "Number of allowed API requests per minute exceeded"}),
        StatusCode::SERVICE_UNAVAILABLE => json!({"error": "ServiceUnavailable",
            "description": "Zendesk is temporarily unavailable"}),
        _ => json!({"error": "InternalError", "description": status.canonical_reason()}),
    };
    said.to_string()
}

fn error(status: StatusCode) -> Response {
    json_text(status, words(status))
}

async fn nowhere() -> Response {
    let said = json!({"error": "InvalidEndpoint", "description": "Not found"});
    answer(StatusCode::NOT_FOUND, &said)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    json_text(status, body.to_string())
}

fn json_text(status: StatusCode, text: String) -> Response {
    let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, text).into_response()
}

fn with(headers: HeaderMap, mut response: Response) -> Response {
    response.headers_mut().extend(headers);
    response
}

/// Where the client thinks the server is; a proxy before it may tell.
fn base_of(headers: &HeaderMap) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = header("x-forwarded-proto").unwrap_or("http");
    format!(
        "{scheme}://{}",
        header(HOST.as_str()).unwrap_or("localhost")
    )
}
