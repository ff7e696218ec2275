//! `tidemark build`: raw files to a published snapshot.

use chrono::NaiveDate;
use clap::Args;
use tidemark_shared::api::{Outcome, QualityReport};

use super::Context;
use crate::Failure;
use crate::pipeline::{self, Request};

/// Flags of `build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl Build {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        context.set("data", self.data.as_deref())?;
        let request = Request {
            as_of: self.as_of.unwrap_or_else(|| context.last_complete_day()),
            now: context.now,
            demo: false,
            publish: true,
            quiet: context.json,
        };
        let built = pipeline::build(&context.settings, request)?;
        tell(&context, &built)
    }
}

/// Prints what was built: JSON for machines, else a few lines.
pub(super) fn tell(context: &Context, built: &pipeline::Built) -> Result<(), Failure> {
    if context.json {
        println!("{}", serde_json::to_string(built).map_err(Failure::failed)?);
        return Ok(());
    }
    warn(&built.report);
    if built.quarantined > 0 {
        eprintln!(
            "{} of {} records are in quarantine: see {}",
            built.quarantined,
            built.records,
            context.settings.data.join("quarantine.jsonl").display()
        );
    }
    if let Some(id) = &built.snapshot_id {
        println!(
            "published {id} as of {} from {} records",
            built.as_of, built.records
        );
    }
    Ok(())
}

/// Prints the warnings of a report, one line each.
pub(super) fn warn(report: &QualityReport) {
    for finding in report.findings.iter().filter(|f| f.code != "quarantined") {
        eprintln!("warning: {}: {}", finding.place, finding.message);
    }
    for check in report.checks.iter().filter(|c| c.outcome == Outcome::Warn) {
        eprintln!("warning: {}", check.message);
    }
}
