//! Parts of pages that know metrics, views and snapshots.

mod brush;
mod chart_card;
mod chart_notes;
mod chart_tools;
mod chips;
mod day_choice;
mod definition;
mod filter_bar;
mod filter_menu;
mod header;
mod kpi;
mod notices;
mod pick;
mod plot;
mod print_head;
mod range_bar;
mod segments;
mod shortcuts;
mod sources;
mod states;
mod table_view;
mod tables;
mod what_changed;

pub(crate) use chart_card::ChartCard;
pub(crate) use chart_tools::{copy_link, save_table};
pub(crate) use day_choice::{show as show_snapshot, snapshot_choice};
pub(crate) use definition::{Explain, definition};
pub(crate) use filter_bar::FilterBar;
pub(crate) use header::{Header, Toast, end};
pub(crate) use kpi::Kpis;
pub(crate) use notices::Notices;
pub(crate) use segments::{BROUGHT_BY, SEGMENTS};
pub(crate) use sources::source_name;
pub(crate) use states::Failed;
pub(crate) use what_changed::WhatChanged;
