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
mod print_head;
mod range_bar;
mod shortcuts;
mod sources;
mod states;
mod table_view;

pub(crate) use chart_card::{ChartCard, copied_text, file_name};
pub(crate) use definition::{Explain, definition};
pub(crate) use filter_bar::FilterBar;
pub(crate) use header::{Footer, Header, Toast};
pub(crate) use kpi::Kpis;
pub(crate) use notices::Notices;
pub(crate) use shortcuts::Shortcuts;
pub(crate) use sources::source_name;
pub(crate) use states::Failed;
