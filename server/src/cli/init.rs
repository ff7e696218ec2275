//! `tidemark init`: asks for the sources, writes `tidemark.toml`, and says which secrets to set.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::connections::{SOURCES, address};
use crate::template::{Answers, questions, secrets, settings_file};
use crate::{Failure, Settings, presets};

/// Settings whose usual value suits everybody, so that nobody need be asked.
const ALWAYS_RIGHT: [&str; 2] = ["stripe.url", "zendesk.scope"];

/// Flags of `init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Sources to set up, instead of asking: stripe, salesforce, zendesk
    #[arg(long = "source", value_name = "SOURCE")]
    sources: Vec<String>,
    /// Add the mapping of a vendor's own export, and ask nothing: hubspot, intercom, chargebee, recurly, paddle,
    /// baremetrics, stripe-csv, zendesk-csv, salesforce-report; may be given several times
    #[arg(long = "preset", value_name = "PRESET")]
    presets: Vec<String>,
    /// Replace a tidemark.toml that is there
    #[arg(long)]
    force: bool,
}

impl Init {
    /// Runs without settings: it is there to write them.
    pub(super) fn run(self, config: Option<&Path>) -> Result<(), Failure> {
        let path = config.map_or_else(|| PathBuf::from("tidemark.toml"), Path::to_owned);
        if !self.presets.is_empty() {
            return self.add_presets(&path);
        }
        if path.exists() && !self.force {
            return Err(Failure::Usage(format!(
                "{} is there already; edit it, or replace it with --force",
                path.display()
            )));
        }
        let mut asking = Asking {
            input: std::io::stdin().lock(),
            patient: std::io::stdin().is_terminal(),
        };
        let answers = asking.all(&self.sources)?;
        std::fs::write(&path, settings_file(&answers)).map_err(|error| {
            Failure::Failed(format!("cannot write {}: {error}", path.display()))
        })?;
        println!("Wrote {}.", path.display());
        next_steps(&answers);
        Ok(())
    }
}

impl Init {
    /// Writes the mappings of presets into a new file, or adds them to the one that is there.
    fn add_presets(&self, path: &Path) -> Result<(), Failure> {
        let mut text = if path.exists() && !self.force {
            std::fs::read_to_string(path).map_err(|error| {
                Failure::Usage(format!("cannot read {}: {error}", path.display()))
            })?
        } else {
            settings_file(&Answers::new())
        };
        for name in &self.presets {
            text.push('\n');
            text.push_str(presets::text(name)?);
            // A section may stand in a file only once.
            if let Err(error) = text.parse::<toml::Table>() {
                return Err(Failure::Usage(format!(
                    "the preset {name} cannot be added to {}: {}; merge it by hand from docs/presets.md",
                    path.display(),
                    error.message()
                )));
            }
        }
        std::fs::write(path, text).map_err(|error| {
            Failure::Failed(format!("cannot write {}: {error}", path.display()))
        })?;
        println!("Wrote {}.", path.display());
        for name in &self.presets {
            let mapped = presets::files(name, presets::text(name)?)?;
            for (source, object) in mapped.fields.keys() {
                println!("{name}: put the export at raw/{source}/{object}.csv");
            }
        }
        println!("Then: tidemark inspect FILE, tidemark build, tidemark serve");
        Ok(())
    }
}

/// What is left to do: the secrets, which no file of ours holds.
fn next_steps(answers: &Answers) {
    let is_set = |name: &str| {
        answers
            .keys()
            .any(|key| key.split('.').next() == Some(name) && key.contains('.'))
    };
    for source in SOURCES.iter().filter(|source| is_set(source.name)) {
        let name = source.name;
        let secrets = needed(name).join(" or ");
        println!("{name}: set {secrets}; docs/connectors/{name}.md says where to get it");
    }
    println!("With _FILE added, such a variable names a file that holds the secret.");
    println!("Then: tidemark sync --check, tidemark sync, tidemark build, tidemark serve");
}

/// The secrets that a sync needs; the webhook's is for the server.
fn needed(name: &str) -> Vec<String> {
    secrets(name)
        .into_iter()
        .filter(|variable| !variable.contains("WEBHOOK"))
        .collect()
}

/// Asks on standard error, so that standard output is only what was done.
struct Asking<R> {
    input: R,
    /// Whether there is a person who can be asked again.
    patient: bool,
}

