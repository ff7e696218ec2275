//! metrics: counters of the server in the Prometheus text format.
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tidemark_shared::api::Manifest;

use crate::state::AppState;

/// Counters since the server started.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), Requests>>,
    pub(crate) connections: AtomicI64,
    pub(crate) refused_connections: AtomicU64,
}

#[derive(Default, Clone, Copy)]
struct Requests {
    count: u64,
    time: Duration,
}

/// The middleware: counts by route, not by path, so that the number of series stays bounded.
pub(crate) async fn count(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("app", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let mut requests = state
        .0
        .metrics
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let entry = requests
        .entry((route, response.status().as_u16()))
        .or_default();
    entry.count += 1;
    entry.time += started.elapsed();
    response
}

impl Metrics {
    /// The text; `snapshot` is the manifest of the current snapshot.
    pub(crate) fn render(&self, snapshot: Option<&Manifest>, cached_bytes: usize) -> String {
        let requests = self
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, lines: Vec<(String, String)>| {
            // Writing to a String does not fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in lines {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        };
        let by_route = |value: fn(&Requests) -> String| -> Vec<(String, String)> {
            let line = |((route, status), requests): (&(String, u16), &Requests)| {
                (
                    format!("{{route=\"{route}\",status=\"{status}\"}}"),
                    value(requests),
                )
            };
            requests.iter().map(line).collect()
        };
        let one = |value: String| vec![(String::new(), value)];
        family(
            "tidemark_http_requests_total",
            "counter",
            "Requests answered.",
            by_route(|r| r.count.to_string()),
        );
        family(
            "tidemark_http_request_seconds_total",
            "counter",
            "Time spent until the response's head was ready.",
            by_route(|r| r.time.as_secs_f64().to_string()),
        );
        let connections = self.connections.load(Ordering::Relaxed);
        family(
            "tidemark_http_connections",
            "gauge",
            "Open connections.",
            one(connections.to_string()),
        );
        let refused = self.refused_connections.load(Ordering::Relaxed);
        family(
            "tidemark_http_connections_refused_total",
            "counter",
            "Connections refused because too many were open.",
            one(refused.to_string()),
        );
        family(
            "tidemark_cache_bytes",
            "gauge",
            "Bytes of published files held in memory.",
            one(cached_bytes.to_string()),
        );
        family(
            "tidemark_snapshot_up",
            "gauge",
            "1 if a snapshot is published and its manifest intact.",
            one(u8::from(snapshot.is_some()).to_string()),
        );
        if let Some(manifest) = snapshot {
            let as_of = manifest.as_of.and_time(chrono::NaiveTime::MIN).and_utc();
            family(
                "tidemark_snapshot_as_of_timestamp_seconds",
                "gauge",
                "The snapshot's last business day, as midnight UTC.",
                one(as_of.timestamp().to_string()),
            );
            family(
                "tidemark_snapshot_generated_timestamp_seconds",
                "gauge",
                "When the snapshot was built.",
                one(manifest.generated_at.timestamp().to_string()),
            );
        }
        text
    }
}
