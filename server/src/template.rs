//! The text of a new `tidemark.toml`: every setting with what it means, those not answered as comments.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::connections::{SOURCES, variable};

/// Answers, by key: `timezone`, or `salesforce.url`. A source is set up if any of its keys is here.
pub(crate) type Answers = BTreeMap<String, String>;

/// A setting, its default or an example, and what it means.
struct Setting(&'static str, &'static str, &'static str);

const GENERAL: &[Setting] = &[
    Setting(
        "raw",
        "raw",
        "Folder with one folder of raw files per source.",
    ),
    Setting("data", "data", "Folder of the published snapshots."),
    Setting(
        "listen",
        "127.0.0.1:8080",
        "Address to serve on. Beyond this machine it needs a login: docs/access.md.",
    ),
    Setting(
        "timezone",
        "UTC",
        "Time zone in which days begin and end, such as Europe/Berlin. Changing it changes past numbers.",
    ),
    Setting(
        "currency",
        "usd",
        "Currency of all amounts; others are converted by reference/exchange_rates.",
    ),
    Setting(
        "mrr_discounts",
        "all",
        "Whether MRR is after discounts (all) or before them (none).",
    ),
    Setting(
        "churn_date",
        "service_end",
        "The day a customer counts as lost: the end of the paid time (service_end), or the day it was canceled (cancellation).",
    ),
    Setting(
        "public_url",
        "https://numbers.acme.example",
        "Where people open the dashboard; alerts and digests link to it.",
    ),
    Setting(
        "account_id_key",
        "salesforce_account_id",
        "Key of the Stripe metadata that holds the Salesforce account's id.",
    ),
    Setting(
        "max_shrink",
        "0.2",
        "Share of its known records that an object may lose between builds before publishing is refused; 1 accepts any loss.",
    ),
    Setting(
        "schedule",
        "",
        "When `tidemark serve` runs by itself, as a cron expression: \"30 5 * * *\" is half past five each day. Empty: never.",
    ),
    Setting(
        "schedule_timezone",
        "",
        "Time zone of the schedule. Empty: the one above.",
    ),
    Setting(
        "ready_by",
        "",
        "Time of the day by which the day before must be published, such as 09:00; if it is late, an alert is sent. Empty: no deadline.",
    ),
    Setting(
        "retries",
        "3",
        "How often a step is tried again after a transient error.",
    ),
    Setting(
        "retry_wait",
        "60",
        "Seconds before the first of these; each next wait is twice as long.",
    ),
    Setting(
        "catch_up_days",
        "7",
        "How many missed or failed days the next scheduled run builds as well.",
    ),
    Setting(
        "openlineage_url",
        "",
        "Where to send OpenLineage events of each run, such as https://lineage.example.com/api/v1/lineage. Empty: nowhere.",
    ),
    Setting(
        "log",
        "text",
        "What `tidemark serve` logs: text or json, levels such as warn or debug, or both as in json,debug.",
    ),
];

const STRIPE: &[Setting] = &[Setting(
    "url",
    "https://api.stripe.com",
    "Address of the API.",
)];

const SALESFORCE: &[Setting] = &[
    Setting(
        "url",
        "https://acme.my.salesforce.com",
        "Address of the org, its My Domain.",
    ),
    Setting(
        "client_id",
        "3MVG9…",
        "Consumer key of the external client app.",
    ),
    Setting(
        "username",
        "integration@acme.example",
        "User to read as, where the login is by private key.",
    ),
];

const ZENDESK: &[Setting] = &[
    Setting("url", "https://acme.zendesk.com", "Address of the account."),
    Setting(
        "client_id",
        "tidemark",
        "Unique identifier of the OAuth client.",
    ),
    Setting("scope", "read", "What the client may do."),
    Setting(
        "email",
        "admin@acme.example",
        "E-mail of an admin, where the login is by API token.",
    ),
];

/// Tables that only Salesforce has.
const MAPPINGS: &str = "
# Objects and fields that this org keeps under names of its own:
# [salesforce.objects]
# Account = \"Customer__c\"
# [salesforce.fields.Account]
# Industry = \"Sector__c\"
";

const OTHER_SYSTEMS: &str = "
# Files of any other billing, CRM or support system: map their columns (docs/imports.md), or add the mapping of a
# known system with `tidemark init --preset NAME` (docs/presets.md).
";

const ALERTS: &str = "
# Alerts and digests; docs/alerts.md describes what is sent and when.
# Its secrets, in the environment: TIDEMARK_ALERTS_WEBHOOK, TIDEMARK_ALERTS_EMAIL_PASSWORD
# [alerts]

# How often the headline numbers are sent: daily, weekly or off.
# digest = \"weekly\"

# Whether to alert on counts that are unusual for their weekday: on or off.
# anomaly = \"on\"

# A program that gets each alert as JSON, and its arguments.
# command = [\"page-somebody\", \"--now\"]

# A mail server; security is starttls, tls or none.
# email = { server = \"smtp.acme.example:587\", security = \"starttls\", from = \"numbers@acme.example\", to = [\"ops@acme.example\"] }
";

/// The section of retention, as comments.
const RETENTION: &str = "
# Which published days are kept: the newest days, the last day of the newest weeks and of the newest months. 0 keeps all.
# The current snapshot, and those that were pinned or rolled back to, are always kept.
# [retention]
# daily = 90
# weekly = 52
# monthly = 0
";

/// What a source is, and its settings.
fn of_source(source: &str) -> (&'static str, &'static [Setting]) {
    match source {
        "stripe" => ("Stripe, the billing", STRIPE),
        "salesforce" => ("Salesforce, the CRM", SALESFORCE),
        _ => ("Zendesk, the support tickets", ZENDESK),
    }
}

/// What to ask for a source, by key: the example, and the question.
pub(crate) fn questions(
    source: &str,
) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let (_, settings) = of_source(source);
    settings
        .iter()
        .map(|Setting(key, example, meaning)| (*key, *example, *meaning))
}