impl<R: BufRead> Asking<R> {
    fn all(&mut self, sources: &[String]) -> Result<Answers, Failure> {
        let mut answers = Answers::new();
        let defaults = Settings::default();
        let sources = match sources {
            [] => self.sources()?,
            named => known(named.iter().map(String::as_str))?,
        };
        let zone = self.ask(
            "Time zone of the company's days",
            &defaults.timezone.to_string(),
            |zone| accepted("timezone", zone),
        )?;
        let currency = self.ask("Currency of all amounts", &defaults.currency, |currency| {
            accepted("currency", currency)
        })?;
        answers.insert("timezone".to_owned(), zone);
        answers.insert("currency".to_owned(), currency);
        for source in sources {
            for (key, example, meaning) in questions(source) {
                let name = format!("{source}.{key}");
                if ALWAYS_RIGHT.contains(&name.as_str()) {
                    answers.insert(name, example.to_owned());
                    continue;
                }
                let asked = format!("{source}: {} (as {example})", meaning.trim_end_matches('.'));
                let answer = self.ask(&asked, "", |answer| match key {
                    "url" if address(answer).is_none() => {
                        Err("an address begins with https://".to_owned())
                    }
                    _ => Ok(()),
                })?;
                if !answer.is_empty() {
                    answers.insert(name, answer);
                }
            }
        }
        Ok(answers)
    }

    fn sources(&mut self) -> Result<Vec<&'static str>, Failure> {
        let all = SOURCES.map(|source| source.name).join(", ");
        let answer = self.ask(&format!("Sources to sync, of {all}"), &all, |answer| {
            known(words(answer))
                .map(|_| ())
                .map_err(|failure| failure.to_string())
        })?;
        known(words(&answer))
    }

    /// Asks until there is an answer that is accepted; nothing means the default.
    fn ask(
        &mut self,
        question: &str,
        default: &str,
        accept: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        loop {
            match default {
                "" => eprint!("{question}: "),
                _ => eprint!("{question} [{default}]: "),
            }
            let _ = std::io::stderr().flush();
            let mut line = String::new();
            let read = self.input.read_line(&mut line).map_err(Failure::failed)?;
            let answer = match line.trim() {
                "" => default,
                answer => answer,
            };
            let optional = answer.is_empty();
            match accept(answer) {
                Ok(()) => return Ok(answer.to_owned()),
                Err(_) if optional => return Ok(String::new()),
                Err(why) if self.patient && read > 0 => eprintln!("{why}"),
                Err(why) => return Err(Failure::Usage(format!("{question}: {answer:?}: {why}"))),
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|word| !word.is_empty())
}

/// The sources of these names.
fn known<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<&'static str>, Failure> {
    let of = |name: &str| {
        SOURCES
            .iter()
            .map(|source| source.name)
            .find(|known| known.eq_ignore_ascii_case(name))
    };
    names
        .map(|name| {
            of(name).ok_or_else(|| {
                let all = SOURCES.map(|source| source.name).join(", ");
                Failure::Usage(format!(
                    "there is no source {name:?} to sync; the sources are {all}"
                ))
            })
        })
        .collect()
}

/// Whether a value fits a setting.
fn accepted(key: &str, value: &str) -> Result<(), String> {
    let set = Settings::default().set(key, value, "the answer");
    set.map_err(|failure| failure.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_added_to_a_file_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tidemark.toml");
        let add = |names: &[&str]| {
            let init = Init {
                sources: Vec::new(),
                presets: names.iter().map(|name| (*name).to_owned()).collect(),
                force: false,
            };
            init.run(Some(&path)).map_err(|failure| failure.to_string())
        };
        add(&["recurly", "hubspot"]).expect("a new file");
        add(&["intercom"]).expect("an addition");
        let settings = Settings::load(Some(&path), std::iter::empty()).expect("settings");
        let mapped: Vec<&str> = settings
            .files
            .fields
            .keys()
            .map(|(_, object)| object.as_str())
            .collect();
        assert_eq!(
            mapped,
            [
                "subscription_periods",
                "accounts",
                "deals",
                "leads",
                "tickets"
            ]
        );
        let error = add(&["chargebee"]).expect_err("a second [billing]");
        assert!(error.contains("merge it by hand"), "{error}");
        assert!(
            add(&["nothing"])
                .expect_err("no preset")
                .contains("the presets are")
        );
    }

    fn answers(input: &str, patient: bool) -> Result<Answers, String> {
        let mut asking = Asking {
            input: input.as_bytes(),
            patient,
        };
        asking.all(&[]).map_err(|failure| failure.to_string())
    }

    #[test]
    fn answers_lead_to_settings() {
        let found = answers(
            "stripe salesforce\nMars\nEurope/Berlin\nEUR\nhttps://acme.my.salesforce.com\nkey\n\n",
            true,
        )
        .expect("answers");
        let found: Vec<_> = found
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("currency", "EUR"),
                ("salesforce.client_id", "key"),
                ("salesforce.url", "https://acme.my.salesforce.com"),
                ("stripe.url", "https://api.stripe.com"),
                ("timezone", "Europe/Berlin"),
            ]
        );
        assert!(
            answers("strype", false)
                .expect_err("no such source")
                .contains("the sources are stripe")
        );
        let all = answers("", true).expect("defaults");
        assert_eq!(
            all.len(),
            4,
            "time zone, currency, Stripe's address and a scope: {all:?}"
        );
    }
}
