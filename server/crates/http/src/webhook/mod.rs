//! webhook: Stripe reports what has changed, and a small file per event marks it for the next sync.
//!
//! An event is accepted only with Stripe's signature, and only names of it are stored: which event,
//! of which type, about which object. No customer data is stored, nothing is computed.
mod inbox;
mod signature;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::blocking::blocking;
use crate::problem;
use crate::shares::Peer;
use crate::state::AppState;
use inbox::Marked;
use signature::{Refusal, Signature};

/// Largest body, in bytes; Stripe's own are far smaller.
pub(crate) const MAX_BODY: usize = 256 * 1024;

const SIGNATURE: HeaderName = HeaderName::from_static("stripe-signature");

/// Takes an event. Stripe sends it again, for days, until it gets a 2xx response.
pub(crate) async fn stripe(State(state): State<AppState>, request: Request) -> Response {
    let Some(webhook) = &state.0.stripe else {
        // The router has this route only together with its settings.
        return problem::response(StatusCode::NOT_FOUND, "There is no such address.");
    };
    let (parts, body) = request.into_parts();
    let header = parts.headers.get(SIGNATURE);
    let header = header.and_then(|value| value.to_str().ok());
    let signature = match Signature::parse(header) {
        Ok(signature) => signature,
        Err(reason) => return unsigned(reason),
    };
    let client = Peer::of(&parts.extensions);
    let body = match state.0.bodies.read(body, MAX_BODY, client).await {
        Ok(body) => body,
        Err(refused) => return *refused,
    };
    if let Err(reason) = signature.verify(&body, &webhook.secrets, (webhook.now)()) {
        return unsigned(reason);
    }
    let event: Option<Value> = serde_json::from_slice(&body).ok();
    let Some(marked) = event.as_ref().and_then(Marked::from_event) else {
        let detail = "The body is not a Stripe event with an id, a type, a time and an object.";
        return problem::response(StatusCode::BAD_REQUEST, detail);
    };
    let folder = webhook.inbox.clone();
    match blocking(move || marked.store(&folder)).await {
        Ok(Ok(())) => {
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, r#"{"received":true}"#).into_response()
        }
        Ok(Err(error)) => {
            let folder = webhook.inbox.display();
            tracing::error!(%error, %folder, "a Stripe webhook could not be stored");
            let detail = "The event could not be stored; send it again later.";
            problem::response(StatusCode::INTERNAL_SERVER_ERROR, detail)
        }
        Err(error) => error.into_response(),
    }
}

/// The client gets one answer for every reason, so that it learns nothing by trying.
fn unsigned(reason: Refusal) -> Response {
    tracing::warn!(%reason, "a Stripe webhook was refused");
    let detail = "The request is not signed as Stripe signs its webhooks.";
    problem::response(StatusCode::FORBIDDEN, detail)
}
