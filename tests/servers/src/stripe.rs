//! Stripe's API as of version 2025-09-30.clover: the objects a billing history is made of, their lists and their events.
//!
//! Read only, over a [`Store`] that a test fills. It is as strict as Stripe is, and stricter where its documents leave
//! open what happens: unknown parameters, expansions and versions are refused.
mod control;
mod error;
mod expand;
mod kinds;
mod large;
mod query;
mod serve;
mod shapes;
mod store;
mod table;
#[cfg(test)]
mod tests;

use std::io;

use axum::Router;

pub use kinds::Kind;
pub use large::{customers, invoices};
pub use store::{Defect, KEY, Store};
pub use table::{Generator, Make};

use crate::controls::Controls;
use crate::serving::Serving;

/// The only version of the API this server speaks.
pub const VERSION: &str = "2025-09-30.clover";
/// Days for which events can be had.
const EVENT_DAYS: i64 = 30;

/// An account at Stripe.
#[derive(Debug, Clone)]
pub struct Stripe {
    /// Clock, faults and counts.
    pub controls: Controls,
    /// What the account holds.
    pub store: Store,
}

impl Default for Stripe {
    fn default() -> Self {
        let controls = Controls::new(error::words);
        let store = Store::new(controls.clock.clone());
        Self { controls, store }
    }
}

impl Stripe {
    /// The API with faults and counts around it.
    pub fn router(&self) -> Router {
        self.controls.wrap(serve::router(&self.store))
    }

    /// The API, and beside it routes under `/_control` for tests in other languages.
    pub fn controlled(&self) -> Router {
        let control = self.controls.routes().merge(control::router(&self.store));
        self.router().merge(control)
    }

    /// Starts it on a free port.
    ///
    /// # Errors
    /// If no port or no thread can be had.
    pub fn serve(&self) -> io::Result<Serving> {
        Serving::start(self.router())
    }
}
