//! webhook: Stripe says what has changed, and a small file per event remembers it for the next sync.
//!
//! The one address that takes a body. What arrives is believed only with Stripe's signature, and of it only names
//! are kept: which event, of which type, about which object. No customer data is stored, nothing is computed.
mod inbox;
mod signature;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use crate::problem;
use crate::published::blocking;
use crate::state::AppState;
use inbox::Marked;

/// The address; it exists only where the server is set up for it.
pub(crate) const PATH: &str = "/api/v1/webhooks/stripe";
/// Largest body, in bytes; Stripe's own are far smaller.
pub(crate) const MAX_BODY: u64 = 256 * 1024;

const SIGNATURE: HeaderName = HeaderName::from_static("stripe-signature");

/// Takes an event. Whatever the answer is but 2xx, Stripe sends it again, for days.
pub(crate) async fn stripe(State(state): State<AppState>, request: Request) -> Response {
    let Some(webhook) = &state.0.stripe else {
        // The router has this route only together with its settings.
        return problem::response(StatusCode::NOT_FOUND, "There is no such address.");
    };
    let (parts, body) = request.into_parts();
    let body = match read(body, &state).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let header = parts.headers.get(SIGNATURE);
    let header = header.and_then(|value| value.to_str().ok());
    if let Err(reason) = signature::verify(header, &body, &webhook.secrets, (webhook.now)()) {
        // The client is told one thing for all of these, so that it learns nothing by trying.
        tracing::warn!(%reason, "a Stripe webhook was refused");
        let detail = "The request is not signed as Stripe signs its webhooks.";
        return problem::response(StatusCode::BAD_REQUEST, detail);
    }
    let event: Option<Value> = serde_json::from_slice(&body).ok();
    let Some(marked) = event.as_ref().and_then(Marked::from_event) else {
        let detail = "The body is no Stripe event with an id, a type, a time and an object.";
        return problem::response(StatusCode::BAD_REQUEST, detail);
    };
    let folder = webhook.inbox.clone();
    match blocking(move || marked.keep(&folder)).await {
        Ok(Ok(())) => {
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, r#"{"received":true}"#).into_response()
        }
        Ok(Err(error)) => {
            let folder = webhook.inbox.display();
            tracing::error!(%error, %folder, "a Stripe webhook could not be kept");
            let detail = "The event could not be kept; send it again later.";
            problem::response(StatusCode::INTERNAL_SERVER_ERROR, detail)
        }
        Err(error) => error.into_response(),
    }
}

/// The whole body, within its bounds of size and time.
async fn read(body: Body, state: &AppState) -> Result<Bytes, Response> {
    let limit = usize::try_from(MAX_BODY).unwrap_or(usize::MAX);
    match timeout(state.0.limits.header_timeout, to_bytes(body, limit)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => {
            let detail = format!("The body is cut off, or has more than {MAX_BODY} bytes.");
            Err(problem::response(StatusCode::PAYLOAD_TOO_LARGE, detail))
        }
        Err(_) => {
            let detail = "The body did not arrive in time.";
            Err(problem::response(StatusCode::REQUEST_TIMEOUT, detail))
        }
    }
}
