//! Looks at one file by itself: its form, its columns and their types, and which objects it could be.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use encoding_rs::Encoding;
use serde_json::Value;

use crate::contract::Contract;
use crate::dialect::{Dialect, FileDialect};
use crate::discover::{Format, Packing, RawFile, kind};
use crate::objects::OBJECTS;
use crate::open::open;
use crate::split::{Rows, Splitter, fields};
use crate::{LandingError, sniff, value};

/// Records of a file that are looked at.
const SAMPLE: usize = 1_000;

/// What a file is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// `csv`, `json`, `jsonl` or `parquet`.
    pub format: &'static str,
    /// `gzip` or `zstd`, if it is packed.
    pub packing: Option<&'static str>,
    /// Encoding of its text; none for Parquet.
    pub encoding: Option<&'static str>,
    /// What separates the columns of a CSV file.
    pub separator: Option<char>,
    /// Records that were looked at, from the first one on.
    pub records: usize,
    /// Its columns, in their order.
    pub columns: Vec<ColumnSeen>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSeen {
    /// Its name as written.
    pub name: String,
    /// `integer`, `decimal`, `date`, `time`, `boolean`, `text`, `nested`, `mixed`, or `empty`.
    pub kind: String,
    /// Records looked at that have a value.
    pub filled: usize,
}

/// An object that a file could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Source, such as `billing`.
    pub source: &'static str,
    /// Object, such as `subscription_periods`.
    pub object: &'static str,
    /// The mapping under which it fits; none if the columns have our names.
    pub preset: Option<String>,
    /// Fields that the file has, each with its column.
    pub fields: Vec<(&'static str, String)>,
    /// Needed fields that it lacks, each with the column that was looked for.
    pub missing: Vec<String>,
}

/// Columns that stand for our fields, by source and object.
pub type Columns = BTreeMap<(String, String), BTreeMap<String, String>>;

/// Looks at a file. Columns named by `presets` help to find what separates them.
///
/// # Errors
/// A file that is missing, of no known format, or damaged: [`LandingError::Unreadable`].
pub fn inspect(path: &Path, presets: &[(String, Columns)]) -> Result<Inspected, LandingError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unreadable = |cause: String| LandingError::Unreadable {
        file: path.display().to_string(),
        cause,
    };
    let Some((_, format, packing)) = kind(&name) else {
        return Err(unreadable(
            "its name has none of the endings .csv, .jsonl, .ndjson, .json (each also .gz or .zst) and .parquet".to_owned(),
        ));
    };
    let file = RawFile {
        path: path.to_owned(),
        name: path.display().to_string(),
        format,
        packing,
    };
    let mut found = Inspected {
        format: match format {
            Format::JsonLines => "jsonl",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        },
        packing: match packing {
            Packing::Plain => None,
            Packing::Gzip => Some("gzip"),
            Packing::Zstd => Some("zstd"),
        },
        encoding: None,
        separator: None,
        records: 0,
        columns: Vec::new(),
    };
    let mut sample = Sample::default();
    match format {
        Format::Parquet => parquet(&file, &mut sample)?,
        Format::Csv => {
            let dialect = encoding(&file, &mut found)?;
            let broken = |error: std::io::Error| unreadable(error.to_string());
            let text = open(&file, &FileDialect::new(dialect, &[], None))?;
            let mut splitter = Splitter::new(text, Rows::Csv(b','));
            let is_known = |column: &str| is_known(column, presets);
            splitter
                .begin_csv(|header| sniff::separator(&String::from_utf8_lossy(header), &is_known))
                .map_err(broken)?;
            let separator = splitter.separator();
            found.separator = Some(char::from(separator));
            csv(&mut splitter, separator, &mut sample).map_err(broken)?;
        }
        Format::Json | Format::JsonLines => {
            let dialect = encoding(&file, &mut found)?;
            let text = open(&file, &FileDialect::new(dialect, &[], None))?;
            json(text, format, &mut sample).map_err(unreadable)?;
        }
    }
    found.records = sample.records;
    found.columns = sample.columns();
    Ok(found)
}

