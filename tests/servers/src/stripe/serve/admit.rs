//! Who is let in: keys, the version, the pace of requests, and what a key may read.
use std::collections::BTreeSet;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::stripe::VERSION;
use crate::stripe::error::{StripeError, masked};
use crate::stripe::expand::Expand;
use crate::stripe::kinds::Kind;
use crate::stripe::store::{Inner, Store};

const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const REASON: HeaderName = HeaderName::from_static("stripe-rate-limited-reason");

/// The key a request was made with.
#[derive(Debug, Clone)]
pub(super) struct Key(String);

/// Lets a request in if its key, its version and its pace are right.
pub(super) async fn admit(
    State(store): State<Store>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("unknown", MatchedPath::as_str);
    let endpoint = format!("{} {path}", request.method());
    let (number, admitted) = {
        let mut inner = store.lock();
        let admitted = authorized(&inner, request.headers()).and_then(|key| {
            version(request.headers())?;
            if inner.over_the_limit(&endpoint) {
                return Err(StripeError::too_many());
            }
            Ok(key)
        });
        (inner.number(), admitted)
    };
    let mut response = match admitted {
        Ok(key) => {
            request.extensions_mut().insert(Key(key));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(STRIPE_VERSION, HeaderValue::from_static(VERSION));
    if let Ok(id) = HeaderValue::from_str(&format!("req_{number:014}")) {
        headers.insert(REQUEST_ID, id);
    }
    if response.status() == 429 {
        let reason = HeaderValue::from_static("endpoint-rate");
        response.headers_mut().insert(REASON, reason);
    }
    response
}

/// The key, if there is one and it exists: as a bearer token, or as the name of basic authentication.
fn authorized(inner: &Inner, headers: &HeaderMap) -> Result<String, StripeError> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = match header.and_then(|header| header.split_once(' ')) {
        Some(("Bearer", key)) => Some(key.trim().to_owned()),
        Some(("Basic", coded)) => decoded(coded.trim()),
        _ => None,
    };
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err(StripeError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, \
             using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    if inner.keys.contains_key(&key) {
        return Ok(key);
    }
    let message = format!("Invalid API Key provided: {}", masked(&key));
    Err(StripeError::unauthorized(message))
}

/// The name in the coded form of basic authentication.
fn decoded(base64: &str) -> Option<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in base64.trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == letter)?;
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(name, _)| name.to_owned())
}

/// Only the version this server speaks: a client that leaves it out gets its account's, whatever that is.
fn version(headers: &HeaderMap) -> Result<(), StripeError> {
    let version = headers
        .get(STRIPE_VERSION)
        .and_then(|value| value.to_str().ok());
    match version {
        Some(VERSION) => Ok(()),
        other => Err(StripeError::invalid(
            "Stripe-Version",
            format!(
                "Invalid Stripe API version: {}; this server speaks {VERSION} and wants it named",
                other.unwrap_or("none")
            ),
        )),
    }
}

/// Refuses what the key may not read.
pub(super) fn permit(
    inner: &Inner,
    key: &Key,
    kind: Kind,
    expand: &Expand,
) -> Result<(), StripeError> {
    let nothing = BTreeSet::new();
    let allowed = inner.keys.get(&key.0).unwrap_or(&nothing);
    for kind in [&kind].into_iter().chain(&expand.kinds) {
        if !allowed.contains(kind) {
            return Err(StripeError::forbidden(&key.0, *kind));
        }
    }
    Ok(())
}
