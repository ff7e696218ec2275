//! headers: security headers of every response.
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;

use crate::gate::FormPage;

const OTHERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// The content security policy of the server's own pages: no script, and forms to this server alone.
const FORM_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The content security policy. `scripts` are the hashes of scripts written into the page itself:
/// nothing else that is inline runs, and nothing is evaluated but WebAssembly.
pub(crate) fn content_security_policy(scripts: &[String]) -> HeaderValue {
    let scripts: String = scripts.iter().map(|hash| format!(" {hash}")).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Adds the headers to a response.
pub(crate) fn secure(mut response: Response, policy: HeaderValue) -> Response {
    let is_form = response.extensions().get::<FormPage>().is_some();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in OTHERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_form {
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(FORM_POLICY),
        );
        // Without a referrer browsers send no origin with a form, which the server checks.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}
