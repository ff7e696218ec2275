//! `tidemark doctor`: looks for what is wrong with the set-up; each finding says how to put it right.

use chrono::{DateTime, Utc};
use clap::Args;

use crate::doctor::{Finding, State, credentials, examine};
use crate::{Failure, Settings};

/// Flags of `doctor`.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Folder with one folder of raw files per source
    #[arg(long, value_name = "DIR")]
    raw: Option<String>,
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Ask no API: leaves out the credentials
    #[arg(long)]
    offline: bool,
}

impl Doctor {
    /// `settings` as they were read: settings that cannot be are the first finding, and the last.
    pub(super) fn run(
        self,
        settings: Result<Settings, Failure>,
        now: DateTime<Utc>,
        json: bool,
    ) -> Result<(), Failure> {
        let findings = match settings.and_then(|settings| self.flags(settings)) {
            Ok(settings) => self.look(&settings, now)?,
            Err(failure) => vec![Finding::bad(
                "config",
                State::Fix,
                failure.to_string(),
                "correct it and run `tidemark doctor` again: the rest depends on it",
            )],
        };
        if json {
            let text = serde_json::to_string(&serde_json::json!({ "findings": findings }));
            println!("{}", text.map_err(Failure::failed)?);
        } else {
            findings.iter().for_each(|finding| println!("{finding}"));
        }
        let to_fix = findings.iter().filter(|f| f.state == State::Fix).count();
        match to_fix {
            0 => Ok(()),
            1 => Err(Failure::Failed("one thing has to be put right".to_owned())),
            n => Err(Failure::Failed(format!("{n} things have to be put right"))),
        }
    }

    fn flags(&self, mut settings: Settings) -> Result<Settings, Failure> {
        for (key, flag) in [("raw", &self.raw), ("data", &self.data)] {
            if let Some(value) = flag {
                settings.set(key, value, &format!("--{key}"))?;
            }
        }
        Ok(settings)
    }

    fn look(&self, settings: &Settings, now: DateTime<Utc>) -> Result<Vec<Finding>, Failure> {
        let told = format!(
            "days are those of {}, amounts in {}",
            settings.timezone, settings.currency
        );
        let mut findings = vec![Finding::ok("config", told)];
        if !self.offline {
            let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
            findings.extend(runtime.block_on(credentials(settings)));
        }
        findings.extend(examine(settings, now));
        Ok(findings)
    }
}
