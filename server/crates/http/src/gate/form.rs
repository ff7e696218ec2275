//! form: the fields of a form that a page of this server sent.
use std::collections::BTreeMap;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::Response;

use crate::problem;
use crate::shares::Peer;
use crate::state::AppState;

/// Largest form, in bytes.
const MAX_BODY: usize = 8 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// The fields by name; of several of one name the last counts.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a request's body as a form.
    pub(crate) async fn read(
        state: &AppState,
        request: Request,
    ) -> Result<(Parts, Self), Box<Response>> {
        let (parts, body) = request.into_parts();
        let content_type = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.starts_with(FORM)) {
            let detail = "This address takes a form of one of this server's pages.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Box::new(problem::response(status, detail)));
        }
        let client = Peer::of(&parts.extensions);
        let body = state.0.bodies.read(body, MAX_BODY, client).await?;
        let fields = form_urlencoded::parse(&body).into_owned().collect();
        Ok((parts, Self(fields)))
    }

    /// A field's value; empty if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// The value of a parameter in an address; empty if it is not there.
pub(crate) fn parameter(query: Option<&str>, name: &str) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let found = pairs.into_owned().find(|(key, _)| key == name);
    found.map(|(_, value)| value).unwrap_or_default()
}
