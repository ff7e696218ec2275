//! Findings: what landing noticed and a person should look at.

use std::collections::{BTreeMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};

use crate::schema::Table;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; numbers may lack something.
    Warn,
    /// Numbers would be wrong.
    Error,
}

/// Something landing noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Source name; empty for the raw folder itself.
    pub source: String,
    /// Object name; empty for the source as a whole.
    pub object: String,
    /// Stable name of the kind of finding.
    pub code: &'static str,
    /// What was found, where, and what to do.
    pub message: String,
}

impl Finding {
    pub(crate) fn error(source: &str, object: &str, code: &'static str, message: String) -> Self {
        Self {
            severity: Severity::Error,
            ..Self::warn(source, object, code, message)
        }
    }

    pub(crate) fn warn(source: &str, object: &str, code: &'static str, message: String) -> Self {
        Self {
            severity: Severity::Warn,
            source: source.to_owned(),
            object: object.to_owned(),
            code,
            message,
        }
    }
}

/// Columns that should tell the rows of a reference table apart.
const KEYS: [(Table, &[&str]); 4] = [
    (Table::ReferenceExchangeRates, &["currency"]),
    (Table::ReferenceCountryRegions, &["country_key"]),
    (Table::ReferenceIdentityOverrides, &["source", "id"]),
    (Table::ReferenceAnnotations, &["day", "label"]),
];

/// Rows of a reference table that say something else than an earlier row about the same thing.
pub(crate) fn conflicting_rows(table: Table, batch: &RecordBatch) -> Option<Finding> {
    let (_, key) = KEYS.iter().find(|(keyed, _)| *keyed == table)?;
    let (mut latest, mut conflicts) = (BTreeMap::new(), Vec::new());
    for row in 0..batch.num_rows() {
        let (mut id, mut rest) = (String::new(), String::new());
        for (column, field) in batch
            .columns()
            .iter()
            .zip(batch.schema_ref().fields())
            .skip(1)
        {
            // How a country is written is not what is said about it.
            match field.name().as_str() {
                name if key.contains(&name) => push_cell(&mut id, column, row),
                "country" => {}
                _ => push_cell(&mut rest, column, row),
            }
        }
        if latest
            .insert(id.clone(), rest.clone())
            .is_some_and(|before| before != rest)
        {
            conflicts.push(row + 1);
        }
    }
    let schema = table.schema();
    let first = conflicts.first()?;
    let message = format!(
        "{} rows of {}/{} contradict an earlier row with the same {} (first: row {first}); the later row stands, remove the other",
        conflicts.len(),
        schema.source,
        schema.object,
        key.join(" and "),
    );
    Some(Finding::warn(
        schema.source,
        schema.object,
        "conflicting_rows",
        message,
    ))
}

/// Rows of a reference table that equal another row of it.
pub(crate) fn repeated_rows(table: Table, batch: &RecordBatch) -> Option<Finding> {
    let mut seen = HashSet::new();
    let mut repeated = 0u64;
    for row in 0..batch.num_rows() {
        let mut text = String::new();
        for column in &batch.columns()[1..] {
            push_cell(&mut text, column, row);
        }
        repeated += u64::from(!seen.insert(text));
    }
    let schema = table.schema();
    (repeated > 0).then(|| {
        let message = format!(
            "{repeated} rows of {}/{} repeat another row; they count as written, remove them if they are a mistake",
            schema.source, schema.object
        );
        Finding::warn(schema.source, schema.object, "repeated_rows", message)
    })
}

fn push_cell(text: &mut String, column: &dyn Array, row: usize) {
    use std::fmt::Write as _;
    // Lengths before texts keep different rows apart whatever characters they hold.
    let written = if column.is_null(row) {
        write!(text, "-;")
    } else if let Some(strings) = column.as_string_opt::<i32>() {
        let value = strings.value(row);
        write!(text, "{}:{value};", value.len())
    } else if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        write!(text, "{};", numbers.value(row))
    } else if let Some(days) = column.as_primitive_opt::<arrow_array::types::Date32Type>() {
        write!(text, "{};", days.value(row))
    } else {
        write!(text, "{:?};", column.slice(row, 1))
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}
