//! resource: one thing to be served, in the encodings it exists in; conditional requests and negotiation happen here alone.
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use tidemark_snapshot::{Encoding, compress, sha256_hex};

use crate::negotiate;
use crate::problem::ApiError;
use crate::published::{Opened, Published};

/// How long a client may keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// The address names the content: for ever.
    Immutable,
    /// Ask each time whether it is still the same.
    Revalidate,
}

impl Caching {
    const fn header(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
        }
    }
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
    Stored { snapshot: Arc<Opened>, name: String },
}

impl Variant {
    /// Bytes at hand.
    pub(crate) fn ready(encoding: Encoding, bytes: Bytes) -> Self {
        Self {
            encoding,
            etag: etag(&sha256_hex(&bytes)),
            content: Content::Ready(bytes),
        }
    }

    /// A file of a snapshot, read when it is needed; `None` if the snapshot does not have it.
    pub(crate) fn stored(encoding: Encoding, snapshot: &Arc<Opened>, name: String) -> Option<Self> {
        let entry = snapshot.snapshot.entry_of(&name)?;
        Some(Self {
            encoding,
            etag: etag(&entry.sha256),
            content: Content::Stored {
                snapshot: Arc::clone(snapshot),
                name,
            },
        })
    }
}

/// A strong validator: the start of the checksum of exactly the bytes sent.
fn etag(sha256: &str) -> HeaderValue {
    let digits = sha256.get(..32).unwrap_or(sha256);
    HeaderValue::try_from(format!("\"{digits}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Resource {
    /// A small document made at run time, encoded here and now.
    pub(crate) fn document(content_type: &'static str, caching: Caching, bytes: Vec<u8>) -> Self {
        let variants = Encoding::ALL.map(|encoding| {
            let encoded = match encoding {
                Encoding::Identity => bytes.clone(),
                Encoding::Brotli => compress::brotli(&bytes),
                Encoding::Gzip => compress::gzip(&bytes),
            };
            Variant::ready(encoding, encoded.into())
        });
        Self {
            content_type,
            caching,
            variants: variants.into(),
        }
    }

    /// The same thing at an address that does not name its content.
    pub(crate) fn revalidated(mut self) -> Self {
        self.caching = Caching::Revalidate;
        self
    }

    /// Answers a request: 304 if the client has it, else the whole of it.
    pub(crate) async fn respond(
        &self,
        headers: &HeaderMap,
        published: &Published,
    ) -> Result<Response, ApiError> {
        let variant = self.choose(headers)?;
        if has(headers, &variant.etag) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.describe(variant, response.headers_mut());
            return Ok(response);
        }
        self.send(variant, published).await
    }

    /// Answers with a status of the caller's, whatever the client may have.
    pub(crate) async fn respond_with(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        published: &Published,
    ) -> Result<Response, ApiError> {
        let mut response = self.send(self.choose(headers)?, published).await?;
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

    async fn send(&self, variant: &Variant, published: &Published) -> Result<Response, ApiError> {
        let bytes = match &variant.content {
            Content::Ready(bytes) => bytes.clone(),
            Content::Stored { snapshot, name } => published.file(snapshot, name).await?,
        };
        let length = HeaderValue::from(bytes.len());
        let mut response = Response::new(Body::from(bytes));
        let headers = response.headers_mut();
        self.describe(variant, headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CONTENT_LENGTH, length);
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

/// Whether `If-None-Match` names the validator; the comparison is the weak one, as the RFC has it.
fn has(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).into_iter();
    let lists = values.filter_map(|value| value.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|tag| {
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes()
    })
}
