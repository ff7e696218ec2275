//! What a server was asked, so that a test can see how a client went about it.
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{MatchedPath, Request};

/// How many requests are remembered one by one.
const REMEMBERED: usize = 10_000;

/// Counts of requests by method and route, those answered with a fault included.
#[derive(Debug, Clone, Default)]
pub struct Requests(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    counts: BTreeMap<String, u64>,
    last: VecDeque<String>,
}

impl Requests {
    pub(crate) fn record(&self, request: &Request) {
        let method = request.method();
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or(request.uri().path(), MatchedPath::as_str);
        let mut inner = self.lock();
        *inner.counts.entry(format!("{method} {route}")).or_default() += 1;
        if inner.last.len() == REMEMBERED {
            inner.last.pop_front();
        }
        inner.last.push_back(format!("{method} {}", request.uri()));
    }

    /// Requests by method and route, as in `GET /v1/customers/{id}`.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.lock().counts.clone()
    }

    /// Requests of one method and route; 0 if there were none.
    #[must_use]
    pub fn count(&self, route: &str) -> u64 {
        self.lock().counts.get(route).copied().unwrap_or(0)
    }

    /// All requests.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.lock().counts.values().sum()
    }

    /// The last requests with path and query, at most ten thousand, in the order they came.
    #[must_use]
    pub fn last(&self) -> Vec<String> {
        self.lock().last.iter().cloned().collect()
    }

    /// Forgets all.
    pub fn clear(&self) {
        *self.lock() = Inner::default();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing inside the lock can leave it half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