/// The objects that columns fit, the best first: those with our names, and those under a mapping.
pub fn fits(columns: &[String], presets: &[(String, Columns)]) -> Vec<Fit> {
    let mut fits = Vec::new();
    let nothing = Columns::new();
    for object in OBJECTS {
        let place = (object.source.to_owned(), object.name.to_owned());
        let plain = std::iter::once((None, &nothing));
        let mapped = presets.iter().filter(|(_, map)| map.contains_key(&place));
        for (preset, map) in plain.chain(mapped.map(|(name, map)| (Some(name), map))) {
            let renamed = map.get(&place);
            let column = |field: &str| {
                let wanted = renamed.and_then(|map| map.get(field));
                let wanted = wanted.map_or(field, String::as_str);
                let found = columns
                    .iter()
                    .find(|name| name.eq_ignore_ascii_case(wanted));
                found.cloned().ok_or_else(|| wanted.to_owned())
            };
            let fit = fit_of(object.contract, &column);
            fits.push(Fit {
                source: object.source,
                object: object.name,
                preset: preset.cloned(),
                fields: fit.0,
                missing: fit.1,
            });
        }
    }
    fits.retain(|fit| fit.fields.len() > 1 || fit.missing.is_empty());
    // Whole ones first, then by how much of the file they read.
    fits.sort_by_key(|fit| {
        let missing = fit.missing.len();
        (missing > 0, std::cmp::Reverse(fit.fields.len()), missing)
    });
    fits
}

