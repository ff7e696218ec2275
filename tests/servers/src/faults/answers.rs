//! The answers of a server, or of a gateway before it, when something goes wrong.
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;

use super::Fault;
use crate::clock::Clock;

/// Pieces of a slow answer, and the pause before each.
const PIECES: usize = 8;
const PAUSE: Duration = Duration::from_millis(50);

/// An answer in place of the right one.
pub(super) fn instead(fault: Fault, clock: &Clock, words: fn(StatusCode) -> String) -> Response {
    let vendor = |status: StatusCode, retry_after: Option<&str>| {
        let mut response = (status, words(status)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(Ok(value)) = retry_after.map(HeaderValue::from_str) {
            headers.insert(RETRY_AFTER, value);
        }
        response
    };
    match fault {
        Fault::LimitedNow => vendor(StatusCode::TOO_MANY_REQUESTS, Some("0")),
        Fault::LimitedSecond => vendor(StatusCode::TOO_MANY_REQUESTS, Some("1")),
        Fault::LimitedDate => vendor(StatusCode::TOO_MANY_REQUESTS, Some(&clock.http_date(1))),
        Fault::LimitedSilent => vendor(StatusCode::TOO_MANY_REQUESTS, None),
        Fault::Internal => vendor(StatusCode::INTERNAL_SERVER_ERROR, None),
        Fault::Unavailable => vendor(StatusCode::SERVICE_UNAVAILABLE, Some("0")),
        Fault::Garbage => gateway(StatusCode::OK),
        Fault::BadGateway | Fault::Hang | Fault::Cut | Fault::Slow => {
            gateway(StatusCode::BAD_GATEWAY)
        }
    }
}

/// A page as gateways write them.
pub(super) fn gateway(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

/// Half of the answer, though all of it was announced; then the connection is dropped.
pub(super) async fn cut(response: Response) -> Response {
    let (mut parts, body) = whole(response).await;
    // An empty body would be complete at half of it.
    let announced = body.len() + 1;
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(announced));
    let half = stream::iter([Ok(body.slice(..body.len() / 2))]);
    let dropped = stream::once(async {
        // What was sent must have left before the connection goes.
        tokio::time::sleep(Duration::from_millis(10)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(parts, Body::from_stream(half.chain(dropped)))
}

/// The whole answer, in pieces.
pub(super) async fn slow(response: Response) -> Response {
    let (parts, body) = whole(response).await;
    let size = body.len().div_ceil(PIECES).max(1);
    let pieces: Vec<Bytes> = (0..body.len())
        .step_by(size)
        .map(|from| body.slice(from..body.len().min(from + size)))
        .collect();
    let pieces = stream::iter(pieces).then(|piece| async move {
        tokio::time::sleep(PAUSE).await;
        Ok::<_, io::Error>(piece)
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

async fn whole(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    // Bodies of these servers are made in memory: reading them does not fail.
    (parts, body.map(|body| body.to_bytes()).unwrap_or_default())
}
