//! The command line: one file per command.

mod alerts;
mod audit;
mod build;
mod check;
mod demo;
mod diff;
mod digest;
mod doctor;
mod export;
mod first;
mod init;
mod inspect;
mod log;
mod publish;
mod run;
mod serve;
mod simulate;
mod snapshots;
mod sync;
mod tokens;
mod trial;
mod users;
mod warehouse;

use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand};
use tidemark_shared::date::check_as_of;

use crate::{Failure, Settings};

/// Customer-lifecycle dashboard: daily acquisition, retention and churn from CRM, billing and support.
#[derive(Debug, Parser)]
#[command(name = "tidemark", about, disable_version_flag = true)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, Args)]
struct Common {
    /// Settings file; without it `tidemark.toml` of this folder, if there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the result as JSON, and no progress
    #[arg(long, global = true)]
    json: bool,
    /// Print the version, the commit, the models' checksum and the platform
    #[arg(short = 'V', long, global = true)]
    version: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate a company, build its marts and serve the dashboard
    Demo(demo::Demo),
    /// Show a dashboard of exports as they are, in one command; nothing is left behind
    Try(trial::Trial),
    /// Write a simulated company's raw files
    Simulate(simulate::Simulate),
    /// Ask for the sources and write a commented tidemark.toml
    Init(init::Init),
    /// Show what a file is taken for: its form, columns and types, and the object and preset that fit
    Inspect(inspect::Inspect),
    /// Pull from the APIs of Stripe, Salesforce and Zendesk into raw files
    Sync(sync::Sync),
    /// Build the marts from raw files and publish a snapshot
    Build(build::Build),
    /// Sync, build, check and publish, once, with retries and a record; for a scheduler outside
    Run(run::Run),
    /// Run all checks on the raw files and models; publish nothing
    Check(check::Check),
    /// Write the models and raw tables as a dbt project for a warehouse
    Warehouse(warehouse::Warehouse),
    /// Publish marts that were made elsewhere, once they pass the same checks
    Publish(publish::Publish),
    /// Serve the dashboard and the API
    Serve(serve::Serve),
    /// Look for whatever is wrong with the set-up, and say how to put it right
    Doctor(doctor::Doctor),
    /// Print the table behind a shared dashboard link
    Export(export::Export),
    /// Print the headline numbers as they are sent, or send them now
    Digest(digest::Digest),
    /// Tell what is the matter and whom it was told, or try the channels
    Alerts(alerts::Alerts),
    /// Make accounts, reset their passwords, disable and list them
    Users(users::Users),
    /// Make, revoke and list tokens for programs
    Tokens(tokens::Tokens),
    /// Print the audit log and verify that it is whole
    Audit(audit::Audit),
    /// List what was published, tell what was restated, keep or go back to a snapshot
    Snapshots(snapshots::Snapshots),
}

impl Cli {
    /// Runs the command. The only place that reads the clock and the environment.
    ///
    /// # Errors
    /// Whatever the command fails with.
    pub fn run(self) -> Result<(), Failure> {
        self.run_at(now())
    }

    /// Runs the command as if it had been started at `started`.
    ///
    /// # Errors
    /// Whatever the command fails with.
    pub fn run_at(self, started: DateTime<Utc>) -> Result<(), Failure> {
        if self.common.version {
            print!("{}", crate::made_by::describe()?);
            return Ok(());
        }
        let Some(command) = self.command else {
            return first::explain(self.common.config.as_deref(), environment(), started);
        };
        if !matches!(
            command,
            Command::Init(_) | Command::Warehouse(_) | Command::Export(_)
        ) {
            write_for_this_user_alone();
        }
        let config = self.common.config.as_deref();
        let context = || -> Result<Context, Failure> {
            Ok(Context {
                settings: Settings::load(config, environment())?,
                now: started,
                json: self.common.json,
                config: self.common.config.clone(),
            })
        };
        match command {
            // The only one that runs without settings, since it writes them.
            Command::Init(init) => init.run(config),
            Command::Inspect(inspect) => inspect.run(self.common.json),
            // A file that cannot be read is a finding of this one.
            Command::Doctor(doctor) => {
                let settings = Settings::load(config, environment());
                doctor.run(settings, started, self.common.json)
            }
            Command::Demo(demo) => demo.run(context()?),
            Command::Try(trial) => trial.run(context()?),
            Command::Simulate(simulate) => simulate.run(&context()?),
            Command::Sync(sync) => sync.run(context()?),
            Command::Build(build) => build.run(context()?),
            Command::Run(run) => run.run(context()?),
            Command::Check(check) => check.run(context()?),
            Command::Warehouse(warehouse) => warehouse.run(context()?),
            Command::Publish(publish) => publish.run(context()?),
            Command::Serve(serve) => serve.run(context()?),
            Command::Export(export) => export.run(context()?),
            Command::Digest(digest) => digest.run(context()?),
            Command::Alerts(alerts) => alerts.run(context()?),
            Command::Users(users) => users.run(context()?),
            Command::Tokens(tokens) => tokens.run(context()?),
            Command::Audit(audit) => audit.run(context()?),
            Command::Snapshots(snapshots) => snapshots.run(context()?),
        }
    }
}

/// The environment's variables; one that is not Unicode cannot be a setting.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Whether a browser could show itself here.
fn has_desktop() -> bool {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(is_set)
}

/// What every command is given.
struct Context {
    settings: Settings,
    now: DateTime<Utc>,
    json: bool,
    /// The settings file, if one was named.
    config: Option<PathBuf>,
}

impl Context {
    /// The last complete day in the reporting time zone: what a build knows if not told otherwise.
    fn last_complete_day(&self) -> NaiveDate {
        let today = self.today();
        today.checked_sub_days(Days::new(1)).unwrap_or(today)
    }

    fn today(&self) -> NaiveDate {
        self.settings.day_of(self.now)
    }

    /// The last day of a build: the one named, if it can be one, else the last complete day.
    fn as_of(&self, named: Option<NaiveDate>) -> Result<NaiveDate, Failure> {
        let as_of = named.unwrap_or_else(|| self.last_complete_day());
        check_as_of(as_of, self.today()).map_err(Failure::Usage)?;
        Ok(as_of)
    }

    /// Settles a flag over its setting.
    fn set(&mut self, key: &str, flag: Option<&str>) -> Result<(), Failure> {
        flag.map_or(Ok(()), |value| {
            self.settings.set(key, value, &format!("--{key}"))
        })
    }
}

/// Lets no other user read the files this process creates (0600, folders 0700): raw files, quarantined
/// records and failing rows hold personal data.
fn write_for_this_user_alone() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// The time while a command runs.
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The same in seconds since 1970.
fn seconds_now() -> i64 {
    now().timestamp()
}

/// Ends when the process is asked to: Ctrl-C or SIGTERM.
async fn stopped() {
    let terminated = async {
        #[cfg(unix)]
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
