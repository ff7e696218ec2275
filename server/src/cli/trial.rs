//! `tidemark try`: a dashboard of a few files, in one command and a folder that goes away with it.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use tidemark_shared::date::add_days;
use tidemark_snapshot::Store;

use super::{Context, build, serve};
use crate::Failure;
use crate::gather::{Gathered, Taken, gather};
use crate::pipeline::{self, Request};

/// Days without a record after which the last day of the records is shown instead of yesterday.
const OLD_EXPORT: i32 = 7;

/// Flags of `try`.
#[derive(Debug, Args)]
pub(super) struct Trial {
    /// Exports as you have them: CSV, JSON, JSON lines (each also .gz or .zst), Parquet, a ZIP of them, or
    /// folders
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Last day that exists, YYYY-MM-DD; without it the last complete day, or the last one with a record in
    /// old exports
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Folder that keeps the raw files and the snapshot; without it they are deleted at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Show how the files are read, and stop there
    #[arg(long)]
    dry_run: bool,
    /// Do not open the browser
    #[arg(long)]
    no_open: bool,
}

impl Trial {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("listen", self.listen.as_deref())?;
        let temporary = match &self.data {
            Some(_) => None,
            None => Some(
                tempfile::Builder::new()
                    .prefix("tidemark-try-")
                    .tempdir()
                    .map_err(Failure::failed)?,
            ),
        };
        let folder = match (&self.data, &temporary) {
            (Some(named), _) => named.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => return Err(Failure::Failed("no folder to work in".to_owned())),
        };
        let settings = &mut context.settings;
        settings.raw = folder.join("raw");
        settings.data = folder.join("published");
        if settings.raw.exists() {
            return Err(Failure::Usage(format!(
                "{} exists already: name another folder, or delete it",
                settings.raw.display()
            )));
        }
        std::fs::create_dir_all(&settings.raw).map_err(Failure::failed)?;
        let gathered = gather(&self.files, &settings.raw)?;
        show(&gathered, context.json);
        if gathered.taken.is_empty() {
            return Err(Failure::Usage(
                "none of these files can be read as they are: `tidemark inspect FILE` shows their columns, docs/imports.md how to map them".to_owned(),
            ));
        }
        if self.dry_run {
            return Ok(());
        }
        context.settings.files = gathered.files;
        let as_of = match self.as_of {
            Some(named) => context.as_of(Some(named))?,
            None => last_day(&context)?,
        };
        let request = Request {
            as_of,
            now: context.now,
            demo: false,
            publish: true,
            quiet: context.json,
        };
        let built = pipeline::run(&context.settings, request)?;
        build::tell(&context, &built)?;
        if let Some(reason) = built.refusal {
            return Err(Failure::Refused(reason));
        }
        if let Some(temporary) = &temporary {
            eprintln!(
                "everything is in {} until you stop it; --data DIR keeps it",
                temporary.path().display()
            );
        }
        // What is left of it nowhere needs no login.
        context.settings.access = crate::access::AccessSettings::default();
        let listening = serve::Listening::new(&context.settings, false)
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

/// The last complete day; the day of the newest record where the files are older than that.
fn last_day(context: &Context) -> Result<NaiveDate, Failure> {
    let yesterday = context.last_complete_day();
    match pipeline::newest_record(&context.settings)? {
        Some(newest) if add_days(newest, OLD_EXPORT) < yesterday => {
            eprintln!("the newest record is of {newest}: numbers are shown as of that day");
            Ok(newest)
        }
        _ => Ok(yesterday),
    }
}

/// Prints how each file is read, and which are not.
fn show(gathered: &Gathered, is_json: bool) {
    if is_json {
        let taken = gathered.taken.iter().map(|taken| {
            json!({
                "file": taken.file, "source": taken.source, "object": taken.object, "preset": taken.preset,
            })
        });
        let skipped = gathered
            .skipped
            .iter()
            .map(|(file, why)| json!({ "file": file, "reason": why }));
        let taken: Vec<_> = taken.collect();
        println!(
            "{}",
            json!({ "read": taken, "skipped": skipped.collect::<Vec<_>>() })
        );
        return;
    }
    for Taken {
        file,
        source,
        object,
        preset,
    } in &gathered.taken
    {
        let preset = preset.as_ref().map(|name| format!(" (preset {name})"));
        println!(
            "{file}: read as {source}/{object}{}",
            preset.unwrap_or_default()
        );
    }
    for (file, why) in &gathered.skipped {
        eprintln!("warning: {file} is not read: {why}");
    }
}
