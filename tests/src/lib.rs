//! Shared helpers of the integration tests.

pub mod docs;
pub mod tidy;
