//! The only fetch of the app: the manifest, marts and reports of a snapshot, with errors a person
//! can act on.

use gloo_net::http::{Request, Response};
use js_sys::{Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use thiserror::Error;
use tidemark_shared::api::{
    Format, LINEAGE_PATH, Lineage, MANIFEST_PATH, Manifest, Problem, QUALITY_PATH, QualityReport,
    RUNS_PATH, Run, SNAPSHOTS_PATH, SnapshotEntry, manifest_url,
};
use tidemark_shared::wire::Decoder;
use tidemark_shared::{Columns, mart};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

/// The status of an answer to a session that has ended.
const SIGNED_OUT: u16 = 401;

/// Why something could not be loaded.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No answer at all.
    #[error("The server did not answer. Check your connection and try again.")]
    Unreachable,
    /// An answer that is an error.
    #[error("{title}: {detail} ({status}, {path})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Short name of the problem.
        title: String,
        /// What happened, in the words of the server.
        detail: String,
        /// The path asked for.
        path: String,
    },
    /// An answer that is not what it should be.
    #[error("{path} could not be read: {reason}")]
    Unreadable {
        /// The path asked for.
        path: String,
        /// Why it could not be read.
        reason: String,
    },
    /// The snapshot lacks the mart.
    #[error(
        "There is no table {0} here: your account may not read it, or an older version built this snapshot."
    )]
    NoMart(&'static str),
}

/// The manifest of a snapshot; without an id, of the latest.
pub(crate) async fn manifest(snapshot: Option<&str>) -> Result<Manifest, ApiError> {
    match snapshot {
        Some(id) => json(&manifest_url(id)).await,
        None => json(MANIFEST_PATH).await,
    }
}

/// A mart of the manifest's snapshot, decoded.
pub(crate) async fn mart(manifest: &Manifest, name: &'static str) -> Result<Columns, ApiError> {
    let entry = manifest.mart(name);
    let url = entry.and_then(|entry| entry.urls.get(&Format::Arrow));
    let (Some(url), Some(spec)) = (url, mart::find(name)) else {
        return Err(ApiError::NoMart(name));
    };
    let response = answer(url).await?;
    let broken = |error| unreadable(url, error);
    let rows = entry.map_or(0, |entry| entry.rows as usize);
    let mut decoder = Decoder::new(spec, rows);
    // Read while it arrives: the bytes are never in memory as a whole, and no piece keeps the page
    // waiting.
    if let Some(body) = response.body() {
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        while let Some(piece) = next_piece(&reader).await? {
            let length = piece.length() as usize;
            decoder
                .push_with(length, |room| piece.copy_to(room))
                .map_err(broken)?;
        }
    }
    decoder.finish().map_err(broken)
}

/// The next bytes of an answer's body; none at its end.
async fn next_piece(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, ApiError> {
    let piece = JsFuture::from(reader.read()).await;
    let value = piece.and_then(|piece| Reflect::get(&piece, &"value".into()));
    let value = value.map_err(|_| ApiError::Unreachable)?;
    Ok(value.dyn_into().ok())
}

/// The checks and findings of the current snapshot.
pub(crate) async fn quality() -> Result<QualityReport, ApiError> {
    json(QUALITY_PATH).await
}

/// The graph of tables behind the current snapshot.
pub(crate) async fn lineage() -> Result<Lineage, ApiError> {
    json(LINEAGE_PATH).await
}

/// The snapshots that are kept, newest first.
pub(crate) async fn snapshots() -> Result<Vec<SnapshotEntry>, ApiError> {
    json(SNAPSHOTS_PATH).await
}

/// The latest runs, newest first.
pub(crate) async fn runs() -> Result<Vec<Run>, ApiError> {
    json(RUNS_PATH).await
}

async fn json<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    let body = answer(path).await?.binary().await;
    let bytes = body.map_err(|_| ApiError::Unreachable)?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(path, error))
}

/// The answer to a request, if it is a good one.
async fn answer(path: &str) -> Result<Response, ApiError> {
    let sent = Request::get(path).send().await;
    let response = sent.map_err(|_| ApiError::Unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    if response.status() == SIGNED_OUT {
        sign_in();
    }
    let body = response.binary().await.map_err(|_| ApiError::Unreachable)?;
    Err(refused(path, response.status(), &body))
}

/// Leads to the sign-in page, which returns to the view that is shown.
fn sign_in() {
    let location = web_sys::window().map(|window| window.location());
    let Some(location) = location else {
        return;
    };
    let here = |part: Result<String, _>| part.unwrap_or_default();
    let view = format!("{}{}", here(location.pathname()), here(location.search()));
    let next = js_sys::encode_uri_component(&view);
    // Where that fails, the error that follows says what to do.
    let _ = location.assign(&format!("/login?next={next}"));
}

fn refused(path: &str, status: u16, body: &[u8]) -> ApiError {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let (title, detail) = match problem {
        Some(problem) => (problem.title, problem.detail.unwrap_or_default()),
        None => ("The server refused".to_owned(), String::new()),
    };
    ApiError::Refused {
        status,
        title,
        detail,
        path: path.to_owned(),
    }
}

fn unreadable(path: &str, reason: impl ToString) -> ApiError {
    ApiError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_the_server_said() {
        let body = br#"{"type":"about:blank","title":"No snapshot","status":404,"detail":"Build one first."}"#;
        let text = refused("/api/v1/manifest", 404, body).to_string();
        assert_eq!(
            text,
            "No snapshot: Build one first. (404, /api/v1/manifest)"
        );
    }

    #[test]
    fn an_error_without_a_problem_document_still_says_where() {
        let text = refused("/api/v1/manifest", 502, b"<html>").to_string();
        assert!(
            text.contains("502") && text.contains("/api/v1/manifest"),
            "{text}"
        );
    }
}
