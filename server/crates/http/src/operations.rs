//! operations: health, readiness, metrics and the API's description, for those who run the server.
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::metrics::Serving;
use crate::problem::{self, ApiError};
use crate::resource::{Caching, Resource};
use crate::runs;
use crate::state::AppState;

/// The description of the API, kept by hand; a test compares it with the routes.
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// Alive: the process answers.
pub(crate) async fn healthz() -> Response {
    status(&json!({"status": "ok"}))
}

/// Ready: a snapshot is published and all of its files are as they were published. While the latest is
/// damaged and the one before it is served, the status is `degraded` and says why.
pub(crate) async fn readyz(State(state): State<AppState>) -> Response {
    let not_ready = |error: &ApiError| {
        tracing::error!(%error, "not ready");
        problem::response(StatusCode::SERVICE_UNAVAILABLE, error.detail())
    };
    let latest = match state.0.published.ready().await {
        Ok(latest) => latest,
        Err(error @ ApiError::NothingPublished) => return error.into_response(),
        Err(error) => return not_ready(&error),
    };
    let snapshot = &latest.opened.snapshot;
    let mut body = json!({
        "status": "ready",
        "snapshot_id": snapshot.id().as_str(),
        "as_of": snapshot.manifest().as_of,
    });
    match latest.instead {
        None => {}
        // No other snapshot is left: what can be read of the damaged one is served, but nobody should rely on it.
        Some(error) if !latest.opened.is_verified() => return not_ready(&error),
        Some(error) => {
            tracing::error!(%error, instead = %snapshot.id(), "the snapshot before is served");
            body["status"] = json!("degraded");
            body["detail"] = json!(error.detail());
        }
    }
    status(&body)
}

/// Prometheus metrics.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let inner = &state.0;
    let latest = inner.published.latest().await.ok();
    let runs = runs::recent(&state).await.unwrap_or_default();
    let text = inner.metrics.render(Serving {
        manifest: latest.as_ref().map(|l| l.opened.snapshot.manifest()),
        damaged: latest.as_ref().is_some_and(|l| l.instead.is_some()),
        runs: &runs,
        cached_bytes: inner.published.cached_bytes(),
    });
    let headers = [
        (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

/// The description of the API.
pub(crate) async fn openapi(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let description = OPENAPI.as_bytes().to_vec();
    let resource = Resource::document("application/json", Caching::Revalidate, description);
    resource.respond(&headers, &state.0.published).await
}

fn status(body: &serde_json::Value) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.to_string()).into_response()
}
