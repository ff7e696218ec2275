//! operations: health, readiness, metrics and the API's description, for operators.
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tidemark_access::Role;

use crate::blocking::blocking;
use crate::document::Document;
use crate::gate::Visitor;
use crate::metrics::Serving;
use crate::paths;
use crate::problem::{self, ApiError};
use crate::resource::{Caching, Resource};
use crate::runs;
use crate::state::AppState;

/// The description of every address, maintained by hand; a test compares it with the routes.
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// The description of a server: without the webhook where none is set up.
pub(crate) fn description(webhook: bool) -> serde_json::Value {
    let mut description: serde_json::Value =
        serde_json::from_str(OPENAPI).expect("openapi.json is JSON, which a test reads");
    if let Some(paths) = description["paths"].as_object_mut()
        && !webhook
    {
        paths.remove(paths::STRIPE_WEBHOOK);
    }
    description
}

/// Alive: the process answers.
pub(crate) async fn healthz() -> Response {
    status(&json!({"status": "ok"}))
}

/// Ready: a snapshot is published and all of its files are as they were published. While the latest
/// is damaged and the one before it is served, the status is `degraded` with the reason.
pub(crate) async fn readyz(
    State(state): State<AppState>,
    visitor: Option<Extension<Visitor>>,
) -> Response {
    let response = readiness(&state).await;
    let is_operator = visitor.is_some_and(|Extension(Visitor(who))| who.role >= Role::Operator);
    if state.0.gate.is_none() || is_operator {
        return response;
    }
    // The reason may name what a stranger should not know of.
    match response.status() {
        StatusCode::OK => status(&json!({"status": "ready"})),
        other => problem::response(other, "The server is not ready; operators see why."),
    }
}

async fn readiness(state: &AppState) -> Response {
    let not_ready = |error: &ApiError| {
        tracing::error!(%error, "not ready");
        problem::response(StatusCode::SERVICE_UNAVAILABLE, error.detail())
    };
    let latest = match state.0.views.everything().ready().await {
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
        // No other snapshot is left: the readable parts of the damaged one are served, and not to be
        // relied on.
        Some(error) if !latest.opened.is_verified() => return not_ready(&error),
        Some(error) => {
            tracing::error!(%error, instead = %snapshot.id(), "the snapshot before is served");
            body["status"] = json!("degraded");
            body["detail"] = json!(error.detail());
        }
    }
    let faults = faults(state).await;
    if !faults.is_empty() {
        body["status"] = json!("degraded");
        let detail = format!(
            "Damaged in the data folder: {}; `tidemark doctor` says what to do.",
            faults.join(", ")
        );
        body["detail"] = match body["detail"].as_str() {
            Some(first) => json!(format!("{first} {detail}")),
            None => json!(detail),
        };
    }
    status(&body)
}

async fn faults(state: &AppState) -> Vec<String> {
    let faults = std::sync::Arc::clone(&state.0.faults);
    blocking(move || faults()).await.unwrap_or_default()
}

/// Prometheus metrics.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let inner = &state.0;
    let latest = inner.views.everything().latest().await.ok();
    let runs = runs::recent(&state).await.unwrap_or_default();
    let faults = faults(&state).await;
    let text = inner.metrics.render(Serving {
        faults: &faults,
        manifest: latest.as_ref().map(|l| l.opened.snapshot.manifest()),
        damaged: latest.as_ref().is_some_and(|l| l.instead.is_some()),
        runs: &runs,
        bytes_in_flight: inner.budget.in_flight(),
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
    let description = &state.0.description;
    let webhook = state.0.stripe.is_some();
    let describe = || Document::new(self::description(webhook).to_string());
    let description = description.get_or_init(describe);
    let resource = Resource::document(Caching::Revalidate, description);
    let everything = state.0.views.everything();
    resource
        .respond(&headers, state.0.sender(&everything))
        .await
}

fn status(body: &serde_json::Value) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.to_string()).into_response()
}
