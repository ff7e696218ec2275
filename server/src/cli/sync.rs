//! `tidemark sync`: pulls from the vendors' APIs into the raw folder.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tidemark_connectors::{Connector, Mode, Outcome, RawOptions, SyncError, sync};

use super::{Context, stopped};
use crate::Failure;
use crate::waiting::SyncProgress;

/// Flags of `sync`.
#[derive(Debug, Args)]
pub(super) struct Sync {
    /// Sources to sync: stripe, salesforce, zendesk; without any all that are set up
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Read everything again, not only what changed
    #[arg(long)]
    full: bool,
    /// Only test the credentials and say which permission is missing; lands nothing
    #[arg(long, conflicts_with = "full")]
    check: bool,
}

impl Sync {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("raw", self.raw.as_deref())?;
        let connectors = context
            .settings
            .connections
            .connectors(&self.sources, &context.settings.files.fields)?;
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
        let progress = SyncProgress::new(context.json);
        if self.check {
            return runtime.block_on(check(&connectors, &progress, context.json));
        }
        let mode = if self.full {
            Mode::Full
        } else {
            Mode::Incremental
        };
        let raw: PathBuf = context.settings.raw.clone();
        let tell = progress.teller();
        let outcomes = runtime.block_on(async {
            tokio::select! {
                outcomes = sync(&connectors, &raw, mode, RawOptions::default(), &tell) => Ok(outcomes),
                () = stopped() => Err(Failure::Failed(
                    "stopped; what was saved is kept, and the next sync goes on from there".to_owned(),
                )),
            }
        })?;
        progress.finish();
        report(&outcomes, context.json)
    }
}

/// Prints what became of each source; a failure names those that failed.
fn report(outcomes: &[Outcome], as_json: bool) -> Result<(), Failure> {
    if as_json {
        let sources: Vec<_> = outcomes
            .iter()
            .map(|outcome| {
                json!({
                    "source": outcome.source,
                    "records": outcome.records,
                    "seconds": seconds(outcome.took),
                    "error": outcome.result.as_ref().err().map(SyncError::to_string),
                })
            })
            .collect();
        println!("{}", json!({ "sources": sources }));
    } else {
        for outcome in outcomes {
            println!(
                "{:<11} {}, in {} s",
                outcome.source,
                told(outcome),
                seconds(outcome.took)
            );
        }
    }
    let failed: Vec<&SyncError> = outcomes
        .iter()
        .filter_map(|outcome| outcome.result.as_ref().err())
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let only_settings = failed
        .iter()
        .all(|error| matches!(error, SyncError::Configuration(_)));
    let text: Vec<String> = failed.iter().map(|error| error.to_string()).collect();
    let text = text.join("\ntidemark: ");
    Err(if only_settings {
        Failure::Usage(text)
    } else {
        Failure::Failed(text)
    })
}

/// What was landed, and whether that is all.
fn told(outcome: &Outcome) -> String {
    let landed = outcome.records.iter().filter(|(_, records)| **records > 0);
    let landed: Vec<String> = landed
        .map(|(object, records)| format!("{object} {records}"))
        .collect();
    match (landed.is_empty(), outcome.result.is_ok()) {
        (true, true) => "nothing new".to_owned(),
        (true, false) => "stopped, nothing landed".to_owned(),
        (false, true) => landed.join(", "),
        (false, false) => format!("stopped after {}", landed.join(", ")),
    }
}

/// Whole tenths are enough to compare runs.
fn seconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 10.0).round() / 10.0
}

/// Prints for each source and object whether it can be read.
async fn check(
    connectors: &[Connector],
    progress: &SyncProgress,
    as_json: bool,
) -> Result<(), Failure> {
    let tell = progress.teller();
    let mut problems = 0;
    let mut found = Vec::new();
    for connector in connectors {
        let source = connector.source();
        let (objects, error) = match connector.check(&tell).await {
            Ok(objects) => (objects, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        problems += usize::from(error.is_some())
            + objects
                .iter()
                .filter(|access| access.problem.is_some())
                .count();
        found.push((source, objects, error));
    }
    progress.finish();
    if as_json {
        let sources: Vec<_> = found
            .iter()
            .map(|(source, objects, error)| {
                let objects: Vec<_> = objects
                    .iter()
                    .map(|access| json!({"object": access.object, "problem": access.problem}))
                    .collect();
                json!({"source": source, "objects": objects, "error": error})
            })
            .collect();
        println!("{}", json!({ "sources": sources }));
    } else {
        for (source, objects, error) in &found {
            if let Some(error) = error {
                println!("{source:<11} failed: {error}");
            }
            for access in objects {
                let said = access.problem.as_deref().unwrap_or("can be read");
                println!("{source:<11} {}: {said}", access.object);
            }
        }
    }
    match problems {
        0 => Ok(()),
        1 => Err(Failure::Failed(
            "one thing cannot be read; see above".to_owned(),
        )),
        n => Err(Failure::Failed(format!(
            "{n} things cannot be read; see above"
        ))),
    }
}
