//! routes: every path of the server on one page.
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, Uri};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tidemark_shared::api::RUNS_PATH;

use crate::assets::inline_script_sources;
use crate::guard::{Guard, guard};
use crate::state::AppState;
use crate::{api, headers, host, metrics, operations, pages, paths, problem, runs, trace, webhook};

/// Every route but the app's own pages and files.
pub(crate) fn table() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/api/v1/manifest", get(api::manifest)),
        ("/api/v1/snapshots", get(api::snapshots)),
        (
            "/api/v1/snapshots/{id}/manifest",
            get(api::snapshot_manifest),
        ),
        ("/api/v1/snapshots/{id}/{file}", get(api::snapshot_file)),
        ("/api/v1/quality", get(api::quality)),
        ("/api/v1/lineage", get(api::lineage)),
        (RUNS_PATH, get(runs::list).post(runs::request)),
        ("/api/v1/runs/{id}", get(runs::one)),
        ("/api/openapi.json", get(operations::openapi)),
        (paths::HEALTH, get(operations::healthz)),
        ("/readyz", get(operations::readyz)),
        ("/metrics", get(operations::metrics)),
        // Only where the server is set up for it.
        (paths::STRIPE_WEBHOOK, post(webhook::stripe)),
    ]
}

/// The whole server as a router, for a listener or for tests in process.
pub fn router(state: AppState) -> Router {
    let scripts = state
        .0
        .page()
        .map(inline_script_sources)
        .unwrap_or_default();
    let policy = headers::content_security_policy(&scripts);
    let secure = move |response: Response| {
        let policy: HeaderValue = policy.clone();
        async move { headers::secure(response, policy) }
    };
    let mut router = Router::new();
    let webhook = state.0.stripe.is_some();
    for (path, methods) in table() {
        if path != paths::STRIPE_WEBHOOK || webhook {
            router = router.route(path, methods);
        }
    }
    // Layers run from the last one here to the first.
    router
        .fallback(pages::page_or_asset)
        .method_not_allowed_fallback(
            |uri: Uri| async move { problem::method_not_allowed(uri.path()) },
        )
        .layer(from_fn_with_state(
            Guard::new(&state.0.limits, webhook),
            guard,
        ))
        .layer(from_fn_with_state(state.0.hosts.clone(), host::check))
        .layer(from_fn(problem::render))
        .layer(map_response(secure))
        .layer(from_fn_with_state(
            Arc::clone(&state.0.metrics),
            metrics::count,
        ))
        .layer(from_fn(trace::trace))
        .with_state(state)
}
