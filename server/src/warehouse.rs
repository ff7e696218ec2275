//! Writes the models and the landed raw tables as a dbt project: who outgrows one machine takes every definition along.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use tidemark_project::{Files, Project};

use crate::progress::Progress;
use crate::{Failure, Settings, pipeline};

/// A folder that has this file is a dbt project.
const PROJECT: &str = "dbt_project.yml";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Written {
    /// Files of the dbt project.
    pub(crate) files: usize,
    /// Raw tables, one Parquet file each, the empty ones of absent sources too.
    pub(crate) tables: usize,
    /// Rows of all raw tables.
    pub(crate) rows: usize,
    /// Records that could not be read and are in no table.
    pub(crate) quarantined: usize,
}

/// Lands the raw files and writes `out`: the project's files with the settings as vars, and `raw/<table>.parquet`.
///
/// # Errors
/// [`Failure::Usage`] where `out` holds something else, [`Failure::Failed`] for what cannot be read or written.
pub(crate) fn write(
    settings: &Settings,
    as_of: NaiveDate,
    out: &Path,
    quiet: bool,
) -> Result<Written, Failure> {
    refuse_strangers(out)?;
    let mut progress = Progress::new(quiet);
    let mut files = Files::embedded();
    let project = Project::read(&files).map_err(Failure::failed)?;
    let vars = pipeline::vars(settings, as_of);
    files.set_vars(&vars).map_err(Failure::failed)?;
    let landed = pipeline::land(settings, &project, &mut progress)?;

    progress.stage("write");
    for (path, text) in files.iter() {
        put(&out.join(path), text.as_bytes())?;
    }
    for table in &landed.tables {
        let path = out.join(format!("raw/{}.parquet", table.name));
        let bytes = tidemark_snapshot::parquet_file(&table.batch)
            .map_err(|error| Failure::Failed(format!("table {}: {error}", table.name)))?;
        put(&path, &bytes)?;
    }
    Ok(Written {
        files: files.iter().count(),
        tables: landed.tables.len(),
        rows: landed.tables.iter().map(|t| t.batch.num_rows()).sum(),
        quarantined: landed.quarantine.len(),
    })
}

/// Writes only into an empty or absent folder, or over what was written before.
fn refuse_strangers(out: &Path) -> Result<(), Failure> {
    let refuse = |why: &str| {
        Err(Failure::Usage(format!(
            "--out: {} {why}; name a new folder",
            out.display()
        )))
    };
    match fs::read_dir(out) {
        Ok(mut entries) => match fs::read_to_string(out.join(PROJECT)) {
            Ok(text) if text.lines().any(|line| line == "name: tidemark") => Ok(()),
            Ok(_) => refuse("holds another dbt project"),
            Err(_) if entries.next().is_none() => Ok(()),
            Err(_) => refuse("is not empty and holds no project of Tidemark"),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => refuse(&format!("cannot be read: {error}")),
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))
}
