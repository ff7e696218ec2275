//! Settings: `tidemark.toml`, then `TIDEMARK_*` environment variables, then flags. The only reader of either.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tidemark_shared::api::Policies;
use tidemark_snapshot::Retention;
use url::Url;

use crate::Failure;
use crate::access::{self, AccessSettings};
use crate::alerts::AlertSettings;
use crate::connections::{self, Connections};
use crate::logging::Log;
use crate::mapping::{self, Files};
use crate::retention;
use crate::runs::RunSettings;
use crate::shrink::DEFAULT_MAX_SHRINK;

/// Every setting, with the value in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder with one folder of raw files per source.
    pub raw: PathBuf,
    /// Folder of the published snapshots.
    pub data: PathBuf,
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Reporting time zone: every instant becomes a day in it.
    pub timezone: Tz,
    /// Reporting currency, ISO 4217 in lower case.
    pub currency: String,
    /// Choices that change what numbers mean.
    pub policies: Policies,
    /// Key of the Stripe metadata that holds the account's id.
    pub account_id_key: String,
    /// How the files of each source are written.
    pub files: Files,
    /// The share of its known keys that an object may lose from one published build to the next.
    pub max_shrink: f64,
    /// Which published days are kept.
    pub retention: Retention,
    /// The sources to sync.
    pub connections: Connections,
    /// When to run by itself, and who may ask for a run.
    pub runs: RunSettings,
    /// Where people open the dashboard; what is sent links to it.
    pub public_url: Option<Url>,
    /// Who is told what.
    pub alerts: AlertSettings,
    /// What long-running commands log, and how.
    pub log: Log,
    /// Who may see what.
    pub access: AccessSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            raw: "raw".into(),
            data: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            timezone: Tz::UTC,
            currency: "usd".to_owned(),
            policies: Policies::default(),
            account_id_key: "salesforce_account_id".to_owned(),
            files: Files::default(),
            max_shrink: DEFAULT_MAX_SHRINK,
            retention: Retention::default(),
            connections: Connections::default(),
            runs: RunSettings::default(),
            public_url: None,
            alerts: AlertSettings::default(),
            log: Log::default(),
            access: AccessSettings::default(),
        }
    }
}

/// The settings there are, as written in `tidemark.toml`; `TIDEMARK_` and upper case make the variable.
pub const KEYS: [&str; 18] = [
    "account_id_key",
    "catch_up_days",
    "churn_date",
    "currency",
    "data",
    "listen",
    "log",
    "max_shrink",
    "mrr_discounts",
    "openlineage_url",
    "public_url",
    "raw",
    "ready_by",
    "retries",
    "retry_wait",
    "schedule",
    "schedule_timezone",
    "timezone",
];

/// Settings that are numbers, with or without quotes.
pub(crate) const NUMBERS: [&str; 4] = ["catch_up_days", "max_shrink", "retries", "retry_wait"];

const PREFIX: &str = "TIDEMARK_";
/// Variables of this project's scripts and tests that are no settings.
const NOT_SETTINGS: [&str; 5] = [
    "TIDEMARK_ACCEPTANCE",
    "TIDEMARK_ARTIFACTS",
    "TIDEMARK_BIN",
    "TIDEMARK_CACHE",
    "TIDEMARK_TARGET",
];

