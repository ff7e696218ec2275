//! elsewhere: reads a mart that another engine made, from Parquet or Arrow files, into the columns,
//! types and order of its specification.
#[cfg(test)]
mod tests;
mod values;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tidemark_shared::mart::{ColumnType, MartSpec};

use crate::encode::columns::columns;
use crate::error::SnapshotError;
use values::Values;

/// Endings of the files that are read.
const ENDINGS: [&str; 3] = ["parquet", "arrow", "arrows"];

/// Reads a mart from `folder`: the file `<mart>.parquet`, `.arrow` (file format) or `.arrows` (stream
/// format), or all such files of a folder `<mart>`. Columns may stand in any order and case, integers may
/// be of any width or decimals without a fraction, and rows are sorted by the grain. Returns none if
/// there is no file.
///
/// # Errors
/// [`SnapshotError::Mart`] with the file and the reason where something cannot be read as the
/// specification wants it; [`SnapshotError::Io`] where the folder cannot be read.
pub fn read_mart(
    spec: &'static MartSpec,
    folder: &Path,
) -> Result<Option<RecordBatch>, SnapshotError> {
    let files = files(spec.name, folder)?;
    if files.is_empty() {
        return Ok(None);
    }
    let mut made: Vec<Values> = spec
        .columns
        .iter()
        .map(|column| Values::new(column.column_type))
        .collect();
    for file in &files {
        let name = file.strip_prefix(folder).unwrap_or(file).display();
        let refused =
            |problem: String| SnapshotError::mart(spec.name, format!("{name}: {problem}"));
        for batch in batches(file).map_err(refused)? {
            let batch = batch.map_err(refused)?;
            take(spec, &batch, &mut made).map_err(refused)?;
        }
    }
    let fields: Vec<Field> = spec
        .columns
        .iter()
        .map(|column| Field::new(column.name, data_type(column.column_type), column.nullable))
        .collect();
    let arrays: Vec<ArrayRef> = made.into_iter().map(Values::finish).collect();
    // Fields that may be null at first: which values are missing is judged with the rest.
    let lenient: Vec<Field> = fields
        .into_iter()
        .map(|field| field.with_nullable(true))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(lenient)), arrays)
        .map_err(|error| SnapshotError::mart(spec.name, error.to_string()))?;
    sorted(spec, batch).map(Some)
}

/// The files of a mart, by name.
fn files(mart: &str, folder: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let failed = |source| SnapshotError::io("read", folder, source);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let stem = path.file_stem().unwrap_or_default();
        if !stem.eq_ignore_ascii_case(mart) {
            continue;
        }
        if path.is_dir() {
            for part in fs::read_dir(&path).map_err(failed)? {
                let part = part.map_err(failed)?.path();
                // Spark and others leave marks beside the parts, such as _SUCCESS and .crc files.
                if is_read(&part) && part.is_file() {
                    found.push(part);
                }
            }
        } else if is_read(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_read(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let ending = path.extension().unwrap_or_default();
    !hidden
        && ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
}

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, String>>>;

/// The batches of a file, read one after the other.
fn batches(path: &Path) -> Result<Batches, String> {
    let words = |error: &dyn std::fmt::Display| format!("it cannot be read: {error}");
    let file = File::open(path).map_err(|error| words(&error))?;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let batches: Batches = match ending.to_str() {
        Some("parquet") => {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)
                .and_then(ParquetRecordBatchReaderBuilder::build)
                .map_err(|error| words(&error))?;
            Box::new(reader.map(move |batch| batch.map_err(|error| words(&error))))
        }
        Some("arrow") => {
            let reader =
                FileReader::try_new(BufReader::new(file), None).map_err(|error| words(&error))?;
            Box::new(reader.map(move |batch| batch.map_err(|error| words(&error))))
        }
        _ => {
            let reader =
                StreamReader::try_new(BufReader::new(file), None).map_err(|error| words(&error))?;
            Box::new(reader.map(move |batch| batch.map_err(|error| words(&error))))
        }
    };
    Ok(batches)
}

/// Appends a batch to the columns made so far.
fn take(spec: &MartSpec, batch: &RecordBatch, made: &mut [Values]) -> Result<(), String> {
    let schema = batch.schema_ref();
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let unknown: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| {
            !spec
                .columns
                .iter()
                .any(|c| c.name.eq_ignore_ascii_case(name))
        })
        .collect();
    if !unknown.is_empty() {
        return Err(format!("the mart has no column {}", unknown.join(", ")));
    }
    for (column, values) in spec.columns.iter().zip(made) {
        let name = column.name;
        let mut at = names
            .iter()
            .enumerate()
            .filter(|(_, found)| found.eq_ignore_ascii_case(name))
            .map(|(at, _)| at);
        let Some(first) = at.next() else {
            return Err(format!("column {name} is missing"));
        };
        if at.next().is_some() {
            return Err(format!("column {name} is there twice"));
        }
        values
            .append(batch.column(first))
            .map_err(|problem| format!("column {name} {problem}"))?;
    }
    Ok(())
}

const fn data_type(column: ColumnType) -> DataType {
    match column {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Bool => DataType::Boolean,
    }
}

/// The rows in the order of the grain. Rows of one grain stay beside each other, to be refused later.
fn sorted(spec: &MartSpec, batch: RecordBatch) -> Result<RecordBatch, SnapshotError> {
    let order = {
        let columns = columns(spec.name, &batch)?;
        let grain = &columns[..spec.grain];
        let compare = |left: usize, right: usize| {
            grain
                .iter()
                .map(|(_, column)| column.compare(left, right))
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        let rows = batch.num_rows();
        if (1..rows).all(|row| compare(row - 1, row).is_le()) {
            return Ok(batch);
        }
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|left, right| compare(*left, *right));
        order
    };
    let reordered = batch.columns().iter().map(|array| -> ArrayRef {
        match array.data_type() {
            DataType::Utf8 => {
                let text = array.as_string::<i32>();
                let picked = order
                    .iter()
                    .map(|row| text.is_valid(*row).then(|| text.value(*row)));
                Arc::new(picked.collect::<StringArray>())
            }
            DataType::Int64 => {
                let values = array.as_primitive::<Int64Type>();
                let picked = order
                    .iter()
                    .map(|row| values.is_valid(*row).then(|| values.value(*row)));
                Arc::new(picked.collect::<Int64Array>())
            }
            DataType::Date32 => {
                let values = array.as_primitive::<Date32Type>();
                let picked = order
                    .iter()
                    .map(|row| values.is_valid(*row).then(|| values.value(*row)));
                Arc::new(picked.collect::<Date32Array>())
            }
            _ => {
                let values = array.as_boolean();
                let picked = order
                    .iter()
                    .map(|row| values.is_valid(*row).then(|| values.value(*row)));
                Arc::new(picked.collect::<BooleanArray>())
            }
        }
    });
    let columns: Vec<ArrayRef> = reordered.collect();
    RecordBatch::try_new(batch.schema(), columns)
        .map_err(|error| SnapshotError::mart(spec.name, error.to_string()))
}
