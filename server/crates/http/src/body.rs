//! body: reads request bodies within limits of size, time and number of their own.
//!
//! Only two addresses take a body, and both judge the headers first. A client that announces a
//! body and never sends it holds one of a few places here, and no place of any other request.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use tokio::time::timeout;

use crate::options::Limits;
use crate::problem;
use crate::shares::Shares;

/// Reads bodies for every client.
pub(crate) struct Bodies {
    places: Arc<Shares>,
    timeout: Duration,
}

impl Bodies {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            places: Shares::new(limits.bodies, limits.bodies_per_client),
            timeout: limits.body_timeout,
        }
    }

    /// Reads a whole body of at most `most` bytes, or returns the problem to answer with.
    pub(crate) async fn read(
        &self,
        body: Body,
        most: usize,
        client: IpAddr,
    ) -> Result<Bytes, Box<Response>> {
        let Some(_place) = self.places.take(client) else {
            return Err(Box::new(problem::busy(
                "Too many requests with a body are being read; try again in a moment.",
            )));
        };
        let (status, detail) = match timeout(self.timeout, to_bytes(body, most)).await {
            Ok(Ok(body)) => return Ok(body),
            Ok(Err(_)) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body was cut off, or has more than {most} bytes."),
            ),
            Err(_) => (
                StatusCode::REQUEST_TIMEOUT,
                "The body did not arrive in time.".to_owned(),
            ),
        };
        Err(Box::new(problem::response(status, detail)))
    }
}
