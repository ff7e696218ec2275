//! Servers that speak the vendors' documented protocols, for tests: with their limits and cursors, and with faults on demand.
//!
//! A vendor's module makes a `Router` over a store that a test fills and changes while it runs. [`Controls`] wraps
//! that router: it injects faults, counts requests and sets the server's clock. [`Serving`] puts it on a loopback port.
mod client;
mod clock;
mod controls;
mod faults;
mod requests;
pub mod salesforce;
mod serving;
pub mod stripe;
pub mod zendesk;

pub use client::client;
pub use clock::Clock;
pub use controls::Controls;
pub use faults::{Fault, Faults, Storm};
pub use requests::Requests;
pub use serving::Serving;
