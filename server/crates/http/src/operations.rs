//! operations: health, readiness, metrics and the API's description, for those who run the server.
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::problem::{self, ApiError};
use crate::resource::{Caching, Resource};
use crate::state::AppState;

/// The description of the API, kept by hand; a test compares it with the routes.
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// Alive: the process answers.
pub(crate) async fn healthz() -> Response {
    status(&json!({"status": "ok"}))
}

/// Ready: a snapshot is published and all of its files are as they were published.
pub(crate) async fn readyz(State(state): State<AppState>) -> Response {
    match state.0.published.ready().await {
        Ok(opened) => status(&json!({
            "status": "ready",
            "snapshot_id": opened.snapshot.id().as_str(),
            "as_of": opened.snapshot.manifest().as_of,
        })),
        Err(error @ ApiError::NothingPublished) => error.into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            problem::response(StatusCode::SERVICE_UNAVAILABLE, error.detail())
        }
    }
}

/// Prometheus metrics.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let inner = &state.0;
    let current = inner.published.current().await.ok();
    let manifest = current.as_ref().map(|opened| opened.snapshot.manifest());
    let text = inner
        .metrics
        .render(manifest, inner.published.cached_bytes());
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
