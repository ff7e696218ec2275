//! resource: one thing to be served, in the encodings it exists in; conditional requests and
//! negotiation happen here alone.
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use tidemark_snapshot::{Encoding, sha256_hex};

use crate::document::Document;
use crate::negotiate;
use crate::opened::Opened;
use crate::problem::ApiError;
use crate::published::Published;
use crate::stream::{self, Budget};

/// How long a client may reuse a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// The address names the content: for ever, in the client's own cache. Shared caches store
    /// nothing, since they do not know who may read it.
    Immutable,
    /// Ask each time whether it is still the same.
    Revalidate,
}

impl Caching {
    const fn header(self) -> &'static str {
        match self {
            Self::Immutable => "private, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
        }
    }
}

/// What sending the content of a resource needs.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) published: &'a Published,
    pub(crate) budget: &'a Arc<Budget>,
}

/// One thing to be served.
#[derive(Clone)]
pub(crate) struct Resource {
    pub(crate) content_type: &'static str,
    pub(crate) caching: Caching,
    pub(crate) variants: Vec<Variant>,
}

/// The thing in one encoding.
#[derive(Clone)]
pub(crate) struct Variant {
    encoding: Encoding,
    etag: HeaderValue,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Ready(Bytes),
    Document(Arc<Document>),
    Stored {
        snapshot: Arc<Opened>,
        name: String,
        length: u64,
    },
}

impl Variant {
    /// Bytes of the program.
    pub(crate) fn ready(encoding: Encoding, bytes: Bytes) -> Self {
        Self {
            encoding,
            etag: etag(&start_of(&sha256_hex(&bytes))),
            content: Content::Ready(bytes),
        }
    }

    /// A file of a snapshot, read when it is needed; `None` if the snapshot does not have it.
    pub(crate) fn stored(encoding: Encoding, snapshot: &Arc<Opened>, name: String) -> Option<Self> {
        let entry = snapshot.snapshot.entry_of(&name)?;
        Some(Self {
            encoding,
            etag: etag(&start_of(&entry.sha256)),
            content: Content::Stored {
                length: entry.bytes,
                snapshot: Arc::clone(snapshot),
                name,
            },
        })
    }
}

fn start_of(sha256: &str) -> String {
    sha256.chars().take(32).collect()
}

/// A strong validator of the bytes sent.
fn etag(text: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{text}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Resource {
    /// A small JSON document made at run time.
    pub(crate) fn document(caching: Caching, document: &Arc<Document>) -> Self {
        let variants = Encoding::ALL.map(|encoding| Variant {
            encoding,
            etag: etag(&document.validator(encoding)),
            content: Content::Document(Arc::clone(document)),
        });
        Self {
            content_type: "application/json",
            caching,
            variants: variants.into(),
        }
    }

    /// Answers a request: 304 if the client has it, else the whole of it.
    pub(crate) async fn respond(
        &self,
        headers: &HeaderMap,
        sender: Sender<'_>,
    ) -> Result<Response, ApiError> {
        let variant = self.choose(headers)?;
        if has(headers, &variant.etag) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.describe(variant, response.headers_mut());
            return Ok(response);
        }
        self.send(variant, sender).await
    }

    /// Answers with the caller's status, whatever the client may have.
    pub(crate) async fn respond_with(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        sender: Sender<'_>,
    ) -> Result<Response, ApiError> {
        let mut response = self.send(self.choose(headers)?, sender).await?;
        *response.status_mut() = status;
        Ok(response)
    }

    fn choose(&self, headers: &HeaderMap) -> Result<&Variant, ApiError> {
        let available: Vec<Encoding> = self.variants.iter().map(|v| v.encoding).collect();
        let chosen = negotiate::choose(headers, &available);
        let found = self.variants.iter().find(|v| Some(v.encoding) == chosen);
        found.ok_or_else(|| {
            let names: Vec<&str> = available.iter().map(|e| e.coding()).collect();
            ApiError::NotAcceptable(names.join(", "))
        })
    }

    async fn send(&self, variant: &Variant, sender: Sender<'_>) -> Result<Response, ApiError> {
        let (length, body) = match &variant.content {
            Content::Ready(bytes) => (bytes.len() as u64, Body::from(bytes.clone())),
            Content::Document(document) => {
                let bytes = document.encoded(variant.encoding).await?;
                (bytes.len() as u64, Body::from(bytes))
            }
            Content::Stored {
                snapshot,
                name,
                length,
            } => {
                let file = sender.published.file(snapshot, name).await?;
                (*length, stream::body(file, *length, sender.budget))
            }
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        self.describe(variant, headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if variant.encoding != Encoding::Identity {
            let coding = HeaderValue::from_static(variant.encoding.coding());
            headers.insert(CONTENT_ENCODING, coding);
        }
        Ok(response)
    }

    /// The headers a 304 and a 200 share.
    fn describe(&self, variant: &Variant, headers: &mut HeaderMap) {
        headers.insert(ETAG, variant.etag.clone());
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static(self.caching.header()),
        );
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}

/// Whether `If-None-Match` names the validator; the RFC asks for the weak comparison here.
fn has(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).into_iter();
    let lists = values.filter_map(|value| value.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|tag| {
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes()
    })
}
