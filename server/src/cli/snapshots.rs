//! `tidemark snapshots`: what was published, and going back to it.

use clap::{Args, Subcommand};
use tidemark_snapshot::{SnapshotId, Store};

use super::Context;
use crate::Failure;

/// Flags of `snapshots`.
#[derive(Debug, Args)]
pub(super) struct Snapshots {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<String>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the published snapshots, newest first
    List,
    /// Serve an earlier snapshot as the latest again
    Rollback {
        /// Its id
        id: String,
    },
}

impl Snapshots {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        match self.action.unwrap_or(Action::List) {
            Action::List => list(&context),
            Action::Rollback { id } => {
                let id: SnapshotId = id.parse().map_err(Failure::usage)?;
                let store = Store::open(&context.settings.data).map_err(Failure::failed)?;
                store.set_current(&id).map_err(Failure::failed)?;
                println!("{id} is served as the latest now");
                Ok(())
            }
        }
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let entries = Store::open_read_only(&context.settings.data)
        .list()
        .map_err(Failure::failed)?;
    if context.json {
        println!(
            "{}",
            serde_json::to_string(&entries).map_err(Failure::failed)?
        );
        return Ok(());
    }
    if entries.is_empty() {
        println!(
            "nothing is published in {} yet",
            context.settings.data.display()
        );
    }
    for entry in entries {
        let mark = if entry.current { '*' } else { ' ' };
        println!(
            "{mark} {}  as of {}  made {}  {} warnings",
            entry.snapshot_id,
            entry.as_of,
            entry.generated_at.format("%Y-%m-%d %H:%M UTC"),
            entry.quality.warnings
        );
    }
    Ok(())
}
