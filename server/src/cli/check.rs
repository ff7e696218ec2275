//! `tidemark check`: everything `build` does but publishing.

use chrono::NaiveDate;
use clap::Args;

use super::Context;
use crate::Failure;
use crate::identity;
use crate::pipeline::{self, Request};

/// Flags of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl Check {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        let request = Request {
            as_of: self.as_of.unwrap_or_else(|| context.last_complete_day()),
            now: context.now,
            demo: false,
            publish: false,
            quiet: context.json,
        };
        let built = pipeline::build(&context.settings, request)?;
        if context.json {
            println!(
                "{}",
                serde_json::to_string(&built.report).map_err(Failure::failed)?
            );
            return Ok(());
        }
        super::build::warn(&built.report);
        for line in identity::lines(&built.report.identity.rates) {
            println!("{line}");
        }
        println!(
            "{} checks passed as of {}, {} warnings, {} of {} records in quarantine",
            built.report.checks.len(),
            built.as_of,
            built.report.quality.warnings,
            built.quarantined,
            built.records
        );
        Ok(())
    }
}
