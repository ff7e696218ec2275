//! parquet: a table as one Parquet file for notebooks and warehouses.
use std::io::Write;

use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

/// The most rows of a row group; a group is held in memory until it is full.
const GROUP: usize = 128 * 1024;

/// The batch as Parquet bytes, zstd-compressed, with the plain column types of the contract.
///
/// # Errors
/// A column type that Parquet does not have.
pub fn file(batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut out = Vec::new();
    write(batch, &mut out)?;
    Ok(out)
}

/// Writes the bytes of [`file`], one row group at a time.
pub(crate) fn write(batch: &RecordBatch, out: impl Write + Send) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("tidemark".to_owned())
        .set_max_row_group_row_count(Some(GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{batch, bool_column, date_column, int_column, text_column};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    #[test]
    fn reads_back_equal() {
        let batch = batch(vec![
            (
                "day",
                date_column(&[Some("2024-02-29"), Some("1969-12-31")]),
            ),
            ("plan", text_column(&[Some("Pro"), None])),
            ("mrr", int_column(&[Some(i64::MIN), Some(0)])),
            ("on", bool_column(&[Some(true), None])),
        ]);
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), file(&batch).unwrap()).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(path.reopen().unwrap()).unwrap();
        let back: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
        assert_eq!(back.len(), 1);
        assert_eq!(back[0].columns(), batch.columns());
    }

    #[test]
    fn a_row_group_is_no_longer_than_its_bound() {
        let mart = crate::testing::spends(GROUP + 1);
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), file(&mart.batch).unwrap()).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(path.reopen().unwrap()).unwrap();
        let groups = reader.metadata().row_groups().iter();
        let rows: Vec<i64> = groups.map(|group| group.num_rows()).collect();
        assert_eq!(rows, [GROUP as i64, 1]);
    }
}