impl Settings {
    /// The day it is at an instant in the reporting time zone.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.timezone).date_naive()
    }

    /// Settings from a file and the environment, in that order. A named file must exist; `tidemark.toml` may be absent.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key (with the nearest one), a value that does not fit. All are [`Failure::Usage`].
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Failure> {
        let mut settings = Self::default();
        let path = file.unwrap_or(Path::new("tidemark.toml"));
        match std::fs::read_to_string(path) {
            Ok(text) => settings.apply_toml(&path.display().to_string(), &text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => {}
            Err(error) => {
                return Err(Failure::Usage(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
            }
        }
        let all: BTreeMap<String, String> = environment.collect();
        settings.alerts.set_command_environment(all.iter());
        let variables = all
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX) && !NOT_SETTINGS.contains(&name.as_str()));
        for (name, value) in variables {
            let place = format!("environment variable {name}");
            let key = name[PREFIX.len()..].to_lowercase();
            let taken = settings.set_files(&key, &value, &place)?
                || settings.runs.set_secret(&key, &value, &place)?
                || settings.connections.set_variable(&key, &value, &place)?
                || settings.alerts.set_variable(&key, &value, &place)?
                || retention::set_variable(&mut settings.retention, &key, &value, &place)?;
            if !taken {
                settings.set(&key, &value, &place)?;
            }
        }
        Ok(settings)
    }

    /// Takes a variable about the files of a source; false if it is about something else.
    fn set_files(&mut self, name: &str, value: &str, place: &str) -> Result<bool, Failure> {
        let found = tidemark_landing::sources().iter().find_map(|source| {
            let key = name.strip_prefix(source)?.strip_prefix('_')?;
            Some((source, key))
        });
        found.map_or(Ok(false), |(source, key)| {
            self.files.set_variable(source, key, value, place)
        })
    }

    fn apply_toml(&mut self, place: &str, text: &str) -> Result<(), Failure> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            Failure::Usage(format!("{place}: {}", error.message()))
        })?;
        for (key, value) in table {
            match value {
                toml::Value::String(value) => self.set(&key, &value, place)?,
                // `retries = 3` and `retries = "3"` are the same.
                toml::Value::Integer(_) | toml::Value::Float(_)
                    if NUMBERS.contains(&key.as_str()) =>
                {
                    self.set(&key, &value.to_string(), place)?;
                }
                toml::Value::Table(section) if key == retention::SECTION => {
                    retention::set_section(&mut self.retention, section, place)?;
                }
                toml::Value::Table(mut section) if is_any_source(&key) => {
                    self.files.take(&key, &mut section, place)?;
                    if connections::is_source(&key) {
                        self.connections.set_section(&key, section, place)?;
                    } else if let Some(unknown) = section.keys().next() {
                        let known = mapping::KEYS
                            .into_iter()
                            .chain(tidemark_landing::objects(&key));
                        return Err(unknown_of(&format!("{key}.{unknown}"), place, known));
                    }
                }
                toml::Value::Table(section) if access::SECTIONS.contains(&key.as_str()) => {
                    self.access.set_section(&key, section, place)?;
                }
                toml::Value::Table(section) if key == "alerts" => {
                    self.alerts.set_section(section, place)?;
                }
                _ if KEYS.contains(&key.as_str()) => {
                    return Err(Failure::Usage(format!(
                        "{place}: `{key}` must be text in quotes, or a number where a number is meant"
                    )));
                }
                _ => return Err(unknown(&key, place)),
            }
        }
        self.access.check(place)
    }

    /// Sets one value by its key; `place` tells where it was written.
    ///
    /// # Errors
    /// An unknown key or a value that does not fit, as [`Failure::Usage`].
    pub fn set(&mut self, key: &str, value: &str, place: &str) -> Result<(), Failure> {
        let wrong = |wanted: &str| {
            Failure::Usage(format!(
                "{place}: `{key}` is {value:?}, but must be {wanted}"
            ))
        };
        match key {
            "raw" => self.raw = value.into(),
            "data" => self.data = value.into(),
            "listen" => {
                self.listen = value
                    .parse()
                    .map_err(|_| wrong("an address with a port, such as 127.0.0.1:8080"))?
            }
            "timezone" => {
                self.timezone = value
                    .parse()
                    .map_err(|_| wrong("an IANA time zone, such as Europe/Berlin"))?
            }
            "currency" => {
                let code = value.to_lowercase();
                if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_lowercase()) {
                    return Err(wrong("a currency code of three letters, such as usd"));
                }
                self.currency = code;
            }
            "mrr_discounts" => {
                self.policies.mrr_discounts =
                    one_of(value, &["all", "none"]).ok_or_else(|| wrong("all or none"))?
            }
            "churn_date" => {
                self.policies.churn_date = one_of(value, &["service_end", "cancellation"])
                    .ok_or_else(|| wrong("service_end or cancellation"))?;
            }
            "log" => {
                self.log = Log::parse(value).ok_or_else(|| {
                    wrong("text or json, levels such as warn or info,tidemark_http=debug, or both as in json,debug")
                })?
            }
            "public_url" => {
                let wanted = "an address such as https://numbers.acme.example";
                self.public_url = Some(connections::address(value).ok_or_else(|| wrong(wanted))?);
            }
            "max_shrink" => {
                let share = value.parse().ok().filter(|share| (0.0..=1.0).contains(share));
                self.max_shrink = share.ok_or_else(|| wrong("a share from 0 to 1, such as 0.2"))?;
            }
            "account_id_key" => self.account_id_key = value.to_owned(),
            key if RunSettings::is_key(key) => {
                self.runs.set(key, value).map_err(|why| wrong(&why))?
            }
            _ => return Err(unknown(key, place)),
        }
        Ok(())
    }
}

