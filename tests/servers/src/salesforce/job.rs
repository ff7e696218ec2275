//! A Bulk query job: what it asks for, how far it is, what it found, and how that is written.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::cell::Cell;
use super::objects::Object;
use super::select::Selection;

/// A query job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) version: String,
    pub(crate) operation: &'static str,
    pub(crate) selection: Selection,
    pub(crate) state: &'static str,
    pub(crate) created: DateTime<Utc>,
    pub(crate) polls: u32,
    pub(crate) line_ending: &'static str,
    pub(crate) delimiter: (&'static str, char),
    pub(crate) results: Results,
}

/// What a complete job found: as it was then.
#[derive(Debug, Clone, Default)]
pub(crate) enum Results {
    #[default]
    None,
    /// Lines of the file.
    Lines(Vec<String>),
    /// Made records, as many as there are: too many to keep.
    Made(u64),
}

impl Results {
    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Lines(lines) => lines.len() as u64,
            Self::Made(count) => *count,
        }
    }
}

impl Job {
    pub(crate) fn info(&self, id: &str) -> Value {
        let at = self
            .created
            .format("%Y-%m-%dT%H:%M:%S%.3f+0000")
            .to_string();
        let mut info = json!({
            "id": id,
            "operation": self.operation,
            "object": self.selection.object,
            "createdById": "0055g000000ABCDAA4",
            "createdDate": at,
            "systemModstamp": at,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": self.version.trim_start_matches('v').parse().unwrap_or(0.0),
            "lineEnding": if self.line_ending == "\n" { "LF" } else { "CRLF" },
            "columnDelimiter": self.delimiter.0,
        });
        if self.state != "UploadComplete" {
            info["jobType"] = Value::from("V2Query");
            info["numberRecordsProcessed"] = Value::from(self.results.count());
            info["retries"] = Value::from(0);
            info["totalProcessingTime"] = Value::from(334);
            info["isPkChunkingSupported"] = Value::from(true);
        }
        if self.state == "Failed" {
            info["errorMessage"] = Value::from("Retried more than fifteen times");
        }
        info
    }

    /// Finds what the job asks for.
    pub(crate) fn run(&mut self, object: &Object) {
        let made_only = object.positions() == object.made;
        self.results = if self.selection.everything() && made_only {
            Results::Made(object.made)
        } else {
            let found = self.selection.find(object);
            let lines = found.iter().map(|position| self.line(object, *position));
            Results::Lines(lines.collect())
        };
        self.state = "JobComplete";
    }

    pub(crate) fn line(&self, object: &Object, position: u64) -> String {
        let row = object.row(position).unwrap_or_default();
        let fields = self.selection.fields.iter();
        self.join(fields.map(|at| row.get(*at).map_or_else(String::new, Cell::csv)))
    }

    pub(crate) fn header(&self, object: &Object) -> String {
        let fields = self.selection.fields.iter();
        self.join(fields.map(|at| object.fields[*at].name.clone()))
    }

    /// A line of the file: every value in quotes.
    pub(crate) fn join(&self, values: impl Iterator<Item = String>) -> String {
        let mut line = String::new();
        for value in values {
            if !line.is_empty() {
                line.push(self.delimiter.1);
            }
            line.push('"');
            line.push_str(&value.replace('"', "\"\""));
            line.push('"');
        }
        line.push_str(self.line_ending);
        line
    }
}
