//! Faults that a server injects into its answers: seeded, bounded, counted, and switched while it runs.
mod answers;
mod plan;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use plan::Plan;
pub use plan::Storm;

/// One way an answer goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429 with `Retry-After: 0`.
    LimitedNow,
    /// 429 with `Retry-After: 1`.
    LimitedSecond,
    /// 429 with the HTTP date, by the server's clock, that is one second away.
    LimitedDate,
    /// 429 without a word about when.
    LimitedSilent,
    /// 500 in the vendor's shape.
    Internal,
    /// 502 with a gateway's page.
    BadGateway,
    /// 503 with `Retry-After: 0` in the vendor's shape.
    Unavailable,
    /// The work is done, the answer held back until well after a client's timeout; then a 504.
    Hang,
    /// The work is done; the answer announces more bytes than come before the connection is dropped.
    Cut,
    /// The answer is right, but comes in small pieces over almost half a second.
    Slow,
    /// 200 with a page of HTML.
    Garbage,
}

impl Fault {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::LimitedNow,
        Self::LimitedSecond,
        Self::LimitedDate,
        Self::LimitedSilent,
        Self::Internal,
        Self::BadGateway,
        Self::Unavailable,
        Self::Hang,
        Self::Cut,
        Self::Slow,
        Self::Garbage,
    ];

    /// Whether the server has done what was asked before the answer goes wrong.
    const fn after_the_work(self) -> bool {
        matches!(self, Self::Hang | Self::Cut | Self::Slow)
    }
}

/// What goes wrong at one server. Nothing does until [`Faults::storm`] or [`Faults::script`] says so.
#[derive(Debug, Clone)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
    /// The vendor's own words for a status, as JSON.
    words: fn(StatusCode) -> String,
}

#[derive(Debug)]
struct Inner {
    plan: Plan,
    hold: Duration,
    injected: BTreeMap<Fault, u64>,
}

impl Faults {
    pub(crate) fn new(clock: Clock, words: fn(StatusCode) -> String) -> Self {
        let inner = Inner {
            plan: Plan::default(),
            hold: Duration::from_secs(5),
            injected: BTreeMap::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            clock,
            words,
        }
    }

    /// From now on, a share of the requests goes wrong as the storm says.
    pub fn storm(&self, storm: Storm) {
        self.lock().plan = Plan::storm(storm);
    }

    /// The next requests go wrong, one after the other, as listed; `None` lets one through.
    pub fn script(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.lock().plan = Plan::Script(faults.into_iter().collect());
    }

    /// From now on, nothing goes wrong.
    pub fn calm(&self) {
        self.lock().plan = Plan::default();
    }

    /// How long [`Fault::Hang`] holds an answer back; 5 s unless set.
    pub fn hold(&self, time: Duration) {
        self.lock().hold = time;
    }

    /// How often each fault has happened.
    #[must_use]
    pub fn injected(&self) -> BTreeMap<Fault, u64> {
        self.lock().injected.clone()
    }

    /// How many faults have happened.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.lock().injected.values().sum()
    }

    /// The middleware.
    pub(crate) async fn apply(self, request: Request, next: Next) -> Response {
        let Some((fault, hold)) = self.draw(&request) else {
            return next.run(request).await;
        };
        if !fault.after_the_work() {
            return answers::instead(fault, &self.clock, self.words);
        }
        let response = next.run(request).await;
        match fault {
            Fault::Hang => {
                tokio::time::sleep(hold).await;
                answers::gateway(StatusCode::GATEWAY_TIMEOUT)
            }
            Fault::Cut => answers::cut(response).await,
            _ => answers::slow(response).await,
        }
    }

    fn draw(&self, request: &Request) -> Option<(Fault, Duration)> {
        let mut inner = self.lock();
        let fault = inner.plan.draw(request.method(), request.uri())?;
        *inner.injected.entry(fault).or_default() += 1;
        Some((fault, inner.hold))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing inside the lock can leave it half-changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
