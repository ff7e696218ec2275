//! Building blocks that know nothing of metrics.

pub(crate) mod browser;
mod icon;
mod menu;
mod segmented;
pub(crate) mod theme;

pub(crate) use icon::{Icon, icon};
pub(crate) use menu::Menu;
pub(crate) use segmented::{Choice, Segmented};
