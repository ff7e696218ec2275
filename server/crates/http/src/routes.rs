//! routes: every path of the server on one page, and what each needs where people sign in.
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, Uri};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tidemark_access::Role::{Operator, Viewer};
use tidemark_access::Scope::{Read, Run};
use tidemark_shared::api::RUNS_PATH;

use crate::assets::inline_script_sources;
use crate::gate::Need::{Anyone, Nothing, Person, Role};
use crate::gate::Needs::{All, Files, ReadAndWrite};
use crate::gate::{self, Needs};
use crate::guard::{Guard, guard};
use crate::state::AppState;
use crate::{api, headers, host, metrics, operations, pages, paths, problem, runs, trace, webhook};

/// A path, what it needs and what answers it.
pub(crate) type Route = (&'static str, Needs, MethodRouter<AppState>);

/// Every route but the app's own pages and files. A page needs a viewer, the program's files nothing;
/// a path that has no line here is not found.
#[rustfmt::skip]
pub(crate) fn table() -> Vec<Route> {
    vec![
        ("/api/v1/manifest",                All(Role(Viewer, Read)),    get(api::manifest)),
        ("/api/v1/snapshots",               All(Role(Viewer, Read)),    get(api::snapshots)),
        ("/api/v1/snapshots/{id}/manifest", All(Role(Viewer, Read)),    get(api::snapshot_manifest)),
        // What the app reads needs a viewer, every other file an analyst with scope export.
        ("/api/v1/snapshots/{id}/{file}",   Files,                      get(api::snapshot_file)),
        ("/api/v1/quality",                 All(Role(Viewer, Read)),    get(api::quality)),
        ("/api/v1/lineage",                 All(Role(Viewer, Read)),    get(api::lineage)),
        // A failed step names records of any policy, so the history is for those who run it.
        (RUNS_PATH, ReadAndWrite(Role(Operator, Read), Role(Operator, Run)), get(runs::list).post(runs::request)),
        ("/api/v1/runs/{id}",               All(Role(Operator, Read)),  get(runs::one)),
        ("/api/v1/me",                      All(Anyone),                get(gate::me)),
        ("/api/openapi.json",               All(Nothing),               get(operations::openapi)),
        (paths::HEALTH,                     All(Nothing),               get(operations::healthz)),
        // Shows anyone whether it is ready, and operators why it is not.
        (paths::READY,                      All(Anyone),                get(operations::readyz)),
        ("/metrics",                        All(Role(Operator, Read)),  get(operations::metrics)),
        // Only where the server is set up for it; signed by Stripe.
        (paths::STRIPE_WEBHOOK,             All(Nothing),               post(webhook::stripe)),
    ]
}

/// The server's own pages, only where people sign in.
#[rustfmt::skip]
pub(crate) fn sign_in_table() -> Vec<Route> {
    vec![
        (gate::STYLE,               All(Nothing), get(gate::style)),
        (gate::SIGN_IN,             All(Anyone),  get(gate::sign_in_page).post(gate::sign_in)),
        (gate::SIGN_OUT,            All(Anyone),  get(gate::sign_out_page).post(gate::sign_out)),
        (gate::ACCOUNT,             All(Person),  get(gate::account)),
        ("/account/sessions",       All(Person),  post(gate::end_sessions)),
        ("/account/tokens",         All(Person),  post(gate::make_token)),
        ("/account/tokens/{id}",    All(Person),  post(gate::revoke_token)),
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
    let mut routes = table();
    routes.retain(|(path, ..)| *path != paths::STRIPE_WEBHOOK || webhook);
    if state.0.gate.is_some() {
        routes.extend(sign_in_table());
    }
    let needs = routes.iter().map(|(path, needs, _)| (*path, *needs));
    let needs: gate::Table = Arc::new(needs.collect());
    for (path, _, methods) in routes {
        router = router.route(path, methods);
    }
    // Layers run from the last one here to the first.
    router
        .fallback(pages::page_or_asset)
        .method_not_allowed_fallback(
            |uri: Uri| async move { problem::method_not_allowed(uri.path()) },
        )
        .layer(from_fn_with_state((state.clone(), needs), gate::resolve))
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
