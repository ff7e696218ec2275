//! encode: a mart's rows as the bytes of every published format and encoding.
pub(crate) mod columns;
pub mod compress;
mod csv;
mod json;
pub(crate) mod parquet;

use std::io::{self, Read, Write};

use arrow_array::RecordBatch;
use tidemark_shared::api::Format;
use tidemark_shared::mart::MartSpec;
use tidemark_shared::wire;

use crate::format::Encoding;

/// Writes a mart in a format, unencoded. All but Arrow, which is one batch, are made a piece at a time.
pub(crate) fn mart(
    spec: &'static MartSpec,
    batch: &RecordBatch,
    format: Format,
    mut out: impl Write + Send,
) -> io::Result<()> {
    let columns = columns::columns(spec.name, batch).map_err(io::Error::other)?;
    match format {
        Format::Arrow => {
            let columns = wire::from_batch(spec, batch).map_err(io::Error::other)?;
            out.write_all(&wire::encode(&columns).map_err(io::Error::other)?)
        }
        Format::Json => json::write(&columns, batch.num_rows(), out),
        Format::Csv => csv::write(&columns, batch.num_rows(), out),
        Format::Parquet => parquet::write(batch, out).map_err(io::Error::other),
    }
}

/// Copies a plain file of `bytes` bytes in an encoding.
pub(crate) fn encoded(
    encoding: Encoding,
    mut plain: impl Read,
    bytes: u64,
    mut out: impl Write,
) -> io::Result<()> {
    match encoding {
        Encoding::Identity => io::copy(&mut plain, &mut out).map(drop),
        Encoding::Brotli => compress::copy_brotli(plain, bytes, out),
        Encoding::Gzip => compress::copy_gzip(plain, out),
    }
}
