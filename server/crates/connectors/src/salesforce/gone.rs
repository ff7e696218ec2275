//! Records that are gone for good: landed once, and no longer among everything Salesforce has.
//!
//! A deleted record can be seen for some 15 days, then no query has it any more. So after everything
//! was read again, the parts from before are searched for records that did not come this time, and
//! their last version is landed once more, as deleted.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use crate::raw::at;
use crate::{Raw, SyncError};

/// More than one in this many gone at once is no deletion, but a permission lost.
const MOST: usize = 5;
/// Fewer than this are believed in any case.
const FEW: usize = 20;

/// What became of the records that did not come again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// So many were landed as deleted.
    Landed(u64),
    /// So many of so many: too many to believe.
    Unlikely(usize, usize),
}

/// The last landed version of a record.
struct Version {
    stamp: String,
    deleted: bool,
    record: Map<String, Value>,
}

/// Lands what is gone: known from parts before number `first`, but in none since. All parts must be in their place.
pub(crate) fn land(
    raw: &mut Raw,
    object: &'static str,
    first: u32,
    now: DateTime<Utc>,
) -> Result<Gone, SyncError> {
    let parts = raw.parts(object)?;
    // Ids take 15 characters; the three after them only repeat their case.
    let mut here = HashSet::new();
    for (_, path) in parts.iter().filter(|(number, _)| *number >= first) {
        records(path, |record| {
            here.extend(short_id(&record));
        })?;
    }
    let mut gone: BTreeMap<[u8; 15], Version> = BTreeMap::new();
    for (_, path) in parts.iter().filter(|(number, _)| *number < first) {
        records(path, |record| {
            let Some(id) = short_id(&record) else { return };
            if here.contains(&id) {
                return;
            }
            let version = Version {
                stamp: instant(&record),
                deleted: record
                    .get("IsDeleted")
                    .is_some_and(|value| *value == true || *value == "true"),
                record,
            };
            if gone
                .get(&id)
                .is_none_or(|other| other.stamp <= version.stamp)
            {
                gone.insert(id, version);
            }
        })?;
    }
    gone.retain(|_, version| !version.deleted);
    let known = here.len() + gone.len();
    if gone.len() > FEW && gone.len() * MOST > known {
        return Ok(Gone::Unlikely(gone.len(), known));
    }
    let landed = gone.len() as u64;
    let stamp = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    for Version { mut record, .. } in gone.into_values() {
        record.insert("IsDeleted".to_owned(), Value::Bool(true));
        record.insert("SystemModstamp".to_owned(), Value::from(stamp.as_str()));
        raw.push(object, &Value::Object(record).to_string())?;
    }
    Ok(Gone::Landed(landed))
}

/// The case-sensitive part of a record's id.
fn short_id(record: &Map<String, Value>) -> Option<[u8; 15]> {
    let id = record.get("Id")?.as_str()?;
    id.as_bytes().get(..15)?.try_into().ok()
}

/// A record's stamp in one form, whether it came by REST or by Bulk.
fn instant(record: &Map<String, Value>) -> String {
    let stamp = record.get("SystemModstamp").and_then(Value::as_str);
    stamp.unwrap_or_default().replace("+0000", "Z")
}

/// Goes through the records of a part; one that cannot be read is left to the build, which reports it.
fn records(path: &Path, mut each: impl FnMut(Map<String, Value>)) -> Result<(), SyncError> {
    let file = File::open(path).map_err(at(path))?;
    let name = path.to_string_lossy();
    if name.ends_with(".csv.zst") {
        let text = zstd::Decoder::new(file).map_err(at(path))?;
        let mut reader = csv::Reader::from_reader(text);
        let header = reader.headers().cloned().map_err(csv_at(path))?;
        let mut row = csv::StringRecord::new();
        while reader.read_record(&mut row).map_err(csv_at(path))? {
            let cells = header.iter().zip(&row).map(|(name, value)| {
                // No value and an empty one are the same to Salesforce.
                let value = match value {
                    "" => Value::Null,
                    value => Value::from(value),
                };
                (name.to_owned(), value)
            });
            each(cells.collect());
        }
    } else if name.ends_with(".jsonl.zst") {
        let text = zstd::Decoder::new(file).map_err(at(path))?;
        for line in BufReader::new(text).lines() {
            if let Ok(Value::Object(record)) = serde_json::from_str(&line.map_err(at(path))?) {
                each(record);
            }
        }
    }
    Ok(())
}

fn csv_at(path: &Path) -> impl FnOnce(csv::Error) -> SyncError {
    let at = at(path);
    move |error| at(std::io::Error::other(error))
}
