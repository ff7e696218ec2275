//! A web server on loopback that keeps what it is sent and answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// The path, which is the secret of a webhook.
const SECRET: &str = "T0000-canary-0000";

#[derive(Default)]
struct Kept {
    received: Vec<Value>,
    answers: VecDeque<(u16, &'static str)>,
}

/// A server; ends with the test's runtime.
#[derive(Clone, Default)]
pub(crate) struct WebServer {
    kept: Arc<Mutex<Kept>>,
    pub(crate) address: String,
}

impl WebServer {
    /// Gives these answers first, then 200.
    pub(crate) async fn start(answers: &[(u16, &'static str)]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a test that is set up");
        let server = Self {
            address: format!(
                "http://{}/hook/{SECRET}",
                listener.local_addr().expect("a test that is set up")
            ),
            ..Self::default()
        };
        server.kept.lock().expect("a test that is set up").answers =
            answers.iter().copied().collect();
        let router = Router::new()
            .route("/hook/{secret}", post(receive))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// The address of a server that is not there.
    pub(crate) fn gone() -> Self {
        Self {
            address: format!("http://127.0.0.1:1/hook/{SECRET}"),
            ..Self::default()
        }
    }

    /// What was received so far, answers notwithstanding.
    pub(crate) fn received(&self) -> Vec<Value> {
        self.kept
            .lock()
            .expect("a test that is set up")
            .received
            .clone()
    }
}

async fn receive(
    State(server): State<WebServer>,
    body: String,
) -> (StatusCode, HeaderMap, &'static str) {
    let mut kept = server.kept.lock().expect("a test that is set up");
    kept.received
        .push(serde_json::from_str(&body).expect("JSON"));
    let (status, words) = kept.answers.pop_front().unwrap_or((200, "ok"));
    let mut headers = HeaderMap::new();
    if status == 429 {
        headers.insert("retry-after", "0".parse().expect("a test that is set up"));
    }
    if status == 302 {
        let elsewhere = "http://127.0.0.1:9/"
            .parse()
            .expect("a test that is set up");
        headers.insert("location", elsewhere);
    }
    (
        StatusCode::from_u16(status).expect("a test that is set up"),
        headers,
        words,
    )
}
