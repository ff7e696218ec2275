//! A Salesforce org: OAuth, REST queries and Bulk API 2.0 query jobs over records in memory.
//!
//! It follows the vendor's documents: the REST API and Bulk API 2.0 developer guides, and the help pages on OAuth flows. Where
//! those give no error code (a locator that is not valid, a job of another version), the nearest documented one is answered.

mod auth;
mod bulk;
mod cell;
mod job;
mod objects;
mod org;
mod problem;
mod rest;
mod sample;
mod select;
mod soql;
mod tokens;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

pub use auth::App;
pub use cell::{Cell, Kind};
pub use objects::{Field, Object};
pub use org::{Options, Org};
use problem::Problem;
pub use sample::Sample;

impl Org {
    /// The org's routes under its controls, with those that steer it; its address is the one its clients use.
    pub fn controlled(&self) -> Router {
        self.controls
            .wrap(router(self))
            .merge(self.controls.routes())
    }
}

fn router(org: &Org) -> Router {
    let data = "/services/data/{version}";
    let at = |path: &str| format!("{data}{path}");
    Router::new()
        .route("/services/oauth2/token", post(auth::token))
        .route("/services/data", get(rest::versions))
        .route("/services/data/", get(rest::versions))
        .route(&at("/limits"), get(rest::limits))
        .route(&at("/limits/"), get(rest::limits))
        .route(&at("/sobjects/{object}/describe"), get(rest::describe))
        .route(&at("/query"), get(rest::query))
        .route(&at("/query/"), get(rest::query))
        .route(&at("/queryAll"), get(rest::query_all))
        .route(&at("/queryAll/"), get(rest::query_all))
        .route(&at("/query/{cursor}"), get(rest::more))
        .route(&at("/queryAll/{cursor}"), get(rest::more_all))
        .route(&at("/jobs/query"), post(bulk::create))
        .route(
            &at("/jobs/query/{job}"),
            get(bulk::status).patch(bulk::change).delete(bulk::delete),
        )
        .route(&at("/jobs/query/{job}/results"), get(bulk::results))
        .fallback(|| async { Problem::not_found() })
        .layer(from_fn_with_state(org.clone(), watch))
        .with_state(org.clone())
}

/// Never answers a request where that is asked for; tells with every other how much of the day's allowance is used.
async fn watch(State(org): State<Org>, request: Request, next: Next) -> Response {
    if !org.request() {
        return std::future::pending().await;
    }
    let mut answer = next.run(request).await;
    let usage = format!("api-usage={}/100000", org.requests());
    if let Ok(usage) = HeaderValue::from_str(&usage) {
        answer.headers_mut().insert("Sforce-Limit-Info", usage);
    }
    answer
}