/// Whether a section is one of a source, with or without a connector.
fn is_any_source(name: &str) -> bool {
    tidemark_landing::sources().contains(&name)
}

fn one_of(value: &str, choices: &[&str]) -> Option<String> {
    choices.contains(&value).then(|| value.to_owned())
}

fn unknown(key: &str, place: &str) -> Failure {
    let sections = tidemark_landing::sources().iter().copied();
    unknown_of(
        key,
        place,
        KEYS.into_iter()
            .chain(sections)
            .chain(["alerts", retention::SECTION])
            .chain(access::SECTIONS),
    )
}

/// The failure for a key that is none of the known ones, with the nearest of them.
pub(crate) fn unknown_of(
    key: &str,
    place: &str,
    known: impl Iterator<Item = &'static str>,
) -> Failure {
    let known: Vec<&str> = known.collect();
    // Of `stripe.url` only the last part is one of the known ones.
    let last = key.rsplit('.').next().unwrap_or(key);
    let nearest = known
        .iter()
        .min_by_key(|known| strsim::damerau_levenshtein(known, last))
        .copied()
        .unwrap_or_default();
    Failure::Usage(format!(
        "{place}: there is no setting `{key}`; did you mean `{nearest}`? The settings are {}",
        known.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tidemark.toml");
        std::fs::write(&path, toml).expect("a written file");
        let variables = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Settings::load(Some(&path), variables).map_err(|e| {
            e.to_string()
                .replace(&path.display().to_string(), "tidemark.toml")
        })
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let settings = load(
            "timezone = \"Europe/Berlin\"\ncurrency = \"EUR\"",
            &[("TIDEMARK_CURRENCY", "jpy"), ("PATH", "x")],
        )
        .expect("settings");
        assert_eq!(
            (settings.timezone, settings.currency.as_str()),
            (Tz::Europe__Berlin, "jpy")
        );
        assert_eq!(settings.policies, Policies::default());
    }

    #[test]
    fn numbers_need_no_quotes() {
        for toml in [
            "retries = 4\nretry_wait = 5",
            "retries = \"4\"\nretry_wait = \"5\"",
        ] {
            let settings = load(toml, &[]).expect(toml);
            assert_eq!(settings.runs.retry.attempts, 5, "{toml}");
        }
        let error = load("retries = true", &[]).expect_err("no number");
        assert!(error.contains("`retries` must be"), "{error}");
    }

    #[test]
    fn the_files_of_a_source_are_described_by_the_file_and_the_environment() {
        let settings = load(
            "[billing]\ndecimal = \".\"\n[billing.fields]\nplan = \"Tariff\"",
            &[("TIDEMARK_BILLING_DECIMAL", ",")],
        )
        .expect("settings");
        let dialect = &settings.files.dialects["billing"];
        assert_eq!(dialect.decimal, Some(tidemark_landing::DecimalMark::Comma));
        let error = load("[billing]\ndecimals = \",\"", &[]).expect_err("an unknown key");
        assert!(error.contains("did you mean `decimal`?"), "{error}");
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = load("timezome = \"UTC\"", &[]).expect_err("an unknown key");
        assert!(
            error.starts_with(
                "tidemark.toml: there is no setting `timezome`; did you mean `timezone`?"
            ),
            "{error}"
        );
        let error = load("", &[("TIDEMARK_CURENCY", "usd")]).expect_err("an unknown variable");
        assert!(
            error.contains("TIDEMARK_CURENCY") && error.contains("did you mean `currency`?"),
            "{error}"
        );
    }

    #[test]
    fn a_value_that_does_not_fit_says_what_would() {
        for (toml, wanted) in [
            ("timezone = \"Mars/Olympus\"", "an IANA time zone"),
            ("currency = \"dollars\"", "three letters"),
            ("mrr_discounts = \"some\"", "all or none"),
            ("listen = \"8080\"", "an address with a port"),
            ("log = \"xml\"", "text or json"),
            ("max_shrink = \"20\"", "a share from 0 to 1"),
            ("log = \"json,loud\"", "text or json"),
            ("listen = 8080", "must be text in quotes"),
            ("public_url = \"numbers\"", "an address such as https://"),
            ("[alerts]\ndigest = \"hourly\"", "daily, weekly or off"),
        ] {
            let error = load(toml, &[]).expect_err(toml);
            assert!(error.contains(wanted), "{error}");
        }
    }
}
