//! Settings of runs: when, by when, how patient, who is told; and their secrets, which come from the environment only.

use std::time::Duration;

use chrono::NaiveTime;
use chrono_tz::Tz;
use tidemark_connectors::Secret;
use tidemark_runs::{Retry, Schedule};
use url::Url;

use crate::Failure;
use crate::connections::address;

/// The settings of runs, as in `tidemark.toml`.
const KEYS: [&str; 7] = [
    "catch_up_days",
    "openlineage_url",
    "ready_by",
    "retries",
    "retry_wait",
    "schedule",
    "schedule_timezone",
];

/// What is set of runs.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Cron expression of when to run.
    pub schedule: Option<String>,
    /// Its time zone, if it is not the reporting one.
    pub zone: Option<Tz>,
    /// Time of the day by which numbers are to be published.
    pub ready_by: Option<NaiveTime>,
    /// How patient to be with a step.
    pub retry: Retry,
    /// Days that are made good.
    pub catch_up_days: u32,
    /// Where OpenLineage events go.
    pub openlineage_url: Option<Url>,
    /// The key for it.
    pub openlineage_key: Option<Secret>,
    /// What whoever asks for a run over HTTP has to know.
    pub token: Option<Secret>,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            schedule: None,
            zone: None,
            ready_by: None,
            retry: Retry::default(),
            catch_up_days: 7,
            openlineage_url: None,
            openlineage_key: None,
            token: None,
        }
    }
}

impl RunSettings {
    /// Whether a setting is one of runs.
    pub(crate) fn is_key(key: &str) -> bool {
        KEYS.contains(&key)
    }

    /// Sets one value; the error says what it must be.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let given = Some(value.trim()).filter(|value| !value.is_empty());
        let number = |most: u32, wanted: &str| {
            let number = value.trim().parse::<u32>().ok();
            let number = number.filter(|number| *number <= most);
            number.ok_or_else(|| format!("a number of {wanted}, at most {most}"))
        };
        match key {
            "schedule" => {
                // The zone may still change; whether it is an expression does not depend on it.
                if let Some(cron) = given {
                    Schedule::parse(cron, Tz::UTC, None).map_err(|error| {
                        format!("a cron expression, such as 30 5 * * *: {error}")
                    })?;
                }
                self.schedule = given.map(str::to_owned);
            }
            "schedule_timezone" => {
                let zone = given.map(str::parse).transpose();
                self.zone = zone.map_err(|_| "an IANA time zone, such as Europe/Berlin")?;
            }
            "ready_by" => {
                let time = given.map(|time| NaiveTime::parse_from_str(time, "%H:%M"));
                self.ready_by = time
                    .transpose()
                    .map_err(|_| "a time of the day, such as 09:00")?;
            }
            "retries" => self.retry.attempts = number(100, "retries")?.saturating_add(1),
            "retry_wait" => {
                self.retry.first = Duration::from_secs(number(3_600, "seconds")?.into());
            }
            "catch_up_days" => self.catch_up_days = number(366, "days")?,
            "openlineage_url" => {
                let wrong = "an address such as https://lineage.example.com/api/v1/lineage";
                self.openlineage_url = match given {
                    Some(text) => Some(address(text).ok_or(wrong)?),
                    None => None,
                };
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a secret from a variable, its name in lower case and without the prefix; false if it is none of runs.
    pub(crate) fn set_secret(
        &mut self,
        name: &str,
        value: &str,
        place: &str,
    ) -> Result<bool, Failure> {
        let (key, from_file) = match name.strip_suffix("_file") {
            Some(key) => (key, true),
            None => (name, false),
        };
        let secret = match key {
            "run_token" => &mut self.token,
            "openlineage_api_key" => &mut self.openlineage_key,
            _ => return Ok(false),
        };
        let text = if from_file {
            std::fs::read_to_string(value).map_err(|error| {
                Failure::Usage(format!("{place}: {value} cannot be read: {error}"))
            })?
        } else {
            value.to_owned()
        };
        *secret = Some(Secret::new(&text)).filter(|secret| !secret.expose().is_empty());
        Ok(true)
    }

    /// The schedule, if there is one; `reporting` is the zone if no other is set.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the expression fits no day in that zone.
    pub fn schedule(&self, reporting: Tz) -> Result<Option<Schedule>, Failure> {
        let zone = self.zone.unwrap_or(reporting);
        let schedule = self
            .schedule
            .as_ref()
            .map(|cron| Schedule::parse(cron, zone, self.ready_by));
        schedule.transpose().map_err(Failure::usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_says_what_would() {
        for (key, value, wanted) in [
            ("schedule", "daily", "cron expression, such as 30 5 * * *"),
            ("schedule_timezone", "Mars", "an IANA time zone"),
            ("ready_by", "9 am", "such as 09:00"),
            ("retries", "-1", "at most 100"),
            ("retry_wait", "1h", "seconds"),
            ("catch_up_days", "1000", "at most 366"),
            ("openlineage_url", "lineage", "https://"),
        ] {
            let error = RunSettings::default().set(key, value).expect_err(key);
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn every_key_is_taken_and_nothing_means_none() {
        let mut settings = RunSettings::default();
        for (key, value) in [
            ("schedule", "30 5 * * *"),
            ("schedule_timezone", "Europe/Berlin"),
            ("ready_by", "09:00"),
            ("retries", "0"),
            ("retry_wait", "2"),
            ("catch_up_days", "0"),
            (
                "openlineage_url",
                "https://lineage.example.com/api/v1/lineage",
            ),
        ] {
            settings.set(key, value).expect(key);
        }
        assert_eq!(settings.retry.attempts, 1);
        assert!(settings.schedule(Tz::UTC).expect("a schedule").is_some());
        for key in [
            "schedule",
            "schedule_timezone",
            "ready_by",
            "openlineage_url",
        ] {
            settings.set(key, " ").expect(key);
        }
        assert!(settings.schedule(Tz::UTC).expect("none").is_none());
        assert!(settings.zone.is_none() && settings.openlineage_url.is_none());
    }

    #[test]
    fn secrets_are_taken_and_not_shown() {
        let mut settings = RunSettings::default();
        assert!(
            settings
                .set_secret("run_token", "canary", "")
                .expect("taken")
        );
        assert!(
            !settings
                .set_secret("run_tokens", "x", "")
                .expect("not taken")
        );
        assert!(
            settings
                .set_secret("openlineage_api_key_file", "/nowhere", "")
                .is_err()
        );
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
