//! The reference page of all settings, `docs/settings.md`, which a test compares and writes.

use std::fmt::Write;

use super::{GENERAL, Setting, of_source, secrets};
use crate::connections::SOURCES;

/// Settings about the files of every source, for the reference; docs/imports.md explains them.
const FILES: &[Setting] = &[
    Setting(
        "date_format",
        "%d.%m.%Y",
        "Pattern of dates and times, as strftime has it.",
    ),
    Setting("decimal", ",", "Decimal mark of numbers: `.` or `,`."),
    Setting(
        "separator",
        ";",
        "What separates the columns of CSV files: `,`, `;`, `|` or `tab`.",
    ),
    Setting(
        "encoding",
        "windows-1252",
        "Encoding of text files that have no byte order mark.",
    ),
    Setting("amount_in", "cents", "Unit of amounts: `major` or `cents`."),
    Setting(
        "max_unreadable",
        "0.2",
        "Share of an object's records that may be unreadable before a build is refused.",
    ),
];

/// Settings of `[alerts]`, for the reference.
const ALERTING: &[Setting] = &[
    Setting(
        "digest",
        "weekly",
        "How often the headline numbers are sent: daily, weekly or off.",
    ),
    Setting(
        "anomaly",
        "on",
        "Whether counts out of the pattern of their weekday raise an alert: on or off.",
    ),
    Setting(
        "email_server",
        "smtp.acme.example:587",
        "Mail server; `email.server` in the file, as all of `email_…`.",
    ),
    Setting(
        "email_security",
        "starttls",
        "How its connection is protected: starttls, tls or none.",
    ),
    Setting("email_from", "numbers@acme.example", "Sender."),
    Setting(
        "email_to",
        "ops@acme.example",
        "Recipients; a list in the file, separated by commas in the environment.",
    ),
    Setting(
        "email_username",
        "numbers",
        "Login at the mail server, with the password.",
    ),
];

const RETAINING: &[Setting] = &[
    Setting(
        "daily",
        "90",
        "The newest days that are stored; 0 stores all.",
    ),
    Setting(
        "weekly",
        "52",
        "The newest weeks of which the last day is stored.",
    ),
    Setting(
        "monthly",
        "0",
        "The newest months of which the last day is stored.",
    ),
];

/// The reference page of all settings, `docs/settings.md`.
fn reference() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         <!-- Written by a test from server/src/template/reference.rs: UPDATE_GOLDEN=1 writes it again. -->\n\n\
         `tidemark.toml` in the folder where Tidemark starts, or the file of `--config`; an environment variable wins over the file, a flag over both. `tidemark init` writes the file with\n\
         every setting as a comment. An unknown setting is refused with the nearest one. Secrets come from the environment only; with `_FILE` added, the variable names a file that holds the secret.\n",
    );
    section(&mut page, "", "General", GENERAL);
    section(
        &mut page,
        "retention",
        "Snapshots that are stored",
        RETAINING,
    );
    for source in &SOURCES {
        let (what, settings) = of_source(source.name);
        section(&mut page, source.name, what, settings);
        let secrets = secrets(source.name).join("`, `");
        let _ = writeln!(
            page,
            "\nSecrets: `{secrets}`. [How to get them](connectors/{}.md).",
            source.name
        );
    }
    section(&mut page, "alerts", "Alerts and digests", ALERTING);
    page.push_str(
        "\n`command` is a list: a program that gets alerts as JSON, and its arguments. Secrets: `TIDEMARK_ALERTS_WEBHOOK`, `TIDEMARK_ALERTS_EMAIL_PASSWORD`. [More](alerts.md).\n\n\
         Secrets of runs: `TIDEMARK_RUN_TOKEN`, `TIDEMARK_OPENLINEAGE_API_KEY`.\n",
    );
    section(&mut page, "SOURCE", "Files of a source", FILES);
    let sources = tidemark_landing::sources().join("`, `");
    let _ = writeln!(
        page,
        "\n`SOURCE` is one of `{sources}`. Columns and words are mapped in `[SOURCE.fields]`, `[SOURCE.OBJECT.fields]`, `[SOURCE.values.FIELD]`: [Columns under other names](imports.md#columns-under-other-names)."
    );
    page
}

fn section(page: &mut String, name: &str, title: &str, settings: &[Setting]) {
    let heading = match name {
        "" => title.to_owned(),
        _ => format!("{title}: `[{name}]`"),
    };
    let _ = writeln!(
        page,
        "\n## {heading}\n\n| setting | variable | default or example | meaning |\n|---|---|---|---|"
    );
    for Setting(key, example, meaning) in settings {
        let section = if name.is_empty() {
            String::new()
        } else {
            format!("{name}_")
        };
        let variable = format!("TIDEMARK_{section}{key}").to_uppercase();
        let example = if example.is_empty() {
            String::new()
        } else {
            format!("`{example}`")
        };
        let (example, meaning) = (example.replace('|', "\\|"), meaning.replace('|', "\\|"));
        let _ = writeln!(page, "| `{key}` | `{variable}` | {example} | {meaning} |");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn the_reference_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, reference()).expect("a written page");
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            found,
            reference(),
            "docs/settings.md is stale: run with UPDATE_GOLDEN=1"
        );
    }

    #[test]
    fn every_variable_of_the_reference_page_is_a_setting() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tidemark.toml");
        std::fs::write(&path, "").expect("a written file");
        let sections = [
            ("", GENERAL),
            ("retention_", RETAINING),
            ("alerts_", ALERTING),
            ("billing_", FILES),
        ];
        let sources = ["stripe_", "salesforce_", "zendesk_"].map(|prefix| {
            let (_, settings) = of_source(prefix.trim_end_matches('_'));
            (prefix, settings)
        });
        for (prefix, settings) in sections.into_iter().chain(sources) {
            for Setting(key, example, _) in settings {
                let variable = format!("TIDEMARK_{prefix}{key}").to_uppercase();
                let value = (variable.clone(), (*example).to_owned());
                let read = Settings::load(Some(&path), std::iter::once(value));
                assert!(read.is_ok(), "{variable}: {:?}", read.err());
            }
        }
        let keys: Vec<&str> = FILES.iter().map(|Setting(key, ..)| *key).collect();
        let known = crate::mapping::KEYS.into_iter();
        let known = known.filter(|key| !["fields", "values"].contains(key));
        let missing: Vec<&str> = known.filter(|key| !keys.contains(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
