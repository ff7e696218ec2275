//! A request to send, as often as it takes, and the answer it got.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::SyncError;

/// A request, complete but for the address and the credentials.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Option<(&'static str, Bytes)>,
    json: bool,
}

impl Call {
    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            json: true,
        }
    }

    /// Reads a path of the API; it may hold a query, as in the links an API gives to its next page.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Ends something the API keeps for us, such as a job.
    #[must_use]
    pub fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path).any_answer()
    }

    /// Sends a JSON body.
    #[must_use]
    pub fn post_json(path: &str, body: &serde_json::Value) -> Self {
        let mut call = Self::new(Method::POST, path);
        call.body = Some(("application/json", Bytes::from(body.to_string())));
        call
    }

    /// Sends a form.
    #[must_use]
    pub fn post_form(path: &str, form: &[(&str, &str)]) -> Self {
        let mut call = Self::new(Method::POST, path);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        call.body = Some(("application/x-www-form-urlencoded", Bytes::from(body)));
        call
    }

    /// Adds parameters; a name may come several times.
    #[must_use]
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.query.extend(owned);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        self
    }

    /// Takes answers that are no JSON.
    #[must_use]
    pub fn any_answer(mut self) -> Self {
        self.json = false;
        self
    }

    pub(crate) fn path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    pub(crate) fn wants_json(&self) -> bool {
        self.json
    }

    /// The request under an address. A link that leads to another host is refused: it would get the credentials.
    pub(crate) fn request(
        &self,
        http: &reqwest::Client,
        base: &Url,
    ) -> Result<RequestBuilder, String> {
        let mut url = base
            .join(&self.path)
            .map_err(|_| format!("the path {} cannot be read", self.path))?;
        if url.origin() != base.origin() {
            return Err(format!(
                "a link leads to {}, another host than {base}",
                url.origin().ascii_serialization()
            ));
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let accept = if self.json { "application/json" } else { "*/*" };
        let mut request = http
            .request(self.method.clone(), url)
            .header(ACCEPT, accept)
            .headers(self.headers.clone());
        if let Some((kind, body)) = &self.body {
            request = request.header(CONTENT_TYPE, *kind).body(body.clone());
        }
        Ok(request)
    }
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(crate) source: &'static str,
    /// Path of the call.
    pub path: String,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// The body as a type, which may borrow from it.
    ///
    /// # Errors
    /// [`SyncError::Protocol`] if it is something else; says where.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, SyncError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| SyncError::protocol(self.source, format!("{}: {error}", self.path)))
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long the server asks to wait: seconds, or a date on its own clock.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let asked = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = asked.parse::<f64>() {
            return Duration::try_from_secs_f64(seconds).ok();
        }
        let until = httpdate::parse_http_date(asked).ok()?;
        let now = httpdate::parse_http_date(self.header(DATE.as_str())?).ok()?;
        Some(until.duration_since(now).unwrap_or_default())
    }

    /// The body's beginning, for an error in words.
    #[must_use]
    pub fn beginning(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        text.chars().take(200).collect()
    }
}
