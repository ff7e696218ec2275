//! The pages, one file each.

mod customers;
mod definitions;
mod health;
mod missing;
mod overview;
mod retention;
mod topic;

pub(crate) use customers::Customers;
pub(crate) use definitions::Definitions;
pub(crate) use health::Health;
pub(crate) use missing::NotFound;
pub(crate) use overview::Overview;
pub(crate) use retention::Retention;
pub(crate) use topic::{Acquisition, Churn, Support};