type Found = (Vec<(&'static str, String)>, Vec<String>);

fn fit_of(contract: &'static Contract, column: &dyn Fn(&str) -> Result<String, String>) -> Found {
    let has = contract
        .fields()
        .filter_map(|field| Some((field, column(field).ok()?)));
    let lacking = contract.needs.iter().filter(|need| {
        let is_there = need.names.iter().any(|name| column(name).is_ok());
        !is_there && need.or_object.is_none()
    });
    let missing = lacking.map(|need| {
        let names: Vec<String> = need
            .names
            .iter()
            .filter_map(|name| column(name).err())
            .collect();
        names.join(" or ")
    });
    (has.collect(), missing.collect())
}

fn is_known(column: &str, presets: &[(String, Columns)]) -> bool {
    let of_presets = presets.iter().flat_map(|(_, map)| map.values());
    let mut mapped = of_presets.flat_map(BTreeMap::values);
    OBJECTS.iter().any(|object| object.contract.knows(column)) || mapped.any(|name| name == column)
}

/// The encoding: that of the byte order mark, else UTF-8 where the start of the file is, else Windows-1252.
fn encoding(file: &RawFile, found: &mut Inspected) -> Result<Dialect, LandingError> {
    let mut start = Vec::new();
    let mut dialect = Dialect::default();
    // Bytes that are passed on as they are.
    let read = open(file, &FileDialect::default())?
        .take(1 << 20)
        .read_to_end(&mut start);
    read.map_err(|error| crate::open::broken(file, &error))?;
    let mut mark = Vec::new();
    let bytes = std::fs::File::open(&file.path);
    let read = bytes.and_then(|bytes| bytes.take(3).read_to_end(&mut mark));
    read.map_err(|error| crate::open::broken(file, &error))?;
    let marked = Encoding::for_bom(&mark).map(|(encoding, _)| encoding);
    let encoding = match (marked, std::str::from_utf8(&start)) {
        (Some(encoding), _) if file.packing == Packing::Plain => encoding,
        (_, Ok(_)) => encoding_rs::UTF_8,
        // A character that the end of the sample cuts in two.
        (_, Err(error)) if error.error_len().is_none() => encoding_rs::UTF_8,
        (_, Err(_)) => {
            dialect.encoding = Some("windows-1252".to_owned());
            encoding_rs::WINDOWS_1252
        }
    };
    found.encoding = Some(encoding.name());
    Ok(dialect)
}

/// What the values of the columns are.
#[derive(Default)]
struct Sample {
    records: usize,
    names: Vec<String>,
    seen: BTreeMap<String, (usize, Vec<&'static str>)>,
}

impl Sample {
    fn name(&mut self, name: &str) {
        if !self.seen.contains_key(name) {
            self.names.push(name.to_owned());
            self.seen.insert(name.to_owned(), (0, Vec::new()));
        }
    }

    fn see(&mut self, name: &str, kind: Option<&'static str>) {
        self.name(name);
        if let (Some((filled, kinds)), Some(kind)) = (self.seen.get_mut(name), kind) {
            *filled += 1;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }

    fn columns(self) -> Vec<ColumnSeen> {
        let Self { names, seen, .. } = self;
        let column = |name: String| {
            let (filled, kinds) = seen.get(&name).cloned().unwrap_or_default();
            let kind = match kinds.as_slice() {
                [] => "empty",
                [one] => one,
                many if many
                    .iter()
                    .all(|kind| ["integer", "decimal"].contains(kind)) =>
                {
                    "decimal"
                }
                many if many.iter().all(|kind| ["date", "time"].contains(kind)) => "time",
                _ => "mixed",
            };
            ColumnSeen {
                name,
                kind: kind.to_owned(),
                filled,
            }
        };
        names.into_iter().map(column).collect()
    }
}

fn csv<R: Read>(
    splitter: &mut Splitter<R>,
    separator: u8,
    sample: &mut Sample,
) -> std::io::Result<()> {
    let mut header: Option<Vec<String>> = None;
    while let Some((bytes, items)) = splitter.next_block()? {
        for item in &items {
            let row = String::from_utf8_lossy(bytes.get(item.start..item.end).unwrap_or_default());
            let cells = fields(&row, separator);
            let Some(names) = &header else {
                let names: Vec<String> = cells.iter().map(|name| name.trim().to_owned()).collect();
                names.iter().for_each(|name| sample.name(name));
                header = Some(names);
                continue;
            };
            if sample.records == SAMPLE {
                return Ok(());
            }
            sample.records += 1;
            for (name, cell) in names.iter().zip(&cells) {
                sample.see(name, kind_of_text(cell));
            }
        }
    }
    Ok(())
}

fn json(text: Box<dyn Read>, format: Format, sample: &mut Sample) -> Result<(), String> {
    let stream = serde_json::Deserializer::from_reader(std::io::BufReader::new(text));
    for document in stream.into_iter::<Value>() {
        let document = document.map_err(|error| error.to_string())?;
        for record in records_in(&document, format) {
            if sample.records == SAMPLE {
                return Ok(());
            }
            sample.records += 1;
            for (name, value) in record.as_object().into_iter().flatten() {
                let kind = match value {
                    Value::Null => None,
                    Value::Bool(_) => Some("boolean"),
                    Value::Number(number) if number.is_f64() => Some("decimal"),
                    Value::Number(_) => Some("integer"),
                    Value::String(text) => kind_of_text(text),
                    Value::Array(_) | Value::Object(_) => Some("nested"),
                };
                sample.see(name, kind);
            }
        }
    }
    Ok(())
}

/// The records of a document: itself, or the list in it.
fn records_in(document: &Value, format: Format) -> Vec<&Value> {
    if let Value::Array(list) = document {
        return list.iter().collect();
    }
    let lists = ["/data", "/records", "/result/records"];
    let list = lists
        .iter()
        .find_map(|place| document.pointer(place)?.as_array());
    match list {
        Some(list) if format == Format::Json => list.iter().collect(),
        _ => vec![document],
    }
}

/// The type of a value that is written as text; none for no value.
fn kind_of_text(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if value::boolean(text).is_some() && text.parse::<i64>().is_err() {
        return Some("boolean");
    }
    if text.parse::<i64>().is_ok() {
        return Some("integer");
    }
    if value::scaled(text, 6).is_some() {
        return Some("decimal");
    }
    if text.starts_with(['{', '[']) {
        return Some("nested");
    }
    let is_dated = text.bytes().skip(1).any(|byte| byte == b'-') && text.len() >= 10;
    if is_dated && value::instant(text).is_some() {
        return Some(if text.len() == 10 { "date" } else { "time" });
    }
    Some("text")
}

#[cfg(feature = "parquet")]
fn parquet(file: &RawFile, sample: &mut Sample) -> Result<(), LandingError> {
    let rows = crate::parquet::Rows::open(&file.path, &|_| true);
    let unreadable = |cause| crate::open::unreadable(file, cause);
    let mut rows = rows.map_err(unreadable)?;
    while let Some((bytes, items)) = rows.next_block().map_err(unreadable)? {
        for item in &items {
            let text = bytes.get(item.start..item.end).unwrap_or_default();
            if sample.records < SAMPLE {
                json(
                    Box::new(std::io::Cursor::new(text.to_vec())),
                    Format::JsonLines,
                    sample,
                )
                .map_err(unreadable)?;
            }
        }
        if sample.records >= SAMPLE {
            break;
        }
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn parquet(file: &RawFile, _: &mut Sample) -> Result<(), LandingError> {
    let cause = "this build of Tidemark reads no Parquet".to_owned();
    Err(crate::open::unreadable(file, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: &[u8]) -> Inspected {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        inspect(&path, &[]).unwrap()
    }

    fn kinds(found: &Inspected) -> Vec<(&str, &str)> {
        let columns = found.columns.iter();
        columns
            .map(|column| (column.name.as_str(), column.kind.as_str()))
            .collect()
    }

    #[test]
    fn a_csv_file_is_described_by_its_values() {
        let found = file(
            "x.csv",
            b"subscription_id;customer_id;amount;start_date;note\n1;K\xfcche;5;2026-01-01;\n2;b;5.5;2026-01-02;\n",
        );
        assert_eq!(
            (found.separator, found.encoding),
            (Some(';'), Some("windows-1252"))
        );
        assert_eq!(
            kinds(&found),
            [
                ("subscription_id", "integer"),
                ("customer_id", "text"),
                ("amount", "decimal"),
                ("start_date", "date"),
                ("note", "empty")
            ]
        );
        assert_eq!((found.records, found.columns[4].filled), (2, 0));
    }

    #[test]
    fn records_of_json_are_found_in_a_list() {
        let found = file(
            "x.json",
            br#"{"data": [{"id": "a", "items": {}}, {"id": "b", "live": true}]}"#,
        );
        assert_eq!(
            kinds(&found),
            [("id", "text"), ("items", "nested"), ("live", "boolean")]
        );
    }

    #[test]
    fn the_best_fit_comes_first_and_says_what_is_missing() {
        let columns = ["uuid", "account_code", "activated_at", "unit_amount"];
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let map = [
            ("subscription_id", "uuid"),
            ("customer_id", "account_code"),
            ("start_date", "activated_at"),
            ("amount", "unit_amount"),
        ];
        let map = map
            .iter()
            .map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()));
        let place = ("billing".to_owned(), "subscription_periods".to_owned());
        let presets = [(
            "recurly".to_owned(),
            Columns::from([(place, map.collect())]),
        )];
        let best = &fits(&columns, &presets)[0];
        assert_eq!(
            (best.source, best.preset.as_deref()),
            ("billing", Some("recurly"))
        );
        assert!(best.missing.is_empty() && best.fields.len() == 4);
        let fewer = &fits(&columns[..3], &presets)[0];
        assert_eq!(fewer.missing, ["monthly_amount or unit_amount"]);
    }
}
