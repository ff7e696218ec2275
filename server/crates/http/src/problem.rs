//! problem: errors as RFC 9457 documents, rendered in one place.
//!
//! A handler returns [`ApiError`]; the middleware [`render`] knows the request's path and writes the
//! document.
//!
//! | status | cause |
//! |---|---|
//! | 400 | hostile path, missing or repeated `Host`, unreadable run request or webhook |
//! | 401, 403 | not signed in, or not allowed; a run request without the token, or from where none is accepted; an unsigned webhook |
//! | 404 | no such path, snapshot, mart or document |
//! | 405 | another method than the address takes |
//! | 406 | no encoding that the client accepts |
//! | 408 | a request body that arrived too slowly |
//! | 409 | a run is queued or running, or its day is no possible one |
//! | 410 | a snapshot that has just been removed |
//! | 413, 414 | too large |
//! | 421 | a host name that is not this server's |
//! | 429 | too many wrong tokens |
//! | 500 | damaged or unreadable data |
//! | 503 | nothing published, or too busy |
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tidemark_shared::api::{PROBLEM_MEDIA_TYPE, Problem, RUNS_PATH};
use tidemark_snapshot::{Instead, SnapshotError, SnapshotId};

use crate::{gate, paths};

/// Longest path repeated to the client in a problem document.
const MAX_INSTANCE: usize = 512;

/// Why a request has no ordinary answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The data folder holds no snapshot yet.
    #[error(
        "No snapshot has been published yet; `tidemark build` or `tidemark demo` publishes one."
    )]
    NothingPublished,
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The client refuses every encoding there is.
    #[error("The `Accept-Encoding` header refuses every encoding this file exists in: {0}.")]
    NotAcceptable(String),
    /// The published data could not be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The run history exists and cannot be read; everything else is served.
    #[error("The run history cannot be read; the server's log says why and what to do.")]
    NoHistory,
    /// The latest snapshot was found damaged a moment ago.
    #[error("Snapshot {0} was found damaged a moment ago; /readyz and the server's log say how.")]
    Damaged(SnapshotId),
    /// The snapshot that the pointer names is not served, and why.
    #[error("{0}")]
    Instead(Instead),
    /// The requested day cannot be that of a run.
    #[error("{0}.")]
    Day(String),
    /// The policy of an account is not in the settings.
    #[error(
        "The settings of this server have no policy {0}, which limits what this account sees; an administrator can add it."
    )]
    NoPolicy(String),
    /// A task of the server itself ended early.
    #[error("The request could not be finished; the server's log says more.")]
    Internal,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NothingPublished | Self::NoHistory => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Snapshot(SnapshotError::Unknown { .. } | SnapshotError::BadId(_)) => {
                StatusCode::NOT_FOUND
            }
            Self::Snapshot(SnapshotError::Removed { .. }) => StatusCode::GONE,
            Self::NoPolicy(_) => StatusCode::FORBIDDEN,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            // Well-formed, but in conflict with today's date or with the data.
            Self::Day(_) => StatusCode::CONFLICT,
            Self::Snapshot(_) | Self::Damaged(_) | Self::Instead(_) | Self::Internal => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// Whether a snapshot differs from what was published, so that an earlier one may replace it.
    ///
    /// A damaged pointer is no such damage: [`Store::latest`](tidemark_snapshot::Store::latest) replaces it.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged(_)
                | Self::Snapshot(SnapshotError::Damaged { .. } | SnapshotError::Unknown { .. })
        )
    }

    /// The text for clients: helpful, but without the server's folders.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Snapshot(SnapshotError::Unknown { id, .. }) => {
                format!("There is no snapshot {id}; /api/v1/snapshots lists those that exist. Old ones are removed by the retention settings.")
            }
            Self::Snapshot(SnapshotError::Removed { id }) => {
                format!("Snapshot {id} has been removed by the retention settings; /api/v1/snapshots lists those that exist.")
            }
            Self::Snapshot(SnapshotError::BadPointer { .. }) => {
                "The record of which snapshot is current is damaged; `tidemark snapshots rollback ID` sets it again."
                    .to_owned()
            }
            Self::Snapshot(SnapshotError::Io { .. }) => {
                "A published file could not be read; the server's log says which and why.".to_owned()
            }
            Self::Instead(Instead::BadPointer { .. } | Instead::NoPointer { .. }) => {
                "The record of which snapshot is current is damaged or missing, so the newest intact one is served; `tidemark snapshots rollback ID` or the next build sets it again.".to_owned()
            }
            other => other.to_string(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %self, "request failed");
        }
        let mut response = response(status, self.detail());
        if matches!(self, Self::NothingPublished) {
            let wait = HeaderValue::from_static("5");
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        response
    }
}

/// A problem still to be rendered.
#[derive(Clone)]
struct Pending(Problem);

/// A response that [`render`] turns into a problem document.
pub(crate) fn response(status: StatusCode, detail: impl Into<String>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
        .extensions_mut()
        .insert(Pending(new(status, detail)));
    response
}

/// A response that asks the client to come back in a moment.
pub(crate) fn busy(detail: &'static str) -> Response {
    let mut response = response(StatusCode::SERVICE_UNAVAILABLE, detail);
    let wait = HeaderValue::from_static("1");
    response.headers_mut().insert(RETRY_AFTER, wait);
    response
}

/// The response to any other method than those that an address takes.
pub(crate) fn method_not_allowed(path: &str) -> Response {
    let (allowed, detail) = match path {
        paths::STRIPE_WEBHOOK => ("POST", "A webhook is sent with POST."),
        gate::SIGN_IN | gate::SIGN_OUT => (
            "GET,HEAD,POST",
            "This page is read with GET or HEAD, and its form sent with POST.",
        ),
        RUNS_PATH => (
            "GET,HEAD,POST",
            "Runs are read with GET or HEAD, and one is requested with POST.",
        ),
        _ => ("GET,HEAD", "Everything here is read with GET or HEAD."),
    };
    let mut response = response(StatusCode::METHOD_NOT_ALLOWED, detail);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
    let title = status.canonical_reason().unwrap_or("Error");
    Problem::new(status.as_u16(), title).detail(detail)
}

/// The middleware: writes the document of a pending problem.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    let Some(Pending(problem)) = response.extensions_mut().remove::<Pending>() else {
        return response;
    };
    let problem = if path.len() <= MAX_INSTANCE {
        problem.instance(path)
    } else {
        problem
    };
    // A problem is made of strings and a number: it always has a JSON form.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_MEDIA_TYPE));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = if head {
        Body::empty()
    } else {
        Body::from(body)
    };
    response
}
