//! encode: a mart's rows as the bytes of every published format and encoding.
pub(crate) mod columns;
pub mod compress;
mod csv;
mod json;
pub(crate) mod parquet;

use arrow_array::RecordBatch;
use tidemark_shared::api::Format;
use tidemark_shared::mart::MartSpec;
use tidemark_shared::wire;

use crate::error::SnapshotError;
use crate::format::{Encoding, encodings as encodings_of, mart_file};
use crate::parallel;

/// One file of a snapshot, in memory.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Every mart in every format, unencoded.
pub(crate) fn marts(
    marts: &[(&'static MartSpec, &RecordBatch)],
) -> Result<Vec<File>, SnapshotError> {
    let mut jobs: Vec<(&'static MartSpec, &RecordBatch, Format)> = marts
        .iter()
        .flat_map(|(spec, batch)| Format::ALL.map(|format| (*spec, *batch, format)))
        .collect();
    jobs.sort_by_key(|(_, batch, _)| std::cmp::Reverse(batch.num_rows()));
    let files = parallel::map(jobs, |(spec, batch, format)| {
        let columns = columns::columns(spec.name, batch)?;
        let bytes = match format {
            Format::Arrow => wire::from_batch(spec, batch)
                .and_then(|columns| wire::encode(&columns))
                .map_err(|error| SnapshotError::mart(spec.name, error.to_string()))?,
            Format::Json => json::rows(&columns, batch.num_rows()),
            Format::Csv => csv::rows(&columns, batch.num_rows()),
            Format::Parquet => parquet::file(batch)
                .map_err(|error| SnapshotError::mart(spec.name, error.to_string()))?,
        };
        let name = mart_file(spec.name, format, Encoding::Identity);
        Ok(File { name, bytes })
    });
    files.into_iter().collect()
}

/// The brotli and gzip variants of the files that have them.
pub(crate) fn encodings(plain: &[File]) -> Vec<File> {
    let mut jobs: Vec<(&File, Encoding)> = Vec::new();
    for file in plain {
        let extension = file
            .name
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension);
        let existing = Format::from_extension(extension).map_or(&[][..], encodings_of);
        let encoded = existing.iter().filter(|e| **e != Encoding::Identity);
        jobs.extend(encoded.map(|encoding| (file, *encoding)));
    }
    jobs.sort_by_key(|(file, _)| std::cmp::Reverse(file.bytes.len()));
    parallel::map(jobs, |(file, encoding)| File {
        name: format!("{}{}", file.name, encoding.suffix()),
        bytes: match encoding {
            Encoding::Brotli => compress::brotli(&file.bytes),
            Encoding::Gzip => compress::gzip(&file.bytes),
            Encoding::Identity => file.bytes.clone(),
        },
    })
}
