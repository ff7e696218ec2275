//! The pages, one file each.

mod acquisition;
mod churn;
mod customers;
mod definitions;
mod health;
mod history;
mod missing;
mod overview;
mod retention;
mod support;

pub(crate) use acquisition::Acquisition;
pub(crate) use churn::Churn;
pub(crate) use customers::Customers;
pub(crate) use definitions::Definitions;
pub(crate) use health::Health;
pub(crate) use history::History;
pub(crate) use missing::NotFound;
pub(crate) use overview::Overview;
pub(crate) use retention::Retention;
pub(crate) use support::Support;
