//! freeze: what a snapshot is made of, and the check that it is what the mart specifications promise.
use std::cmp::Ordering;

use arrow_array::RecordBatch;
use chrono::{DateTime, NaiveDate, Utc};
use tidemark_shared::api::{MadeBy, Policies, Quality, SourceEntry};
use tidemark_shared::mart::{self, ColumnType, MartSpec};

use crate::encode::columns::{Column, columns, date};
use crate::error::SnapshotError;

/// One mart as it came out of the models.
#[derive(Debug, Clone)]
pub struct MartData {
    /// Its name in the list of marts.
    pub name: String,
    /// Columns in the mart's order and types, text as plain `Utf8`, rows ascending by the grain.
    pub batch: RecordBatch,
}

/// Everything one snapshot is made of. All of it but `generated_at` and `made_by` makes up the snapshot's id,
/// so nothing else in here should depend on when the build ran.
#[derive(Debug, Clone)]
pub struct Freeze<'a> {
    /// The marts.
    pub marts: &'a [MartData],
    /// The last complete business day.
    pub as_of: NaiveDate,
    /// When the build ran.
    pub generated_at: DateTime<Utc>,
    /// Reporting time zone, an IANA name.
    pub timezone: String,
    /// Reporting currency, an ISO 4217 code.
    pub currency: String,
    /// The choices that change what the numbers mean.
    pub policies: Policies,
    /// How fresh each source is.
    pub sources: Vec<SourceEntry>,
    /// What the checks said.
    pub quality: Quality,
    /// JSON documents published along: file name (`quality.json`, `lineage.json`, …) and bytes.
    pub documents: Vec<(String, Vec<u8>)>,
    /// Whether the company is simulated.
    pub demo: bool,
    /// The program and the models that made it.
    pub made_by: Option<MadeBy>,
}

impl Freeze<'_> {
    /// Checks every mart against its specification and the document names; pairs marts with specifications.
    pub(crate) fn check(&self) -> Result<Vec<(&'static MartSpec, &RecordBatch)>, SnapshotError> {
        for (i, (name, _)) in self.documents.iter().enumerate() {
            check_document_name(name)?;
            if self.documents[..i].iter().any(|(other, _)| other == name) {
                return Err(SnapshotError::DocumentName(name.to_owned()));
            }
        }
        let mut checked: Vec<(&'static MartSpec, &RecordBatch)> = Vec::new();
        for MartData { name, batch } in self.marts {
            let spec = mart::find(name)
                .ok_or_else(|| SnapshotError::mart(name, "no mart of this name is specified"))?;
            if checked.iter().any(|(other, _)| other.name == spec.name) {
                return Err(SnapshotError::mart(name, "it was given twice"));
            }
            check_mart(spec, batch)?;
            checked.push((spec, batch));
        }
        // The order of the specifications, so that the caller's order does not change the snapshot.
        checked.sort_by_key(|(spec, _)| mart::MARTS.iter().position(|m| m.name == spec.name));
        Ok(checked)
    }
}

fn check_document_name(name: &str) -> Result<(), SnapshotError> {
    let usable = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    let stem = name.strip_suffix(".json").unwrap_or_default();
    let taken = stem == "manifest" || mart::find(stem).is_some();
    if stem.is_empty() || taken || !stem.bytes().all(usable) {
        return Err(SnapshotError::DocumentName(name.to_owned()));
    }
    Ok(())
}

fn check_mart(spec: &MartSpec, batch: &RecordBatch) -> Result<(), SnapshotError> {
    let refuse = |problem: String| Err(SnapshotError::mart(spec.name, problem));
    let columns = columns(spec.name, batch)?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let wanted: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    if names != wanted {
        return refuse(format!(
            "its columns are {}, and should be {}",
            names.join(", "),
            wanted.join(", ")
        ));
    }
    for ((name, column), wanted) in columns.iter().zip(spec.columns) {
        let found = match column {
            Column::Text(_) => ColumnType::Text,
            Column::Int(_) => ColumnType::Int64,
            Column::Date(_) => ColumnType::Date,
            Column::Bool(_) => ColumnType::Bool,
        };
        if found != wanted.column_type {
            return refuse(format!(
                "column {name} holds {found:?}, and should hold {:?}",
                wanted.column_type
            ));
        }
        let rows = 0..batch.num_rows();
        if !wanted.nullable
            && let Some(row) = rows.clone().find(|row| column.is_null(*row))
        {
            return refuse(format!("column {name} is null in row {}", row + 1));
        }
        if let Column::Date(days) = column
            && let Some(row) = rows
                .clone()
                .find(|row| !column.is_null(*row) && date(days.value(*row)).is_none())
        {
            return refuse(format!(
                "column {name} is no calendar date in row {}",
                row + 1
            ));
        }
    }
    let grain = &columns[..spec.grain];
    for row in 1..batch.num_rows() {
        let order = grain
            .iter()
            .map(|(_, column)| column.compare(row - 1, row))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal);
        match order {
            Ordering::Less => {}
            Ordering::Equal => {
                return refuse(format!(
                    "rows {row} and {} have the same {}",
                    row + 1,
                    wanted[..spec.grain].join(", ")
                ));
            }
            Ordering::Greater => {
                return refuse(format!(
                    "row {} should stand before row {row}: rows are sorted by {}",
                    row + 1,
                    wanted[..spec.grain].join(", ")
                ));
            }
        }
    }
    Ok(())
}
