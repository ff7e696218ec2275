//! The connectors against servers that speak the vendors' protocols, with and without faults.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod salesforce;
mod stripe;
mod zendesk;
