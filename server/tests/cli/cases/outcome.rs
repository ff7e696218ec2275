//! What one build left behind: exit code, messages and sample rows, quarantined rows, published marts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tidemark_snapshot::{Encoding, Format, Snapshot, Store};

use super::Build;
use crate::place::{Place, text};

/// A row of a mart, by column.
pub(super) type Row = BTreeMap<String, String>;

/// The result of one build.
pub(super) struct Outcome {
    /// None if a signal ended the process.
    pub(super) exit: Option<i32>,
    output: String,
    /// Lines of output, findings, and checks that did not pass.
    pub(super) messages: Vec<String>,
    /// Sample rows of findings and checks.
    pub(super) samples: Vec<String>,
    pub(super) quarantine: Vec<Value>,
    pub(super) marts: Option<BTreeMap<String, Vec<Row>>>,
    /// `new`, `kept` or `none`.
    pub(super) snapshot: &'static str,
}

impl Outcome {
    /// Runs a build of the case in `folder`.
    pub(super) fn of(folder: &Path, build: &Build) -> Self {
        let place = Place::empty();
        let before = build.before.as_ref().map(|raw| {
            let (exit, output) = run(&place, &folder.join(raw), build);
            assert_eq!(
                exit,
                Some(0),
                "the build that comes first must publish: {output}"
            );
            current(&place).expect("a published snapshot").id().clone()
        });
        if let Some(config) = &build.config {
            let is_file = config.ends_with(".toml") && !config.contains('\n');
            let text = if is_file {
                fs::read_to_string(folder.join(config)).expect("the settings of a case")
            } else {
                config.clone()
            };
            fs::write(place.path("tidemark.toml"), text).expect("written settings");
        }
        let raw = build.raw.as_deref().unwrap_or("raw");
        let (exit, output) = run(&place, &folder.join(raw), build);
        let snapshot = current(&place);
        let mut outcome = Self {
            exit,
            messages: output.lines().map(str::to_owned).collect(),
            output,
            samples: Vec::new(),
            quarantine: quarantine(&place),
            snapshot: match &snapshot {
                None => "none",
                Some(snapshot) if Some(snapshot.id()) == before.as_ref() => "kept",
                Some(_) => "new",
            },
            marts: snapshot.as_ref().map(marts),
        };
        // The report of the snapshot before says nothing of a build that was refused.
        if let (Some(0), Some(snapshot)) = (exit, &snapshot) {
            outcome.add_report(snapshot);
        }
        outcome
    }

    /// Adds findings and checks that did not pass, each as one text.
    fn add_report(&mut self, snapshot: &Snapshot) {
        let text = snapshot
            .read_file("quality.json")
            .expect("a quality report");
        let report: Value = serde_json::from_slice(&text).expect("JSON");
        let of = |key: &str| report[key].as_array().cloned().unwrap_or_default();
        let failed = of("checks")
            .into_iter()
            .filter(|check| check["outcome"] != "pass");
        for mut entry in of("findings").into_iter().chain(failed) {
            if let Some(samples) = entry
                .as_object_mut()
                .and_then(|fields| fields.remove("samples"))
            {
                let rows = samples.as_array().cloned().unwrap_or_default();
                self.samples.extend(rows.iter().map(Value::to_string));
            }
            self.messages.push(entry.to_string());
        }
    }

    /// Whether the build ended in another way than the command line promises.
    pub(super) fn has_crashed(&self) -> bool {
        !matches!(self.exit, Some(0..=3)) || self.output.contains("panicked at")
    }
}

/// Builds a raw folder; returns the exit code and all output.
fn run(place: &Place, raw: &Path, build: &Build) -> (Option<i32>, String) {
    let raw = raw.to_str().expect("a path in UTF-8");
    let mut command = place.command(&["build", "--raw", raw, "--as-of", &build.as_of]);
    let output = command.envs(&build.env).output().expect("a run");
    (output.status.code(), text(&output))
}

fn current(place: &Place) -> Option<Snapshot> {
    Store::open_read_only(place.path("data"))
        .current()
        .expect("a readable store")
}

fn quarantine(place: &Place) -> Vec<Value> {
    let text = fs::read_to_string(place.path("data/quarantine.jsonl")).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.trim().is_empty());
    rows.map(|row| serde_json::from_str(row).expect("a line of JSON"))
        .collect()
}

/// Every published mart, from its CSV.
fn marts(snapshot: &Snapshot) -> BTreeMap<String, Vec<Row>> {
    let names = snapshot
        .manifest()
        .marts
        .iter()
        .map(|mart| mart.name.clone());
    let read = |name: String| {
        let bytes = snapshot.read(&name, Format::Csv, Encoding::Identity);
        let bytes = bytes.expect("a published mart").to_vec();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows = reader.deserialize().map(|row| row.expect("a CSV row"));
        (name, rows.collect())
    };
    names.map(read).collect()
}
