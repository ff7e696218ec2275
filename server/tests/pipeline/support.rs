//! Builds a raw folder through the real pipeline and reads the published marts back.

use std::path::Path;

use chrono::{DateTime, NaiveDate};
use tempfile::TempDir;
use tidemark::pipeline::{self, Built, Request};
use tidemark::{Failure, Settings};
use tidemark_snapshot::{Encoding, Format, Snapshot, Store};

/// A build in a data folder of its own.
pub(crate) struct Published {
    pub(crate) built: Built,
    pub(crate) snapshot: Snapshot,
    _folder: TempDir,
}

/// Builds `raw` as of a day, with further settings as `(key, value)`.
pub(crate) fn build(
    raw: &Path,
    as_of: &str,
    settings: &[(&str, &str)],
) -> Result<Published, Failure> {
    let mut all = Settings::default();
    for (key, value) in settings {
        all.set(key, value, "test")?;
    }
    build_with(all, raw, as_of)
}

/// Builds `raw` as of a day with these settings, but for their folders.
pub(crate) fn build_with(
    settings: Settings,
    raw: &Path,
    as_of: &str,
) -> Result<Published, Failure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all = Settings {
        raw: raw.to_owned(),
        data: folder.path().join("data"),
        ..settings
    };
    let request = Request {
        as_of: as_of.trim().parse::<NaiveDate>().expect("an as-of day"),
        now: DateTime::UNIX_EPOCH,
        demo: false,
        publish: true,
        quiet: true,
    };
    let built = pipeline::build(&all, request)?;
    let snapshot = Store::open_read_only(&all.data)
        .current()
        .expect("a readable store")
        .expect("a published snapshot");
    Ok(Published {
        built,
        snapshot,
        _folder: folder,
    })
}

impl Published {
    /// A mart as the CSV that is published.
    pub(crate) fn csv(&self, mart: &str) -> String {
        let bytes = self
            .snapshot
            .read(mart, Format::Csv, Encoding::Identity)
            .expect("a published mart");
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }
}

/// Rows of a CSV text, the header first.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| {
            record
                .expect("a CSV row")
                .iter()
                .map(str::to_owned)
                .collect()
        })
        .collect()
}
