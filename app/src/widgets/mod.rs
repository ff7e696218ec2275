//! Parts of pages that know metrics, views and snapshots.

mod brush;
mod chart_card;
mod chips;
mod definition;
mod filter_bar;
mod filter_menu;
mod header;
mod kpi;
mod notices;
mod pick;
mod plot;
mod range_bar;
mod segments;
mod states;
mod table_view;

pub(crate) use chart_card::ChartCard;
pub(crate) use definition::definition;
pub(crate) use filter_bar::FilterBar;
pub(crate) use header::{Footer, Header, Toast};
pub(crate) use kpi::Kpis;
pub(crate) use notices::Notices;
pub(crate) use segments::{brought_table, segments};
pub(crate) use states::Failed;
