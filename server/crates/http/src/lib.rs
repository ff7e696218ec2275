//! http: serves the app and the published snapshots; computes nothing.
//!
//! All bytes come from the snapshot store or the binary, encoded beforehand. [`routes`] has every path on
//! one page, [`resource`] is the one place for validators and encodings, [`problem`] the one for errors.
//! Everything is read, but for two addresses: [`webhook`] takes what Stripe tells, [`runs`] the wish for a run.
mod api;
mod assets;
mod cache;
mod damage;
mod descriptors;
mod guard;
mod headers;
mod metrics;
mod negotiate;
mod operations;
mod options;
mod pages;
mod preload;
mod problem;
mod published;
mod resource;
mod routes;
mod runs;
mod serve;
mod stall;
mod state;
#[cfg(test)]
mod tests;
mod trace;
mod webhook;

pub use assets::{AppAssets, Asset};
pub use options::{Limits, RunAccess, ServerOptions, StripeWebhook};
pub use routes::router;
pub use serve::{ServeError, Server, serve};
pub use state::AppState;
