//! Stripe's API as of version 2025-09-30.clover.
use axum::http::StatusCode;

/// Stripe's error document for a status.
#[must_use]
pub fn words(status: StatusCode) -> String {
    let kind = "api_error";
    let message = "An unknown error occurred";
    let code = if status == StatusCode::TOO_MANY_REQUESTS {
        r#""code":"rate_limit","#
    } else {
        ""
    };
    format!(r#"{{"error":{{{code}"message":"{message}","type":"{kind}"}}}}"#)
}
