//! Runs a simulation into a temporary folder and reads its files back as plain JSON and CSV.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)] // each test binary uses its part

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::Value;
use tidemark_simulator::{SimulateOptions, Summary, simulate};

pub type Row = HashMap<String, String>;

pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 31).unwrap()
}

/// First second after the as-of day.
pub fn end() -> i64 {
    as_of()
        .succ_opt()
        .unwrap()
        .and_hms_opt(0, 0, 0)
        .unwrap()
        .and_utc()
        .timestamp()
}

pub fn options(customers: u32, days: u32, seed: u64) -> SimulateOptions {
    SimulateOptions {
        customers,
        days,
        seed,
        as_of: as_of(),
    }
}

/// Everything written, by `source/file`, unpacked.
pub fn files(options: &SimulateOptions) -> (Summary, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let summary = simulate(options, folder.path(), &mut |_, _, _| {}).unwrap();
    let mut files = BTreeMap::new();
    for source in fs::read_dir(folder.path()).unwrap() {
        for file in fs::read_dir(source.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(folder.path()).unwrap();
            files.insert(name.to_str().unwrap().replace('\\', "/"), unpacked(&path));
        }
    }
    (summary, files)
}

fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if path.extension().unwrap() != "gz" {
        return bytes;
    }
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_end(&mut text)
        .unwrap();
    text
}

/// The files of a run, parsed.
pub struct Raw {
    pub summary: Summary,
    files: BTreeMap<String, Vec<u8>>,
}

impl Raw {
    pub fn new(options: &SimulateOptions) -> Self {
        let (summary, files) = files(options);
        Self { summary, files }
    }

    pub fn json(&self, file: &str) -> Vec<Value> {
        let text = std::str::from_utf8(&self.files[file]).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub fn csv(&self, file: &str) -> Vec<Row> {
        csv::Reader::from_reader(&self.files[file][..])
            .deserialize()
            .map(|row| row.unwrap())
            .collect()
    }
}

/// A line of an invoice, read from either shape.
pub struct Line {
    pub subscription: Option<String>,
    pub item: Option<String>,
    pub proration: bool,
    pub price: String,
    pub amount: i64,
    pub period: (i64, i64),
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn lines(invoice: &Value) -> Vec<Line> {
    invoice["lines"]["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let details = if line.get("parent").is_some() {
                &line["parent"]["subscription_item_details"]
            } else {
                line
            };
            let price = line
                .pointer("/pricing/price_details/price")
                .or_else(|| line.pointer("/price/id"));
            let optional = |value: &Value| value.as_str().map(str::to_owned);
            Line {
                subscription: optional(&details["subscription"]),
                item: optional(&details["subscription_item"]),
                proration: details["proration"].as_bool().unwrap_or(false),
                price: text(price.unwrap()),
                amount: line["amount"].as_i64().unwrap(),
                period: (
                    line["period"]["start"].as_i64().unwrap(),
                    line["period"]["end"].as_i64().unwrap(),
                ),
            }
        })
        .collect()
}
