//! `tidemark build`: raw files to a published snapshot.

use chrono::NaiveDate;
use clap::Args;
use tidemark_shared::api::Severity;
use tidemark_shared::date::{add_days, last_plausible_day};

use super::Context;
use crate::Failure;
use crate::pipeline::{self, Request};
use crate::report::Message;

/// Days that may pass after the newest record of a company whose numbers are still of interest.
const QUIET_DAYS: i32 = 31;

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
            as_of: as_of(&context, self.as_of)?,
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

/// The last day of the build. One later than today is accepted only where the records prove that this
/// machine's clock is behind: the newest of them is later than today, too.
fn as_of(context: &Context, named: Option<NaiveDate>) -> Result<NaiveDate, Failure> {
    let refused = match context.as_of(named) {
        Ok(as_of) => return Ok(as_of),
        Err(refused) => refused,
    };
    let today = context.today();
    let Some(day) = named.filter(|day| *day > today) else {
        return Err(refused);
    };
    // Raw files that cannot be read prove nothing.
    let newest = pipeline::newest_record(&context.settings).ok().flatten();
    match newest.filter(|newest| *newest > last_plausible_day(today)) {
        Some(newest) if day <= add_days(newest, QUIET_DAYS) => {
            eprintln!(
                "warning: it is {today} here, but the newest record is of {newest}: this machine's clock is behind; {day} is served once the clock is right"
            );
            Ok(day)
        }
        _ => Err(refused),
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
