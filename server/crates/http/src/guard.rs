//! guard: turns hostile or oversized requests away before any handler sees them, and bounds how
//! many are answered at once and for how long.
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use crate::options::{Limits, per_client};
use crate::problem;
use crate::shares::{Peer, Shares};
use crate::{paths, webhook};

/// What the guard needs to know.
#[derive(Clone)]
pub(crate) struct Guard {
    places: Arc<Shares>,
    request_timeout: Duration,
    max_uri: usize,
    max_body: u64,
    /// Whether there is a webhook, the one address with a larger limit.
    webhook: bool,
}

impl Guard {
    pub(crate) fn new(limits: &Limits, webhook: bool) -> Self {
        Self {
            places: Shares::new(limits.requests, per_client(limits.requests)),
            request_timeout: limits.request_timeout,
            max_uri: limits.uri_bytes,
            max_body: limits.body_bytes,
            webhook,
        }
    }

    fn max_body(&self, path: &str) -> u64 {
        if self.webhook && path == paths::STRIPE_WEBHOOK {
            webhook::MAX_BODY as u64
        } else {
            self.max_body
        }
    }
}

/// The middleware.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if let Some(detail) = too_long(request.uri(), guard.max_uri) {
        return problem::response(StatusCode::URI_TOO_LONG, detail);
    }
    if let Some(detail) = hostile(request.uri().path()) {
        return problem::response(StatusCode::BAD_REQUEST, detail);
    }
    let path = request.uri().path();
    let max_body = guard.max_body(path);
    let length = request.headers().get(CONTENT_LENGTH).map(length_of);
    if length.is_some_and(|length| length > max_body) {
        let detail = format!("This address takes no body of more than {max_body} bytes.");
        return problem::response(StatusCode::PAYLOAD_TOO_LARGE, detail);
    }
    // Whether the process is alive must be seen however busy it is.
    if path == paths::HEALTH {
        return next.run(request).await;
    }
    let Some(_place) = guard.places.take(Peer::of(request.extensions())) else {
        return problem::busy("Too many requests are being answered; try again in a moment.");
    };
    let answered = timeout(guard.request_timeout, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        tracing::error!("a request was given up: its answer took too long");
        problem::busy("The answer took too long; try again later.")
    })
}

/// The announced length; one that does not fit the number is a large one.
fn length_of(value: &HeaderValue) -> u64 {
    let text = value.to_str().ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(u64::MAX)
}
fn too_long(uri: &Uri, limit: usize) -> Option<String> {
    let length = uri.path_and_query().map_or(0, |text| text.as_str().len());
    (length > limit).then(|| format!("The address has {length} bytes; the limit is {limit}."))
}

/// Why a path is refused, if it is: no path of this server needs an escape that could change its meaning.
fn hostile(path: &str) -> Option<&'static str> {
    if path.contains("//") {
        return Some("The path has an empty segment (`//`).");
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Some("The path has a `%` that starts no escape.");
        };
        match (high * 16 + low) as u8 {
            b'/' | b'\\' | b'%' => return Some("The path has an escaped `/`, `\\` or `%`."),
            byte => decoded.push(byte),
        }
    }
    if decoded
        .iter()
        .any(|byte| byte.is_ascii_control() || *byte == b'\\')
    {
        return Some("The path has a control character or a backslash.");
    }
    let Ok(text) = String::from_utf8(decoded) else {
        return Some("The path is not UTF-8.");
    };
    let dots = |segment: &str| segment == ".." || segment == ".";
    text.split('/')
        .any(dots)
        .then_some("The path has a `.` or `..` segment.")
}

#[cfg(test)]
mod tests {
    use super::hostile;

    #[test]
    fn paths_that_mean_something_else_are_hostile() {
        for path in [
            "//",
            "/a//b",
            "/..",
            "/../x",
            "/a/./b",
            "/%2e%2e/x",
            "/..%2fx",
            "/%2F",
            "/%5c",
            "/\\x",
            "/%00",
            "/a%0d%0ab",
            "/%",
            "/%f",
            "/%zz",
            "/%ff",
            "/%252e",
            "/%7f",
        ] {
            assert!(hostile(path).is_some(), "{path}");
        }
        for path in [
            "/",
            "/api/v1/manifest",
            "/a..b",
            "/...",
            "/%C3%A9",
            "/a%20b",
            "/app-0f_bg.wasm",
        ] {
            assert_eq!(hostile(path), None, "{path}");
        }
    }
}
