//! http: serves the app and the published snapshots; computes nothing.
//!
//! All bytes come from the snapshot store or the binary, encoded beforehand. [`routes`] lists every
//! path on one page, [`resource`] is the one place for validators and encodings, [`problem`] the one
//! for errors. Two addresses take a body: [`webhook`] takes Stripe's events, [`runs`] a run request.
mod api;
mod assets;
mod blocking;
mod body;
mod checked;
mod damage;
mod descriptors;
mod document;
mod gate;
mod guard;
mod headers;
mod host;
mod metrics;
mod negotiate;
mod opened;
mod operations;
mod options;
mod pages;
mod paths;
mod preload;
mod problem;
mod published;
mod resource;
mod routes;
mod runs;
mod serve;
mod shares;
mod stall;
mod state;
mod stream;
#[cfg(test)]
mod tests;
mod token;
mod trace;
mod webhook;

pub use assets::{AppAssets, Asset};
pub use gate::AccessOptions;
pub use options::{Faults, Limits, RunAccess, ServerOptions, StripeWebhook, Today};
pub use routes::router;
pub use serve::{ServeError, Server, serve};
pub use state::AppState;
pub use token::{RunToken, WeakToken};
