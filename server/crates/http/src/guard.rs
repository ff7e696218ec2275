//! guard: turns hostile or oversized requests away before any handler sees them.
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::options::Limits;
use crate::{problem, webhook};

/// What the guard needs to know.
#[derive(Clone)]
pub(crate) struct Guard {
    permits: Arc<Semaphore>,
    max_uri: usize,
    max_body: u64,
    /// Whether there is a webhook, the one address with a limit of its own.
    webhook: bool,
}

impl Guard {
    pub(crate) fn new(limits: &Limits, webhook: bool) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(limits.requests)),
            max_uri: limits.uri_bytes,
            max_body: limits.body_bytes,
            webhook,
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
    let length = request.headers().get(CONTENT_LENGTH);
    // A length that does not fit the number is a large one.
    let length = length.map(|value| {
        value
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(u64::MAX)
    });
    let max_body = if guard.webhook && request.uri().path() == webhook::PATH {
        webhook::MAX_BODY
    } else {
        guard.max_body
    };
    if length.is_some_and(|length| length > max_body) {
        let detail = format!("This address takes no body of more than {max_body} bytes.");
        return problem::response(StatusCode::PAYLOAD_TOO_LARGE, detail);
    }
    let Ok(_permit) = guard.permits.try_acquire() else {
        let detail = "Too many requests are being answered; try again in a moment.";
        let mut response = problem::response(StatusCode::SERVICE_UNAVAILABLE, detail);
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    next.run(request).await
}

fn too_long(uri: &Uri, limit: usize) -> Option<String> {
    let length = uri.path_and_query().map_or(0, |text| text.as_str().len());
    (length > limit).then(|| format!("The address has {length} bytes; at most {limit} are taken."))
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
