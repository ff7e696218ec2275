//! trace: gives each request an id, in its response and in every line logged for it, and logs one
//! line when it is answered.
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

/// The header with the id: of a proxy that gives ids already, and of every response.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id accepted from a request, in bytes.
const MAX_ID: usize = 64;

/// The middleware. The path is logged, the query is not: it holds what a person searched for.
pub(crate) async fn trace(request: Request, next: Next) -> Response {
    let id = request.headers().get(&REQUEST_ID);
    let id = id.filter(|id| is_id(id)).cloned().unwrap_or_else(new_id);
    let text = id.to_str().unwrap_or_default();
    // At the highest level, so that errors have the id whatever is logged.
    let span = tracing::error_span!("request", id = text);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(%method, path, status, milliseconds, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Whether an id may go into the log as it is.
fn is_id(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    !bytes.is_empty() && bytes.len() <= MAX_ID && bytes.iter().all(plain)
}

/// Returns a new id: 16 hexadecimal digits, half of them random by process, half a counter.
fn new_id() -> HeaderValue {
    static PROCESS: LazyLock<u32> = LazyLock::new(|| RandomState::new().hash_one(0_u8) as u32);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed) as u32;
    let text = format!("{:08x}{count:08x}", *PROCESS);
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("-"))
}
