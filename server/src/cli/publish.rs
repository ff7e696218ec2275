//! `tidemark publish`: marts made elsewhere become a snapshot like any other.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::{Context, build};
use crate::Failure;
use crate::publish::{Elsewhere, publish};

/// Flags of `publish`.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// Folder with the marts: a Parquet or Arrow file, or a folder of part files, for each
    #[arg(long, value_name = "DIR")]
    marts: PathBuf,
    /// Last day that exists in them, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

impl Publish {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let elsewhere = Elsewhere {
            marts: &self.marts,
            as_of: context.as_of(Some(self.as_of))?,
            now: context.now,
            quiet: context.json,
        };
        let built = publish(&context.settings, elsewhere)?;
        build::tell(&context, &built)?;
        match built.refusal {
            Some(reason) => Err(Failure::Refused(reason)),
            None => Ok(()),
        }
    }
}
