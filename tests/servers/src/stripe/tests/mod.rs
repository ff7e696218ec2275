//! The account as any client sees it, over HTTP.
mod access;
mod events;
mod lists;
mod objects;

use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::Value;

use super::{KEY, Stripe, VERSION};
use crate::Serving;

/// An account that is served, and a client that says no more than a test does.
struct Site {
    stripe: Stripe,
    serving: Serving,
    client: Client,
}

impl Site {
    fn start() -> Self {
        let stripe = Stripe::default();
        let serving = stripe.serve().expect("a free port");
        Self {
            stripe,
            serving,
            client: crate::client(Duration::from_secs(10)),
        }
    }

    async fn send(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.serving.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    /// The status and the document, asked for with a key.
    async fn ask(&self, key: &str, path: &str) -> (u16, Value) {
        let key = format!("Bearer {key}");
        let headers = [("authorization", key.as_str()), ("stripe-version", VERSION)];
        let response = self.send(path, &headers).await;
        let status = response.status().as_u16();
        (status, response.json().await.expect("a JSON document"))
    }

    /// The document of a request that succeeds.
    async fn get(&self, path: &str) -> Value {
        let (status, document) = self.ask(KEY, path).await;
        assert_eq!(status, 200, "{path}: {document}");
        document
    }

    /// The status, the code and the message of a request that fails.
    async fn error(&self, path: &str) -> (u16, String, String) {
        let (status, document) = self.ask(KEY, path).await;
        let error = &document["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        assert!(
            !text("message").is_empty() && !text("type").is_empty(),
            "{document}"
        );
        (status, text("code"), text("message"))
    }

    /// The ids of all pages, going on as the API's documents say.
    async fn all(&self, path: &str, limit: usize) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let after = all
                .last()
                .map_or(String::new(), |id| format!("&starting_after={id}"));
            let page = self
                .get(&format!("{path}{joint}limit={limit}{after}"))
                .await;
            let ids = ids(&page);
            assert!(ids.len() <= limit);
            let last = page["has_more"] == false;
            assert!(
                last || ids.len() == limit,
                "only the last page may be short"
            );
            all.extend(ids);
            if last {
                return all;
            }
        }
    }
}

fn ids(list: &Value) -> Vec<String> {
    assert_eq!(list["object"], "list");
    let data = list["data"].as_array().expect("data");
    let id = |object: &Value| object["id"].as_str().expect("an id").to_owned();
    data.iter().map(id).collect()
}
