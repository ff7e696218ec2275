//! metrics: counters of the server and the state of snapshot and runs, as Prometheus text.
mod page;
mod runs;
mod snapshot;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use page::Page;
pub(crate) use page::Serving;

/// Upper bounds of the histogram of response times, in seconds.
const BOUNDS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.5, 10.0];

/// Counters since the server started.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<String, Requests>>,
    pub(crate) connections: AtomicI64,
    pub(crate) refused_connections: AtomicU64,
}

/// Requests of one route.
#[derive(Default, Clone)]
struct Requests {
    by_status: BTreeMap<u16, (u64, Duration)>,
    /// How many took no longer than each bound.
    within: [u64; BOUNDS.len()],
}

/// The middleware: counts by route, not by path, so that the number of series stays bounded.
pub(crate) async fn count(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("app", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let took = started.elapsed();
    metrics.add(route, response.status().as_u16(), took);
    response
}

impl Metrics {
    fn add(&self, route: String, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = requests.entry(route).or_default();
        let (count, time) = entry.by_status.entry(status).or_default();
        *count += 1;
        *time += took;
        let seconds = took.as_secs_f64();
        for (within, bound) in entry.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(seconds <= bound);
        }
    }

    /// The text.
    pub(crate) fn render(&self, serving: Serving<'_>) -> String {
        let mut page = Page::default();
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        page.family(
            "tidemark_build_info",
            "gauge",
            "The program's version; always 1.",
        );
        page.line("", &version, 1);
        self.requests(&mut page);
        page.family("tidemark_http_connections", "gauge", "Open connections.");
        page.line("", &[], self.connections.load(Ordering::Relaxed));
        page.family(
            "tidemark_http_connections_refused_total",
            "counter",
            "Connections refused because too many were open.",
        );
        page.line("", &[], self.refused_connections.load(Ordering::Relaxed));
        page.family(
            "tidemark_http_bytes_in_flight",
            "gauge",
            "Bytes of published files in memory on their way to clients.",
        );
        page.line("", &[], serving.bytes_in_flight);
        snapshot::write(&mut page, serving);
        runs::write(&mut page, serving.runs);
        page.text()
    }

    fn requests(&self, page: &mut Page) {
        let requests = self
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let by_status = || {
            let of = |(route, requests): (&String, &Requests)| {
                let counts = requests.by_status.clone().into_iter();
                let route = route.clone();
                counts.map(move |(status, counted)| (route.clone(), status.to_string(), counted))
            };
            requests.iter().flat_map(of)
        };
        page.family(
            "tidemark_http_requests_total",
            "counter",
            "Requests answered.",
        );
        for (route, status, (count, _)) in by_status() {
            page.line("", &[("route", &route), ("status", &status)], count);
        }
        page.family(
            "tidemark_http_request_seconds_total",
            "counter",
            "Time spent until the response's head was ready.",
        );
        for (route, status, (_, time)) in by_status() {
            let labels = [("route", route.as_str()), ("status", &status)];
            page.line("", &labels, time.as_secs_f64());
        }
        page.family(
            "tidemark_http_request_duration_seconds",
            "histogram",
            "Time until the response's head was ready, by route.",
        );
        for (route, requests) in &requests {
            let (count, time) = requests
                .by_status
                .values()
                .fold((0, Duration::ZERO), |(count, time), (more, longer)| {
                    (count + more, time + *longer)
                });
            for (within, bound) in requests.within.iter().zip(BOUNDS) {
                page.line(
                    "_bucket",
                    &[("route", route), ("le", &bound.to_string())],
                    within,
                );
            }
            page.line("_bucket", &[("route", route), ("le", "+Inf")], count);
            page.line("_sum", &[("route", route)], time.as_secs_f64());
            page.line("_count", &[("route", route)], count);
        }
    }
}
