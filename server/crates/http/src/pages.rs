//! pages: the app's page at every address of the app, and its files.
use axum::Extension;
use axum::extract::State;
use axum::http::header::LINK;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tidemark_shared::page::Page;

use crate::gate::Reader;
use crate::preload;
use crate::problem::{self, ApiError};
use crate::published::Published;
use crate::state::AppState;

/// Answers requests for addresses that are not in the table of routes.
pub(crate) async fn page_or_asset(
    State(state): State<AppState>,
    reader: Option<Extension<Reader>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        // An address that the table does not have, or not on this server.
        return problem::method_not_allowed("");
    }
    let published = reader.map(|Extension(Reader(published))| published);
    let answer = answer(&state, published.as_deref(), &uri, &headers).await;
    answer.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(
    state: &AppState,
    published: Option<&Published>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    // The program's files come from memory, so which data their sender knows does not matter.
    let everything = state.0.views.everything();
    let sender = state.0.sender(published.unwrap_or(&everything));
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(ApiError::NotFound(
            "The API has no such path; /api/openapi.json lists those there are.".to_owned(),
        ));
    }
    if let Some(asset) = path.strip_prefix('/').and_then(|name| state.0.asset(name)) {
        return asset.respond(headers, sender).await;
    }
    let file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    if file {
        return Err(ApiError::NotFound("The app has no such file.".to_owned()));
    }
    let Some(page) = state.0.asset("index.html") else {
        return Err(ApiError::NotFound(
            "This server was built without the app; the API is at /api/openapi.json.".to_owned(),
        ));
    };
    let trimmed = if path == "/" {
        path
    } else {
        path.trim_end_matches('/')
    };
    // Other addresses return the page too, with status 404, and the app shows what is missing.
    if Page::from_path(trimmed).is_some() {
        let mut response = page.respond(headers, sender).await?;
        if let Some(published) = published
            && let Some(link) = preload::link(published, trimmed, uri.query()).await
        {
            response.headers_mut().insert(LINK, link);
        }
        Ok(response)
    } else {
        page.respond_with(StatusCode::NOT_FOUND, headers, sender)
            .await
    }
}
