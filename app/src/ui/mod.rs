//! Building blocks that know nothing of metrics.

pub(crate) mod browser;
mod data_table;
pub(crate) mod focus;
mod icon;
mod menu;
mod section;
mod segmented;
pub(crate) mod theme;
mod words;

pub(crate) use data_table::{Cell, Column, data_table, scrolling_table};
pub(crate) use icon::{Icon, icon};
pub(crate) use menu::Menu;
pub(crate) use section::{code, facts, fold, jumps, lines, section, span};
pub(crate) use segmented::{Choice, Segmented};
pub(crate) use words::{capitalized, counted};
