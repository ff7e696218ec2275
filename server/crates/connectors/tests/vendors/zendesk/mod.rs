//! The Zendesk connector against a server that speaks Zendesk's protocol: whatever goes wrong on the way, what has landed is what the account holds.

mod access;
mod big;
mod case;
mod exports;
mod faults;
mod limits;
