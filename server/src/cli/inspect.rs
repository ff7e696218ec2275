//! `tidemark inspect`: says what a file is taken for, and which object and preset fit it.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use tidemark_landing::inspect::{Columns, Fit, Inspected, fits, inspect};

use crate::{Failure, presets};

/// Fits that are shown for a file.
const SHOWN: usize = 3;

/// Flags of `inspect`.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Files to look at: CSV, JSON, JSON lines (each also .gz or .zst) or Parquet
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Inspect {
    /// Runs without settings: the files may lie anywhere.
    pub(super) fn run(self, json: bool) -> Result<(), Failure> {
        let mut known: Vec<(String, Columns)> = Vec::new();
        for (name, text) in presets::PRESETS {
            known.push((name.to_owned(), presets::files(name, text)?.fields));
        }
        let mut answers = Vec::new();
        let mut failed = Vec::new();
        for path in &self.files {
            let file = path.display().to_string();
            match inspect(path, &known) {
                Ok(found) => {
                    let names: Vec<String> = found
                        .columns
                        .iter()
                        .map(|column| column.name.clone())
                        .collect();
                    let mut fits = fits(&names, &known);
                    fits.truncate(SHOWN);
                    if json {
                        answers.push(as_json(&file, &found, &fits));
                    } else {
                        print!("{}", as_text(&file, &found, &fits));
                    }
                }
                Err(error) => {
                    answers.push(json!({"file": file, "error": error.to_string()}));
                    failed.push(error.to_string());
                }
            }
        }
        if json {
            println!("{}", Value::Array(answers));
        }
        match failed.is_empty() {
            true => Ok(()),
            false => Err(Failure::Failed(failed.join("\n"))),
        }
    }
}

fn as_json(file: &str, found: &Inspected, fits: &[Fit]) -> Value {
    let columns = found
        .columns
        .iter()
        .map(|column| json!({"name": column.name, "type": column.kind, "filled": column.filled}));
    let fits = fits.iter().map(|fit| {
        let fields = fit
            .fields
            .iter()
            .map(|(ours, theirs)| ((*ours).to_owned(), json!(theirs)));
        json!({
            "source": fit.source,
            "object": fit.object,
            "preset": fit.preset,
            "fields": fields.collect::<serde_json::Map<_, _>>(),
            "missing": fit.missing,
        })
    });
    json!({
        "file": file,
        "format": found.format,
        "packing": found.packing,
        "encoding": found.encoding,
        "separator": found.separator,
        "records": found.records,
        "columns": columns.collect::<Vec<_>>(),
        "fits": fits.collect::<Vec<_>>(),
    })
}

fn as_text(file: &str, found: &Inspected, fits: &[Fit]) -> String {
    let separator = found.separator.map(|separator| match separator {
        '\t' => "separated by tabs".to_owned(),
        other => format!("separated by \"{other}\""),
    });
    let parts = [
        Some(found.format.to_uppercase()),
        found.packing.map(str::to_owned),
        found.encoding.map(str::to_owned),
        separator,
        Some(format!("{} records looked at", found.records)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = format!("{file}\n  {}\n\n", parts.join(", "));
    let width = found
        .columns
        .iter()
        .map(|column| column.name.chars().count())
        .max();
    let width = width.unwrap_or_default().max("column".len());
    text.push_str(&format!("  {:width$}  {:8}  filled\n", "column", "type"));
    for column in &found.columns {
        let (name, kind, filled) = (&column.name, &column.kind, column.filled);
        text.push_str(&format!("  {name:width$}  {kind:8}  {filled}\n"));
    }
    text.push('\n');
    let Some(best) = fits.first() else {
        text.push_str(
            "  No object fits. Map its columns in the settings: docs/imports.md says how.\n\n",
        );
        return text;
    };
    for fit in fits {
        let under = fit
            .preset
            .as_ref()
            .map(|name| format!(" with preset {name}"));
        let lacks = match fit.missing.as_slice() {
            [] => "nothing is missing".to_owned(),
            missing => format!("missing: {}", missing.join(", ")),
        };
        let known = fit.fields.len();
        text.push_str(&format!(
            "  fits {}/{}{}: {known} fields known, {lacks}\n",
            fit.source,
            fit.object,
            under.unwrap_or_default()
        ));
    }
    let target = format!("raw/{}/{}", best.source, best.object);
    let next = match (&best.preset, best.missing.is_empty()) {
        (None, true) => format!("Put it at {target} with its ending."),
        (Some(preset), true) => {
            format!(
                "Put it at {target} with its ending, and run `tidemark init --preset {preset}`."
            )
        }
        (_, false) => format!(
            "Map the missing columns in [{}.{}.fields] of the settings: docs/imports.md says how.",
            best.source, best.object
        ),
    };
    text.push_str(&format!("\n  {next}\n\n"));
    text
}