/// The whole file.
pub(crate) fn settings_file(answers: &Answers) -> String {
    let mut text = String::from(
        "# Settings of Tidemark. An environment variable (TIDEMARK_TIMEZONE, TIDEMARK_STRIPE_URL) wins over this file,\n\
         # a flag (--raw) over both. What is commented out has the value shown.\n\
         # Secrets do not belong here: they come from the environment, or from a file that it names.\n",
    );
    write_settings(&mut text, GENERAL, "", answers);
    text.push_str(RETENTION);
    for source in &SOURCES {
        let name = source.name;
        let (what, settings) = of_source(name);
        let prefix = format!("{name}.");
        let is_set = answers.keys().any(|key| key.starts_with(&prefix));
        let off = if is_set { "" } else { "# " };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\n# {what}. How to get the credentials: docs/connectors/{name}.md"
        );
        let _ = writeln!(
            text,
            "# Its secrets, in the environment: {}",
            secrets(name).join(", ")
        );
        let _ = writeln!(text, "{off}[{name}]");
        write_settings(&mut text, settings, &prefix, answers);
        if name == "salesforce" {
            text.push_str(MAPPINGS);
        }
    }
    text.push_str(OTHER_SYSTEMS);
    text.push_str(ALERTS);
    text
}

/// The variables of a source's secrets; each can have `_FILE` added.
pub(crate) fn secrets(name: &str) -> Vec<String> {
    let source = SOURCES.iter().find(|source| source.name == name);
    let keys = source.map_or(&[][..], |source| source.secrets);
    keys.iter().map(|key| variable(name, key)).collect()
}

/// A value as TOML: numbers without quotes.
fn written(key: &str, value: &str) -> toml::Value {
    let text = || toml::Value::String(value.to_owned());
    if !crate::config::NUMBERS.contains(&key) {
        return text();
    }
    match (value.parse::<i64>(), value.parse::<f64>()) {
        (Ok(number), _) => toml::Value::Integer(number),
        (_, Ok(number)) => toml::Value::Float(number),
        _ => text(),
    }
}

fn write_settings(text: &mut String, settings: &[Setting], prefix: &str, answers: &Answers) {
    for Setting(key, default, meaning) in settings {
        let answer = answers.get(&format!("{prefix}{key}"));
        let (off, value) = answer.map_or(("# ", *default), |answer| ("", answer.as_str()));
        let value = written(key, value);
        let _ = writeln!(text, "\n# {meaning}\n{off}{key} = {value}");
    }
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    /// Reads the file as a start of Tidemark does.
    fn read(text: &str) -> Settings {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tidemark.toml");
        std::fs::write(&path, text).expect("a written file");
        Settings::load(Some(&path), std::iter::empty()).expect("settings that can be read")
    }

    /// Whether a comment sets one text or number.
    fn is_setting(comment: &str) -> bool {
        let value = comment.split_once(" = ").map_or("", |(_, value)| value);
        value.starts_with('"') || value.contains("= \"") || value.parse::<f64>().is_ok()
    }

    /// The file with every comment that is a setting made one.
    fn all_on(text: &str) -> String {
        let on = |line: &str| match line.strip_prefix("# ") {
            Some(setting) if setting.starts_with('[') || is_setting(setting) => setting.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(on).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_file_holds_every_setting_at_its_default() {
        let text = settings_file(&Answers::new());
        let (none, all) = (read(&text), read(&all_on(&text)));
        let general = |settings: &Settings| {
            format!(
                "{:?}",
                (
                    &settings.raw,
                    &settings.data,
                    settings.listen,
                    settings.timezone,
                    &settings.currency,
                    &settings.policies,
                    &settings.account_id_key
                )
            )
        };
        assert_eq!(general(&none), general(&Settings::default()));
        assert_eq!(general(&all), general(&Settings::default()));
        for key in crate::config::KEYS {
            assert!(text.contains(&format!("\n# {key} = ")), "{key}");
        }
        for source in SOURCES {
            let (_, written) = of_source(source.name);
            let keys: Vec<_> = written.iter().map(|Setting(key, ..)| *key).collect();
            assert_eq!(keys, source.settings, "{}", source.name);
        }
        assert!(
            none.connections
                .connectors(&[], &none.files.fields)
                .is_err(),
            "nothing is set up"
        );
        assert_eq!(all.alerts.channels().expect("channels").len(), 1);
        let account = ("salesforce".to_owned(), "Account".to_owned());
        assert_eq!(all.files.fields[&account]["Industry"], "Sector__c");
    }

    #[test]
    fn answers_are_written_whatever_they_hold() {
        let answer = "a\"quote and \\ more";
        let answers = Answers::from([("zendesk.email".to_owned(), answer.to_owned())]);
        let text = settings_file(&answers);
        let table: toml::Table = text.parse().expect("valid TOML");
        assert_eq!(table["zendesk"]["email"].as_str(), Some(answer));
        assert!(!table.contains_key("stripe"));
    }
}
