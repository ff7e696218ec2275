//! What every vendor's server has in common: a clock, faults and counts; in process, or over HTTP for tests in other languages.
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{DATE, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::faults::{Fault, Faults, Storm};
use crate::requests::Requests;

/// The means by which a test steers a server and watches it. Clones share their state.
#[derive(Debug, Clone)]
pub struct Controls {
    /// The server's clock; the `Date` header follows it.
    pub clock: Clock,
    /// What goes wrong.
    pub faults: Faults,
    /// What was asked.
    pub requests: Requests,
}

impl Controls {
    /// `words` writes the vendor's error document for a status, as JSON.
    #[must_use]
    pub fn new(words: fn(StatusCode) -> String) -> Self {
        let clock = Clock::default();
        Self {
            faults: Faults::new(clock.clone(), words),
            clock,
            requests: Requests::default(),
        }
    }

    /// The vendor's routes with faults, counts and the clock's date around them.
    pub fn wrap(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), around))
    }

    /// Routes under `/_control` that do over HTTP what the fields do in process:
    /// `POST storm` ([`Storm`]), `POST script` (a list of [`Fault`] names and nulls), `POST calm`,
    /// `POST clock` (`{"advance": seconds}`), `POST hold` (`{"milliseconds": n}`), `GET seen` (counts).
    pub fn routes(&self) -> Router {
        let routes = Router::new()
            .route("/storm", post(storm))
            .route("/script", post(script))
            .route("/calm", post(calm))
            .route("/clock", post(clock))
            .route("/hold", post(hold))
            .route("/seen", get(seen))
            .with_state(self.clone());
        Router::new().nest("/_control", routes)
    }
}

async fn around(State(controls): State<Controls>, request: Request, next: Next) -> Response {
    controls.requests.record(&request);
    let mut response = controls.faults.apply(request, next).await;
    if let Ok(date) = HeaderValue::from_str(&controls.clock.http_date(0)) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

async fn storm(State(controls): State<Controls>, Json(storm): Json<Storm>) {
    controls.faults.storm(storm);
}

async fn script(State(controls): State<Controls>, Json(faults): Json<Vec<Option<Fault>>>) {
    controls.faults.script(faults);
}

async fn calm(State(controls): State<Controls>) {
    controls.faults.calm();
}

#[derive(Deserialize)]
struct Advance {
    advance: i64,
}

async fn clock(State(controls): State<Controls>, Json(by): Json<Advance>) {
    controls.clock.advance(by.advance);
}

#[derive(Deserialize)]
struct Hold {
    milliseconds: u64,
}

async fn hold(State(controls): State<Controls>, Json(hold): Json<Hold>) {
    controls
        .faults
        .hold(Duration::from_millis(hold.milliseconds));
}

async fn seen(State(controls): State<Controls>) -> Json<Value> {
    Json(json!({
        "requests": controls.requests.counts(),
        "last": controls.requests.last(),
        "faults": controls.faults.injected().into_iter().collect::<Vec<(Fault, u64)>>(),
    }))
}
