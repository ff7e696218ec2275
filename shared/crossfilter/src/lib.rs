//! Sums by day of the rows that pass filters, kept up to date while the filters change.
//!
//! A page of charts asks the same things after every change of a filter: each measure by day, and
//! each measure by the values of a dimension under all filters but the one on this dimension, so
//! that what is filtered out can be put back. Here that is answered without looking at the rows
//! that the change does not touch:
//!
//! - Rows with the same values in all keys are a **cell** ([`Cells`]) and lie side by side. A
//!   filter is decided once per
//!   cell, and an unchanged cell costs a comparison of two bytes.
//! - Of each cell it is kept where it counts, its **reach** ([`Reach`]): everywhere, only in the
//!   breakdown by the one
//!   dimension whose filter it fails, or nowhere.
//! - Measures lie in **blocks** of four ([`Block`]), so that one vector instruction adds four of
//!   them, in 32 bits where no
//!   day's sum can be larger, whatever is filtered.
//! - A change adds the rows of cells that now count and takes away those of cells that no longer do
//!   ([`Crossfilter`]), from
//!   what was kept, from nothing or from everything: whichever is fewest rows.
//! - All sums are by day, so another range of days looks at days, never at rows.
//!
//! Nothing here knows what a row means. [`Cube`] holds the rows, [`Crossfilter`] the sums; the
//! reference they are held against is the loop in `plain.rs`.

// In a browser `#[test]` is another attribute, everywhere in this crate.
#[cfg(all(test, target_arch = "wasm32"))]
#[macro_use(test)]
extern crate tidemark_wasm_tests as wasm_bindgen_test;

mod block;
mod cells;
mod crossfilter;
mod cube;
mod narrow;
#[cfg(test)]
mod plain;
mod reach;
mod sums;

pub use block::{Block, Values};
pub use cells::{Cells, Codes, Key};
pub use crossfilter::{Crossfilter, Pick};
pub use cube::Cube;
pub use narrow::narrow;
pub use reach::{Allowed, MOST_DIMENSIONS, Reach};
