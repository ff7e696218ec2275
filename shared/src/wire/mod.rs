//! Marts as Arrow: the only place that knows Arrow, natively and in the browser.
//!
//! Bytes are an IPC stream without buffer compression; text is dictionary-encoded with the
//! narrowest unsigned key.

mod batch;
mod builder;
mod flat;
mod frame;
mod stream;
mod write;

pub use batch::from_batch;
pub use stream::{Decoder, decode};
pub use write::{encode, schema, to_batch};

use thiserror::Error;

use crate::mart::MartSpec;

/// Why bytes or a batch are not the mart that was asked for.
#[derive(Debug, Error)]
pub enum WireError {
    /// The bytes are no Arrow stream, or a broken one.
    #[error(
        "{mart}: the Arrow stream cannot be read ({what}): load the data again, or rebuild the snapshot"
    )]
    Arrow {
        /// The mart.
        mart: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// Column names or their order differ.
    #[error(
        "{mart}: columns are {found}, but should be {wanted}: app and snapshot are of different versions"
    )]
    Names {
        /// The mart.
        mart: &'static str,
        /// Names found.
        found: String,
        /// Names wanted.
        wanted: String,
    },
    /// A column has another type.
    #[error("{mart}.{column} is of type {found}, but should be {wanted}")]
    Type {
        /// The mart.
        mart: &'static str,
        /// The column.
        column: &'static str,
        /// Arrow type found.
        found: String,
        /// Type wanted.
        wanted: &'static str,
    },
    /// A value is missing where there must be one.
    #[error("{mart}.{column} has a missing value in row {row}")]
    Null {
        /// The mart.
        mart: &'static str,
        /// The column.
        column: &'static str,
        /// Row, counted from 0.
        row: usize,
    },
    /// The columns do not fit the mart.
    #[error("{0}")]
    Shape(String),
}

impl WireError {
    fn broken(spec: &MartSpec, what: impl ToString) -> Self {
        Self::Arrow {
            mart: spec.name,
            what: what.to_string(),
        }
    }
}

/// The columns must be those of the mart, in its order.
fn check_names<'a>(
    spec: &'static MartSpec,
    found: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), WireError> {
    let wanted = spec.columns.iter().map(|column| column.name);
    if found.clone().eq(wanted.clone()) {
        return Ok(());
    }
    let list = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    Err(WireError::Names {
        mart: spec.name,
        found: list(&mut found.into_iter()),
        wanted: list(&mut wanted.into_iter()),
    })
}

#[cfg(test)]
mod tests;
