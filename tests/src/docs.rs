//! The documents that are made from the code, so that they cannot drift from it: definitions, dictionary, contracts.

mod contracts;
mod dictionary;
mod metrics;

use std::fmt::Write;

use tidemark_project::{Project, ProjectError};

/// A document: its path from the top of the checkout, and its text.
pub type Document = (String, String);

/// Every document as it should be.
///
/// # Errors
/// A dbt project that cannot be read.
pub fn all() -> Result<Vec<Document>, ProjectError> {
    let project = Project::embedded()?;
    let mut documents = vec![
        ("docs/metrics.md".to_owned(), metrics::document()),
        (
            "docs/data-dictionary.md".to_owned(),
            dictionary::document(&project),
        ),
    ];
    documents.extend(contracts::documents(&project)?);
    Ok(documents)
}

/// Adds a line. Writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($part:tt)*) => {{
        use std::fmt::Write as _;
        writeln!($text, $($part)*).expect("a string takes any text")
    }};
}
use line;

/// A table row of Markdown; bars in a cell would end it.
fn row(cells: &[&str]) -> String {
    let mut text = String::from("|");
    for cell in cells {
        let cell = cell.replace('|', "\\|");
        write!(text, " {cell} |").expect("a string takes any text");
    }
    text
}
