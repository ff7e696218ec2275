//! `tidemark` without a command: what to do next, by what is there already.

use std::path::Path;

use chrono::{DateTime, Utc};
use tidemark_snapshot::Store;

use crate::{Failure, Settings};

const NOTHING: &str = "\
There is no tidemark.toml here yet. Three ways to begin:
  tidemark demo          a simulated company, to look around
  tidemark try FILES…    a dashboard of exports you have: CSV, JSON, Parquet, a ZIP of them
  tidemark init          the settings for Stripe, Salesforce, Zendesk or your own files
`tidemark help` lists all commands.";

const SET_UP: &str = "\
The settings are here, and nothing is published yet.
  tidemark sync          pull from the APIs (sync --check tries the credentials), or put exports below raw/
  tidemark build         build the marts and publish them
  tidemark doctor        see what is missing
`tidemark help` lists all commands.";

const PUBLISHED: &str = "\
A snapshot is published.
  tidemark serve         show the dashboard
  tidemark run           sync, build and publish the next one
  tidemark doctor        check the set-up
`tidemark help` lists all commands.";

/// Prints five lines that lead on from what is in this folder.
///
/// # Errors
/// [`Failure::Usage`] for settings that cannot be read.
pub(super) fn explain(
    config: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let settings = Settings::load(config, environment)?;
    let is_set_up =
        config.is_some() || Path::new("tidemark.toml").exists() || settings.raw.exists();
    let store = Store::open_read_only(&settings.data);
    let published = store.latest(settings.day_of(now));
    let text = match published {
        Ok(Some(_)) => PUBLISHED,
        _ if is_set_up => SET_UP,
        _ => NOTHING,
    };
    println!("{text}");
    Ok(())
}
