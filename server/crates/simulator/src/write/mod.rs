//! Writing the raw layout: a folder per source, a file per object.

mod invoice_shapes;
pub(crate) mod reference;
pub(crate) mod salesforce;
pub(crate) mod stripe;
mod stripe_catalog;
mod stripe_invoice;
mod stripe_shapes;
pub(crate) mod zendesk;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::SimulateError;

/// Writes files under the raw folder and counts them.
pub(crate) struct RawFolder<'a> {
    root: &'a Path,
    pub rows: u64,
    pub files: u32,
}

impl<'a> RawFolder<'a> {
    pub(crate) fn new(root: &'a Path) -> Self {
        Self {
            root,
            rows: 0,
            files: 0,
        }
    }

    /// One JSON object per line; gzipped where the name ends so.
    pub(crate) fn json_lines<T: Serialize>(
        &mut self,
        source: &str,
        file: &str,
        records: impl Iterator<Item = T>,
    ) -> Result<(), SimulateError> {
        let path = self.path(source, file)?;
        let rows = write_lines(&path, records).map_err(|source| SimulateError::Write {
            path: path.clone(),
            source,
        })?;
        self.count(rows);
        Ok(())
    }

    /// A CSV with a header.
    pub(crate) fn csv<const N: usize>(
        &mut self,
        source: &str,
        file: &str,
        header: [&str; N],
        records: impl Iterator<Item = [String; N]>,
    ) -> Result<(), SimulateError> {
        let path = self.path(source, file)?;
        let rows = write_csv(&path, header, records).map_err(|source| SimulateError::Write {
            path: path.clone(),
            source,
        })?;
        self.count(rows);
        Ok(())
    }

    fn path(&self, source: &str, file: &str) -> Result<PathBuf, SimulateError> {
        let folder = self.root.join(source);
        fs::create_dir_all(&folder).map_err(|source| SimulateError::Write {
            path: folder.clone(),
            source,
        })?;
        Ok(folder.join(file))
    }

    fn count(&mut self, rows: u64) {
        self.rows += rows;
        self.files += 1;
    }
}

fn write_lines<T: Serialize>(path: &Path, records: impl Iterator<Item = T>) -> io::Result<u64> {
    let file = BufWriter::with_capacity(1 << 17, File::create(path)?);
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut gz = GzEncoder::new(file, Compression::fast());
        let rows = lines_into(&mut gz, records)?;
        gz.finish()?.flush()?;
        Ok(rows)
    } else {
        let mut file = file;
        let rows = lines_into(&mut file, records)?;
        file.flush()?;
        Ok(rows)
    }
}

fn lines_into<T: Serialize>(
    writer: &mut impl Write,
    records: impl Iterator<Item = T>,
) -> io::Result<u64> {
    let mut rows = 0;
    let mut line = Vec::with_capacity(4_096);
    for record in records {
        line.clear();
        serde_json::to_writer(&mut line, &record)?;
        line.push(b'\n');
        writer.write_all(&line)?;
        rows += 1;
    }
    Ok(rows)
}

fn write_csv<const N: usize>(
    path: &Path,
    header: [&str; N],
    records: impl Iterator<Item = [String; N]>,
) -> io::Result<u64> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(header)?;
    let mut rows = 0;
    for record in records {
        writer.write_record(&record)?;
        rows += 1;
    }
    writer.flush()?;
    Ok(rows)
}
