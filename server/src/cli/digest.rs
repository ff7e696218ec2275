//! `tidemark digest`: the headline numbers as they are sent, printed, shown or sent now.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tidemark_alerts::{Cadence, Digest as Numbers};

use super::Context;
use super::alerts::report;
use crate::Failure;
use crate::alerts::Watch;

/// Flags of `digest`.
#[derive(Debug, Args)]
pub(super) struct Digest {
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Which digest; without it the one of the setting `alerts.digest`, else the weekly one
    #[arg(long, value_enum)]
    every: Option<Every>,
    /// Send it through the channels of [alerts], once for its period
    #[arg(long)]
    send: bool,
    /// Write it as the e-mail looks, digest.html and chart.png, into a folder
    #[arg(long, value_name = "DIR", conflicts_with = "send")]
    preview: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Every {
    Daily,
    Weekly,
}

impl Digest {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let asked = self.every.map(|every| match every {
            Every::Daily => Cadence::Daily,
            Every::Weekly => Cadence::Weekly,
        });
        let cadence = asked.or(context.settings.alerts.digest);
        let watch = Watch::new(&context.settings)?;
        let digest = watch.digest(cadence.unwrap_or(Cadence::Weekly), context.now)?;
        if let Some(folder) = &self.preview {
            return preview(&digest, folder);
        }
        if self.send {
            return send(&context, &watch, &digest);
        }
        let message = digest.message()?;
        match context.json {
            true => println!("{}", message.data),
            false => print!("{}", message.text),
        }
        Ok(())
    }
}

fn send(context: &Context, watch: &Watch, digest: &Numbers) -> Result<(), Failure> {
    if context.settings.alerts.channels()?.is_empty() {
        return Err(Failure::Usage(
            "there is nobody to send to: set TIDEMARK_ALERTS_WEBHOOK, or `email` or `command` in [alerts] of tidemark.toml".to_owned(),
        ));
    }
    if !watch.remember(digest, context.now)? {
        // What of it failed may be due again.
        eprintln!("the digest of {} was sent before", digest.period);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    let sendings = runtime.block_on(watch.alerts().deliver(context.now))?;
    report(&sendings, context.json)
}

/// Writes the e-mail as a page of its own.
fn preview(digest: &Numbers, folder: &Path) -> Result<(), Failure> {
    let message = digest.message()?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes)
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))
    };
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Failed(format!("cannot make {}: {error}", folder.display())))?;
    let page = message.html.replace("cid:chart", "chart.png");
    write("digest.html", page.as_bytes())?;
    if let Some(picture) = &message.picture {
        write("chart.png", &picture.png)?;
    }
    println!("{}", folder.join("digest.html").display());
    Ok(())
}
