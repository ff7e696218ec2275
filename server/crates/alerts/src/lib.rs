//! Who is told when the numbers are late, wrong or strange, and the digest that tells what they are.
//!
//! Three steps, each of its own: [`conditions`] and [`anomaly`] judge, purely, what is the matter; [`Alerts`] remembers
//! durably what is open and who still has to hear of it; its `deliver` sends what is due to the [`Channel`]s. Raising an
//! incident never waits for a network, and a channel that is down keeps nobody else waiting.

pub mod anomaly;
mod book;
mod channel;
pub mod conditions;
mod desk;
pub mod digest;
mod error;
mod incident;
mod letter;
mod memory;
mod message;
mod palette;
mod published;
#[cfg(test)]
mod testing;

pub use book::{Book, Delivery, Notice, Open, State, Topic};
pub use channel::{Channel, Command, Email, Patience, Security, Webhook};
pub use desk::{Alerts, Sendings};
pub use digest::{Cadence, Digest};
pub use error::AlertError;
pub use incident::{Family, Incident, Kind};
pub use memory::{STORE, store_fault};
pub use message::{Message, Picture};
pub use published::Published;
