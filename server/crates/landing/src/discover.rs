//! Finds the files of every known object in a raw folder, in landing order.

use std::fs;
use std::path::{Path, PathBuf};

use crate::LandingError;
use crate::findings::Finding;
use crate::lookalike;
use crate::objects::{OBJECTS, Object, SOURCES};
use crate::pipe::{FoundList, lists_named};

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// What a file holds once unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    JsonLines,
    Json,
    Csv,
    Parquet,
}

/// A file to read.
#[derive(Debug, Clone)]
pub(crate) struct RawFile {
    pub(crate) path: PathBuf,
    /// Path relative to the raw folder, with `/`.
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) packing: Packing,
}

/// The files of an object.
#[derive(Debug)]
pub(crate) struct FoundObject {
    pub(crate) object: &'static Object,
    pub(crate) files: Vec<RawFile>,
}

/// What a raw folder holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) sources: Vec<&'static str>,
    /// In the order of [`OBJECTS`].
    pub(crate) objects: Vec<FoundObject>,
    /// Tables that other pipelines make of lists inside an object.
    pub(crate) lists: Vec<FoundList>,
    pub(crate) findings: Vec<Finding>,
}

/// An entry of a folder: its name and path.
type Entry = (String, PathBuf);

/// Entries sorted by name; hidden ones are the system's, not data.
pub(crate) fn entries(dir: &Path) -> std::io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// Splits a file name into its stem, format and packing; `None` if landing cannot read such a file.
pub(crate) fn kind(name: &str) -> Option<(&str, Format, Packing)> {
    let strip = |name: &'_ str, ending: &str| -> Option<usize> {
        let at = name.len().checked_sub(ending.len())?;
        let tail = name.get(at..)?;
        (at > 0 && tail.eq_ignore_ascii_case(ending)).then_some(at)
    };
    let (name, packing) = if let Some(at) = strip(name, ".gz") {
        (&name[..at], Packing::Gzip)
    } else if let Some(at) = strip(name, ".zst") {
        (&name[..at], Packing::Zstd)
    } else {
        (name, Packing::Plain)
    };
    let formats = [
        (".jsonl", Format::JsonLines),
        (".ndjson", Format::JsonLines),
        (".json", Format::Json),
        (".csv", Format::Csv),
        (".parquet", Format::Parquet),
    ];
    for (ending, format) in formats {
        if let Some(at) = strip(name, ending) {
            if format == Format::Parquet && packing != Packing::Plain {
                return None;
            }
            return Some((&name[..at], format, packing));
        }
    }
    None
}

/// Finds what a raw folder holds.
pub(crate) fn discover(raw: &Path) -> Result<Found, LandingError> {
    let unreadable = |cause| LandingError::RawDir {
        path: raw.to_owned(),
        cause,
    };
    let mut found = Found::default();
    let mut unsorted = Vec::new();
    for (name, path) in entries(raw).map_err(unreadable)? {
        let source = SOURCES
            .iter()
            .find(|source| source.eq_ignore_ascii_case(&name));
        match source {
            Some(source) if path.is_dir() => {
                found.sources.push(source);
                source_objects(source, &name, &path, &mut unsorted, &mut found)?;
            }
            _ => found.findings.push(Finding::warn(
                "",
                "",
                "unknown_source",
                format!("{name} in the raw folder is no known source and was not read; sources are folders named {}", SOURCES.join(", ")),
            )),
        }
    }
    if !found.sources.iter().any(|source| *source != "reference") {
        return Err(LandingError::NoSource {
            path: raw.to_owned(),
            known: SOURCES
                .iter()
                .copied()
                .filter(|source| *source != "reference")
                .collect(),
        });
    }
    for object in OBJECTS {
        let files: Vec<RawFile> = unsorted
            .iter()
            .filter(|(owner, _)| std::ptr::eq(*owner, object))
            .map(|(_, file)| file.clone())
            .collect();
        if !files.is_empty() {
            found.objects.push(FoundObject { object, files });
        } else if object.required && found.sources.contains(&object.source) {
            let (source, name) = (object.source, object.name);
            return Err(LandingError::MissingObject {
                source_name: source,
                object: name,
                similar: lookalike::clause(raw, object),
                expected: format!(
                    "{source}/{name}.jsonl, .json, .csv or .parquet (text also .gz or .zst), or part files in {source}/{name}/"
                ),
            });
        }
    }
    Ok(found)
}

