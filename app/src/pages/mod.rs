//! The pages, one file each.

mod acquisition;
mod churn;
mod customers;
mod definitions;
mod health;
mod history;
pub(crate) mod later;
mod missing;
mod overview;
mod retention;
mod support;

use acquisition::Acquisition;
use churn::Churn;
use customers::Customers;
use definitions::Definitions;
use health::Health;
use history::History;
use retention::Retention;
use support::Support;

pub(crate) use missing::NotFound;
pub(crate) use overview::Overview;
