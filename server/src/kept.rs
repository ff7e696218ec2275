//! What a build keeps in the data folder for its operator and publishes to nobody: unreadable records and failing rows.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tidemark_landing::Quarantined;

use crate::Failure;

/// Failing rows kept of one check.
pub(crate) const MOST_ROWS: usize = 10_000;

/// Folder of the failing rows inside the data folder.
const FAILING: &str = "failing";

/// The failing rows of the latest run of the checks, one file of JSON lines per check that did not pass.
pub(crate) struct FailingRows {
    /// The data folder; none to keep nothing.
    data: Option<PathBuf>,
}

impl FailingRows {
    /// Begins anew: what the last run kept is removed. Without a data folder nothing is kept.
    pub(crate) fn new(data: &Path) -> Result<Self, Failure> {
        if !data.is_dir() {
            return Ok(Self { data: None });
        }
        let folder = data.join(FAILING);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot(&folder, &error)),
            _ => Ok(Self {
                data: Some(data.to_owned()),
            }),
        }
    }

    /// Keeps a check's failing rows; gives the file, relative to the data folder.
    pub(crate) fn keep(
        &self,
        check: &str,
        rows: &[Map<String, Value>],
    ) -> Result<Option<String>, Failure> {
        let Some(data) = &self.data else {
            return Ok(None);
        };
        if rows.is_empty() {
            return Ok(None);
        }
        let folder = data.join(FAILING);
        fs::create_dir_all(&folder).map_err(|error| cannot(&folder, &error))?;
        let name = format!("{FAILING}/{check}.jsonl");
        write_lines(&data.join(&name), rows)?;
        Ok(Some(name))
    }
}

/// The records of the latest build that could not be read, in `quarantine.jsonl` of the data folder.
/// They may hold personal data, so they stay there and are not published.
pub(crate) fn quarantine(data: &Path, rows: &[Quarantined]) -> Result<(), Failure> {
    let lines: Vec<Value> = rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "source": row.source, "object": row.object, "file": row.file, "line": row.line, "reason": row.reason, "text": row.text,
            })
        })
        .collect();
    write_lines(&data.join("quarantine.jsonl"), &lines)
}

/// One JSON value per line; the file appears as a whole or not at all.
fn write_lines<T: serde::Serialize>(path: &Path, lines: &[T]) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let temporary = path.with_extension("jsonl.new");
        let mut file = BufWriter::new(fs::File::create(&temporary)?);
        for line in lines {
            serde_json::to_writer(&mut file, line)?;
            file.write_all(b"\n")?;
        }
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::Passing(format!("cannot write {}: {error}", path.display()))
}