/// Adds the files of one source: single files first, then part files by name.
fn source_objects(
    source: &'static str,
    folder: &str,
    dir: &Path,
    files: &mut Vec<(&'static Object, RawFile)>,
    found: &mut Found,
) -> Result<(), LandingError> {
    let unreadable = |name: &str, cause: std::io::Error| LandingError::Unreadable {
        file: name.to_owned(),
        cause: cause.to_string(),
    };
    let object_named = |stem: &str| {
        OBJECTS.iter().find(|object| {
            object.source == source && object.names().any(|name| name.eq_ignore_ascii_case(stem))
        })
    };
    let not_read = |object: &str, what: String| Finding::warn(source, object, "unknown_file", what);
    let mut parts = Vec::new();
    for (name, path) in entries(dir).map_err(|cause| unreadable(folder, cause))? {
        let shown = format!("{folder}/{name}");
        if path.is_dir() {
            let (object, name_of_folder) = (object_named(&name), name);
            let mut is_list = false;
            for (part, path) in entries(&path).map_err(|cause| unreadable(&shown, cause))? {
                let name = format!("{shown}/{part}");
                let file = kind(&part).filter(|_| path.is_file());
                let file = file.map(|(_, format, packing)| RawFile {
                    path,
                    name: name.clone(),
                    format,
                    packing,
                });
                match (object, file) {
                    (Some(object), Some(file)) => parts.push((object, file)),
                    (Some(object), None) => found.findings.push(not_read(object.name, format!("{name} is no file landing can read; expected .jsonl, .json, .csv or .parquet"))),
                    (None, Some(file)) => {
                        let lists = lists_named(source, &name_of_folder, &file);
                        is_list |= !lists.is_empty();
                        found.lists.extend(lists);
                    }
                    (None, None) => {}
                }
            }
            if object.is_none() && !is_list {
                found.findings.push(not_read(
                    "",
                    format!("the folder {shown} is no known object of {source} and was not read"),
                ));
            }
            continue;
        }
        if let Some((stem, format, packing)) = kind(&name) {
            let file = RawFile {
                path,
                name: shown.clone(),
                format,
                packing,
            };
            if let Some(object) = object_named(stem) {
                files.push((object, file));
                continue;
            }
            let lists = lists_named(source, stem, &file);
            if !lists.is_empty() {
                found.lists.extend(lists);
                continue;
            }
        }
        found.findings.push(not_read(
            "",
            format!("{shown} is no known object of {source} and was not read"),
        ));
    }
    files.append(&mut parts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn order_is_single_files_then_parts_by_name() {
        let dir = folder(&[
            "salesforce/ACCOUNT.csv.GZ",
            "salesforce/account/part-2.csv",
            "salesforce/account/part-1.jsonl.zst",
        ]);
        let found = discover(dir.path()).unwrap();
        let names: Vec<_> = found.objects[0]
            .files
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "salesforce/ACCOUNT.csv.GZ",
                "salesforce/account/part-1.jsonl.zst",
                "salesforce/account/part-2.csv"
            ]
        );
        assert!(found.findings.is_empty());
    }

    #[test]
    fn what_is_unknown_is_told() {
        let dir = folder(&[
            "zendesk/tickets.json",
            "zendesk/tickets/readme.txt",
            "zendesk/calls.csv",
            "zendesk/.state",
            "hubspot/deals.csv",
            "notes.txt",
        ]);
        let found = discover(dir.path()).unwrap();
        let codes: Vec<_> = found.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(
            codes,
            [
                "unknown_source",
                "unknown_source",
                "unknown_file",
                "unknown_file"
            ]
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let dir = folder(&["stripe/customers.jsonl", "stripe/invoices.jsonl"]);
        let error = discover(dir.path()).unwrap_err().to_string();
        assert!(error.contains("stripe has no subscriptions"), "{error}");
        assert!(error.contains("stripe/subscriptions.jsonl"), "{error}");
        assert!(matches!(
            discover(folder(&["reference/exchange_rates.csv"]).path()),
            Err(LandingError::NoSource { .. })
        ));
        assert!(matches!(
            discover(Path::new("does-not-exist")),
            Err(LandingError::RawDir { .. })
        ));
    }
}
