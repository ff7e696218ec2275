//! origin: refuses requests that another site's page makes a browser send.
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderName, HeaderValue, Method};

use super::Gate;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request may change something: it reads, or a browser says that a page of this server
/// sent it. A browser sends one of the two headers; a request without either is refused.
pub(crate) fn is_own(gate: &Gate, request: &Request) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return true;
    }
    let header = |name: &HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    let site = header(&SEC_FETCH_SITE);
    let origin = header(&ORIGIN);
    let own_site = site.is_none_or(|site| site == b"same-origin");
    let own_origin = origin.is_none_or(|origin| {
        let host = header(&HOST).and_then(|host| str::from_utf8(host).ok());
        let here = host.map(|host| format!("http://{host}"));
        let is_public = gate
            .origin
            .as_deref()
            .is_some_and(|own| own.as_bytes() == origin);
        // Behind TLS only the public address counts: a page fetched without TLS may be anyone's.
        is_public || (!gate.is_https() && here.is_some_and(|here| here.as_bytes() == origin))
    });
    (site.is_some() || origin.is_some()) && own_site && own_origin
}
