//! api: the published data: manifests, marts and documents.
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tidemark_shared::api::{Format, SnapshotEntry, manifest_url};
use tidemark_snapshot::{Encoding, SnapshotId};

use crate::blocking::blocking;
use crate::gate::Reader;
use crate::opened::Opened;
use crate::problem::ApiError;
use crate::published::Published;
use crate::resource::{Caching, Resource, Variant};
use crate::state::AppState;

/// The name that stands for the current snapshot.
const LATEST: &str = "latest";

/// The current snapshot's manifest.
pub(crate) async fn manifest(
    State(state): State<AppState>,
    Reader(published): Reader,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let published = &*published;
    let opened = published.current().await?;
    let manifest = Resource::document(Caching::Revalidate, &opened.manifest);
    manifest.respond(&headers, state.0.sender(published)).await
}

/// What was published, newest first.
pub(crate) async fn snapshots(
    State(state): State<AppState>,
    Reader(published): Reader,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let published = &*published;
    let (current, all) = published.all().await?;
    let pins = published.pins().await?;
    let list = move || {
        let entries = all.iter().map(|opened| SnapshotEntry {
            pinned: pins.contains(opened.snapshot.id()),
            ..opened.snapshot.entry(current.as_ref())
        });
        serde_json::to_vec(&entries.collect::<Vec<_>>())
    };
    let json = blocking(list).await?.map_err(|_| ApiError::Internal)?;
    let document = state.0.documents.of_content(json);
    let list = Resource::document(Caching::Revalidate, &document);
    list.respond(&headers, state.0.sender(published)).await
}

/// One snapshot's manifest.
pub(crate) async fn snapshot_manifest(
    State(state): State<AppState>,
    Reader(published): Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let published = &*published;
    if id == LATEST {
        let current = published.current().await?;
        return redirect(&manifest_url(current.snapshot.id().as_str()));
    }
    let opened = published.snapshot(&id.parse::<SnapshotId>()?).await?;
    let manifest = Resource::document(Caching::Immutable, &opened.manifest);
    manifest.respond(&headers, state.0.sender(published)).await
}

/// A mart of one snapshot in one format, or one of its documents.
pub(crate) async fn snapshot_file(
    State(state): State<AppState>,
    Reader(published): Reader,
    Path((id, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let published = &*published;
    let latest = id == LATEST;
    let opened = if latest {
        published.current().await?
    } else {
        published.snapshot(&id.parse()?).await?
    };
    let Some(resource) = stored(&opened, &file, Caching::Immutable) else {
        let marts = opened.snapshot.manifest().marts.iter();
        let marts: Vec<&str> = marts.map(|mart| mart.name.as_str()).collect();
        return Err(ApiError::NotFound(format!(
            "This snapshot has no such file. Its marts, each as .arrow, .json, .csv and .parquet, are: {}.",
            marts.join(", ")
        )));
    };
    if latest {
        let manifest = manifest_url(opened.snapshot.id().as_str());
        let folder = manifest.strip_suffix("manifest").unwrap_or(&manifest);
        return redirect(&format!("{folder}{file}"));
    }
    resource.respond(&headers, state.0.sender(published)).await
}

/// The checks, with samples of failing rows.
pub(crate) async fn quality(
    State(state): State<AppState>,
    Reader(published): Reader,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    document(&state, &published, "quality.json", &headers).await
}

/// The graph of models.
pub(crate) async fn lineage(
    State(state): State<AppState>,
    Reader(published): Reader,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    document(&state, &published, "lineage.json", &headers).await
}

async fn document(
    state: &AppState,
    published: &Published,
    file: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let opened = published.current().await?;
    let resource = stored(&opened, file, Caching::Revalidate).ok_or_else(|| {
        ApiError::NotFound(format!(
            "The current snapshot was published without {file}."
        ))
    })?;
    resource.respond(headers, state.0.sender(published)).await
}

/// A file of a snapshot in every encoding it was published in. Only plain names are valid: the
/// encoded files are variants of them, not resources of their own.
fn stored(opened: &Arc<Opened>, file: &str, caching: Caching) -> Option<Resource> {
    let (_, extension) = file.rsplit_once('.')?;
    let format = Format::from_extension(extension)?;
    let variants = Encoding::ALL.into_iter().filter_map(|encoding| {
        Variant::stored(encoding, opened, format!("{file}{}", encoding.suffix()))
    });
    let variants: Vec<Variant> = variants.collect();
    (!variants.is_empty()).then_some(Resource {
        content_type: format.media_type(),
        caching,
        variants,
    })
}

fn redirect(to: &str) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(to).map_err(|_| ApiError::Internal)?;
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response())
}
