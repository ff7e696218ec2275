//! `tidemark audit`: what people did, and whether the record of it is whole.

use clap::Args;
use tidemark_access::AccessStore;

use super::Context;
use crate::Failure;

/// Flags of `audit`.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

impl Audit {
    /// Prints every record, the oldest first; a log that was changed is a failure.
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let store = AccessStore::open(&context.settings.data).map_err(Failure::failed)?;
        let records = store.audit().map_err(Failure::failed)?;
        for record in &records {
            if context.json {
                println!(
                    "{}",
                    serde_json::to_string(record).map_err(Failure::failed)?
                );
            } else {
                let at = record.at.format("%Y-%m-%d %H:%M:%S");
                let (actor, action, detail) = (&record.actor, &record.action, &record.detail);
                println!("{at}  {actor}  {action}  {detail}  {}", record.address);
            }
        }
        if !context.json {
            let last = records.last().map_or("none", |record| record.hash.as_str());
            eprintln!(
                "{} records, each follows from the one before; the last hash is {last}",
                records.len()
            );
        }
        Ok(())
    }
}
