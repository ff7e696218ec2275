//! me: who the client is taken for, for the app and for programs.
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{SIGN_IN, Visitor};
use crate::state::AppState;

/// Answers with the mode, and with name, role and policy of a client that is known.
pub(crate) async fn me(
    State(state): State<AppState>,
    visitor: Option<Extension<Visitor>>,
) -> Response {
    let mode = state
        .0
        .gate
        .as_ref()
        .map_or("none", |gate| gate.settings.mode.name());
    let mut body = json!({"mode": mode});
    match visitor {
        Some(Extension(Visitor(identity))) => {
            body["name"] = json!(identity.name);
            body["role"] = json!(identity.role.name());
            body["policy"] = json!(identity.policy);
        }
        None if state.0.gate.is_some() => body["sign_in"] = json!(SIGN_IN),
        None => {}
    }
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.to_string()).into_response()
}
