//! parquet: a table as one Parquet file for notebooks and warehouses.
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

/// The batch as Parquet bytes, zstd-compressed, with the plain column types of the contract.
///
/// # Errors
/// A column type that Parquet does not have.
pub fn file(batch: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("tidemark".to_owned())
        .build();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(out)
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
}
