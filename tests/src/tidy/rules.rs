//! Every rule of the architecture, in one list.

mod app;
mod crates;
mod files;
mod models;
mod order;
mod style;
mod words;

pub use app::metrics;

use super::Rule;

/// All rules; each has its own test over the checkout, and is tested itself with its own examples.
pub const ALL: &[&[Rule]] = &[
    crates::RULES,
    app::RULES,
    style::RULES,
    models::RULES,
    files::RULES,
    order::RULES,
    words::RULES,
];

/// The rules one after the other.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().flat_map(|group| group.iter())
}
