//! Parquet rows as JSON text, so that they are read like any other record.
//!
//! Columns are read by their logical type, and only those that landing takes something from: a column of a type
//! that no field has, such as a time of day, is not even decoded.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Fields, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};

use crate::open::{unpacked_limit, unpacks_too_far};
use crate::split::{Item, LONGEST_RECORD, Records, TOO_LONG};

mod cell;

/// Bytes of JSON per block.
const BLOCK: usize = 1 << 20;

/// Rows that are decoded at a time.
const BATCH: usize = 1024;

/// The rows of a Parquet file.
pub(crate) struct Rows {
    batches: ParquetRecordBatchReader,
    /// The batch that is being written, and how many of its rows were.
    batch: Option<(RecordBatch, usize)>,
    /// The names of the columns that are read, as JSON, each with a comma or brace before and a colon behind it.
    columns: Vec<Vec<u8>>,
    /// The names of the columns that are not read.
    unread: Vec<String>,
    row: u64,
    left: u64,
    limit: u64,
}

impl Rows {
    /// Opens a file; `is_read` says of a column whether landing takes something from it.
    pub(crate) fn open(path: &Path, is_read: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let not_parquet = |error| format!("it is not a Parquet file ({error})");
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::load(&file, options.clone()).map_err(not_parquet)?;
        let schema = Arc::clone(metadata.schema());
        let chosen: Vec<usize> = (0..schema.fields().len())
            .filter(|at| {
                is_read(schema.field(*at).name())
                    && cell::is_readable(schema.field(*at).data_type())
            })
            .collect();
        // Views of repeated text share its bytes, so a small file cannot fill the memory.
        let fields: Fields = schema
            .fields()
            .iter()
            .map(|field| as_views(field))
            .collect();
        let options = options.with_schema(Arc::new(Schema::new(fields)));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
            .map_err(not_parquet)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
        let mask = ProjectionMask::roots(builder.parquet_schema(), chosen.iter().copied());
        let batches = builder
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()
            .map_err(not_parquet)?;
        let columns = chosen.iter().enumerate().map(|(place, at)| {
            let name = serde_json::to_string(schema.field(*at).name()).unwrap_or_default();
            let before = if place == 0 { "{" } else { "," };
            format!("{before}{name}:").into_bytes()
        });
        let unread = (0..schema.fields().len()).filter(|at| !chosen.contains(at));
        let limit = unpacked_limit(size);
        Ok(Self {
            batches,
            batch: None,
            columns: columns.collect(),
            unread: unread.map(|at| schema.field(at).name().clone()).collect(),
            row: 0,
            left: limit,
            limit,
        })
    }

    /// The names of the columns that are not read.
    pub(crate) fn unread(&self) -> &[String] {
        &self.unread
    }

    /// The next rows as JSON objects, their line being the row number from 1.
    pub(crate) fn next_block(&mut self) -> Result<Option<Records>, String> {
        let mut bytes = Vec::new();
        let mut items = Vec::new();
        while bytes.len() < BLOCK && self.fill()? {
            let Some((batch, at)) = &mut self.batch else {
                break;
            };
            let start = bytes.len();
            self.row += 1;
            object(&mut bytes, &self.columns, batch, *at)
                .map_err(|error| format!("row {}: {error}", self.row))?;
            *at += 1;
            let length = bytes.len() - start;
            items.push(Item {
                line: self.row,
                start,
                end: bytes.len(),
                problem: (length > LONGEST_RECORD).then_some(TOO_LONG),
            });
            self.left = self
                .left
                .checked_sub(length as u64)
                .ok_or_else(|| unpacks_too_far(self.limit))?;
        }
        Ok((!items.is_empty()).then_some((bytes, items)))
    }

    /// Decodes the next batch where the last one is written; whether there is a row to write.
    fn fill(&mut self) -> Result<bool, String> {
        while self
            .batch
            .as_ref()
            .is_none_or(|(batch, at)| *at == batch.num_rows())
        {
            match self.batches.next() {
                None => return Ok(false),
                Some(Err(error)) => {
                    return Err(format!(
                        "the rows after row {} are damaged ({error})",
                        self.row
                    ));
                }
                Some(Ok(batch)) => self.batch = Some((batch, 0)),
            }
        }
        Ok(true)
    }
}

fn object(
    out: &mut Vec<u8>,
    columns: &[Vec<u8>],
    batch: &RecordBatch,
    row: usize,
) -> std::io::Result<()> {
    if columns.is_empty() {
        out.push(b'{');
    }
    for (name, column) in columns.iter().zip(batch.columns()) {
        out.extend_from_slice(name);
        cell::write(out, column.as_ref(), row)?;
    }
    out.push(b'}');
    Ok(())
}

/// The field with text as views, at every depth.
fn as_views(field: &Field) -> Arc<Field> {
    let within = |inner: &Arc<Field>| as_views(inner);
    let data_type = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(within).collect()),
        DataType::List(inner) => DataType::List(within(inner)),
        DataType::LargeList(inner) => DataType::LargeList(within(inner)),
        DataType::Map(entries, sorted) => DataType::Map(within(entries), *sorted),
        other => other.clone(),
    };
    Arc::new(field.clone().with_data_type(data_type))
}
