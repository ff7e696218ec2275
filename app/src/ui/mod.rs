//! Building blocks that know nothing of metrics.

pub(crate) mod browser;
mod data_table;
mod dialog;
pub(crate) mod focus;
mod icon;
mod icon_button;
mod long_table;
mod menu;
mod section;
mod segmented;
mod sheet;
mod sight;
pub(crate) mod theme;
mod words;

pub(crate) use data_table::{Cell, Column, data_table, scrolling_table};
pub(crate) use dialog::{Dialog, open_dialog};
pub(crate) use icon::{Icon, icon};
pub(crate) use icon_button::icon_button;
pub(crate) use long_table::{LongColumn, LongTable, long_table};
pub(crate) use menu::{Menu, close_menu};
pub(crate) use section::{code, facts, fold, jumps, lines, section, span};
pub(crate) use segmented::{Choice, Segmented};
pub(crate) use sheet::sheet;
pub(crate) use sight::in_sight;
pub(crate) use words::{capitalized, counted};
