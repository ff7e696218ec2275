//! The language of the product: data and pure functions, the same code natively and in the browser.
//!
//! Nothing here opens a file, reads the environment, asks a clock or draws; callers pass in what is
//! needed.

// In a browser `#[test]` is another attribute, everywhere in this crate.
#[cfg(all(test, target_arch = "wasm32"))]
#[macro_use(test)]
extern crate tidemark_wasm_tests as wasm_bindgen_test;

pub mod api;
pub mod change;
pub mod chart;
pub mod charts;
pub mod columns;
pub mod csv;
pub mod date;
pub mod dimension;
pub mod engine;
pub mod format;
pub mod mart;
pub mod metric;
pub mod metrics;
pub mod page;
pub mod restate;
pub mod table;
pub mod view;
pub mod wire;

pub use columns::Columns;
pub use dimension::Dimension;
pub use metric::Metric;
pub use view::View;
