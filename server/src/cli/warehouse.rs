//! `tidemark warehouse`: the models and the landed raw tables as a dbt project that a warehouse builds.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::Context;
use crate::{Failure, warehouse};

/// Flags of `warehouse`.
#[derive(Debug, Args)]
pub(super) struct Warehouse {
    /// Folder to write the dbt project to: a new one, or one written before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl Warehouse {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        let as_of = self.as_of.unwrap_or_else(|| context.last_complete_day());
        let written = warehouse::write(&context.settings, as_of, &self.out, context.json)?;
        if context.json {
            println!(
                "{}",
                serde_json::to_string(&written).map_err(Failure::failed)?
            );
            return Ok(());
        }
        if written.quarantined > 0 {
            eprintln!(
                "{} records could not be read and are left out; `tidemark check` says which and why",
                written.quarantined
            );
        }
        println!(
            "wrote {} files of the dbt project and {} raw tables ({} rows) to {}; `dbt build` in that folder makes the marts",
            written.files,
            written.tables,
            written.rows,
            self.out.display()
        );
        Ok(())
    }
}
