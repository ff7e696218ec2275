//! access: who may see what. Accounts, sessions, API tokens, roles, row policies and the audit log.
//!
//! Knows no HTTP: a request is resolved by `http`, which asks here who a secret belongs to. The clock
//! is an argument everywhere. Secrets are random, given out once and stored as hashes.
mod audit;
mod cidr;
mod derive;
mod error;
mod identity;
mod password;
mod role;
mod secret;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod throttle;

pub use audit::{Event, Record};
pub use cidr::Network;
pub use derive::{Stores, View};
pub use error::AccessError;
pub use identity::{Identity, Means};
pub use password::{Passwords, Strength};
pub use role::{Role, Scope};
pub use secret::Secret;
pub use settings::{Access, Grant, Mode, Policy, WrongSetting, check};
pub use store::{AccessStore, FILE, NewToken, Owner, Session, SessionLimits, Token, User};
pub use throttle::Throttle;
