//! The Salesforce connector on a Salesforce test server: what is landed is what the org holds, whatever goes wrong.

mod access;
mod bench;
mod changes;
mod faults;
mod kills;
mod memory;
