//! `tidemark demo`: simulate, build, serve, in one go and one folder.

mod history;
mod people;

use std::path::PathBuf;

use clap::Args;
use tidemark_snapshot::Store;

use super::simulate::Company;
use super::{Context, build, serve};
use crate::Failure;
use crate::access::AccessSettings;
use crate::pipeline::{self, Request};
use history::Past;

/// Flags of `demo`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    company: Company,
    /// Folder for the demo's raw files and snapshots; delete it to be rid of the demo
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Listen beyond this machine although no login protects the dashboard
    #[arg(long)]
    insecure: bool,
    /// Ask who it is: two accounts see different rows, and their passwords are printed
    #[arg(long)]
    access: bool,
    /// Do not open the browser
    #[arg(long)]
    no_open: bool,
    /// Publish the last day alone: no earlier runs, incidents and restated values
    #[arg(long)]
    no_history: bool,
}

impl Demo {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("listen", self.listen.as_deref())?;
        context.settings.raw = self.data.join("raw");
        context.settings.data = self.data.join("published");
        // The demo asks no one who they are, whatever the settings of this folder are.
        context.settings.access = AccessSettings::default();
        let as_of = context.as_of(self.company.as_of.or(Some(context.today())))?;
        self.company.write(&context, &context.settings.raw)?;
        let request = Request {
            as_of,
            now: context.now,
            demo: true,
            publish: true,
            quiet: context.json,
        };
        let built = pipeline::build(&context.settings, request)?;
        build::tell(&context, &built)?;
        // In the background: the first page should not wait for the past.
        let _past = match self.no_history {
            true => None,
            false => Some(Past::begin(history::Demo {
                raw: context.settings.raw.clone(),
                published: context.settings.data.clone(),
                early: self.data.join("raw-early"),
                as_of,
            })?),
        };
        if self.access {
            people::set_up(&mut context)?;
        }
        let listening = serve::Listening::new(&context.settings, self.insecure)
            .on_a_free_port(self.listen.is_none())
            .opening(!self.no_open);
        serve::serve(
            listening,
            Store::open_read_only(&context.settings.data),
            None,
            None,
            &context.settings.log,
        )
    }
}
