//! `tidemark build`: raw files to a published snapshot.

use chrono::NaiveDate;
use clap::Args;
use tidemark_shared::api::Severity;

use super::Context;
use crate::Failure;
use crate::pipeline::{self, Request};
use crate::report::Message;

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
    /// Publish although objects lost more of their records than max_shrink allows
    #[arg(long)]
    accept_shrink: bool,
}

impl Build {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        context.set("data", self.data.as_deref())?;
        if self.accept_shrink {
            context.settings.max_shrink = 1.0;
        }
        let request = Request {
            as_of: context.as_of(self.as_of)?,
            now: context.now,
            demo: false,
            publish: true,
            quiet: context.json,
        };
        let built = pipeline::run(&context.settings, request)?;
        tell(&context, &built)?;
        match built.refusal {
            Some(reason) => Err(Failure::Refused(reason)),
            None => Ok(()),
        }
    }
}

/// Prints what was built: JSON for machines, else a few lines.
pub(super) fn tell(context: &Context, built: &pipeline::Built) -> Result<(), Failure> {
    if context.json {
        println!("{}", serde_json::to_string(built).map_err(Failure::failed)?);
        return Ok(());
    }
    warn(&built.messages);
    if built.quarantined > 0 {
        eprintln!(
            "{} of {} records are in quarantine: see {}",
            built.quarantined,
            built.quarantined + built.records,
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

/// Prints all errors and warnings, one line each.
pub(super) fn warn(messages: &[Message]) {
    for message in messages {
        let word = match message.severity {
            Severity::Error => "error",
            Severity::Warn => "warning",
        };
        eprintln!("{word}: {}: {}", message.place, message.message);
    }
}
