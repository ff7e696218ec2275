//! The raw files of a company as Fivetran, Airbyte and dlt would have landed them.
//!
//! Written after what these pipelines document and publish, not after the code that reads it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::{Map, Value};

#[path = "fivetran.rs"]
mod fivetran;

pub(crate) use fivetran::fivetran;

/// A row of a table.
pub(crate) type Row = Map<String, Value>;
/// Rows by `source/table`.
pub(crate) type Tables = BTreeMap<String, Vec<Row>>;

/// When the pipeline ran.
const SYNCED: i64 = 1_781_000_000;

/// The vendors' records in a raw folder.
pub(crate) fn native(raw: &Path) -> Tables {
    let mut tables = Tables::new();
    for source in ["stripe", "salesforce", "zendesk"] {
        for entry in fs::read_dir(raw.join(source)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let mut text = String::new();
            let file = File::open(&path).unwrap();
            if name.ends_with(".gz") {
                GzDecoder::new(file).read_to_string(&mut text).unwrap();
            } else {
                (&file).read_to_string(&mut text).unwrap();
            }
            let (stem, ending) = name.trim_end_matches(".gz").split_once('.').unwrap();
            let rows = match ending {
                "csv" => csv_rows(&text),
                _ => text
                    .lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect(),
            };
            tables.insert(format!("{source}/{stem}"), rows);
        }
    }
    tables
}

/// Adds a contact to each account, which the simulated company does without.
pub(crate) fn add_contacts(raw: &Path) {
    let folder = raw.join("salesforce");
    let mut accounts = csv::Reader::from_path(folder.join("Account.csv")).unwrap();
    let header = accounts.headers().unwrap().clone();
    let id = header.iter().position(|name| name == "Id").unwrap();
    let mut text = "Id,AccountId,Email,IsDeleted,CreatedDate,SystemModstamp\n".to_owned();
    for (at, account) in accounts.records().enumerate() {
        let account = &account.unwrap()[id];
        let stamp = "2026-01-02T03:04:05.000Z";
        let line =
            format!("003{at:012},{account},Person.{at}@mail.example,false,{stamp},{stamp}\n");
        text.push_str(&line);
    }
    fs::write(folder.join("Contact.csv"), text).unwrap();
}

fn csv_rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let cells = header.iter().zip(record.iter()).map(|(name, cell)| {
            let cell = if cell.is_empty() {
                Value::Null
            } else {
                cell.into()
            };
            (name.to_owned(), cell)
        });
        cells.collect()
    });
    records.collect()
}

/// One CSV file per table, as a warehouse exports it: nested values as JSON text.
pub(crate) fn write_csv(raw: &Path, tables: &Tables) {
    for (name, rows) in tables {
        let mut header: Vec<&str> = Vec::new();
        for key in rows.iter().flat_map(Map::keys) {
            if !header.contains(&key.as_str()) {
                header.push(key);
            }
        }
        let mut writer = csv::Writer::from_path(place(raw, &format!("{name}.csv"))).unwrap();
        writer.write_record(&header).unwrap();
        for row in rows {
            let cells = header.iter().map(|name| match row.get(*name) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
            });
            writer.write_record(cells).unwrap();
        }
        writer.flush().unwrap();
    }
}

/// One file of JSON lines per table.
pub(crate) fn write_json_lines(raw: &Path, tables: &Tables) {
    for (name, rows) in tables {
        let mut file = File::create(place(raw, &format!("{name}.jsonl"))).unwrap();
        for row in rows {
            writeln!(file, "{}", Value::Object(row.clone())).unwrap();
        }
    }
}

fn place(raw: &Path, name: &str) -> std::path::PathBuf {
    let path = raw.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

/// Airbyte: the API's names, nested values as JSON text, here and there the older tables with one JSON column.
pub(crate) fn airbyte(native: &Tables) -> Tables {
    let table = |(name, rows): (&String, &Vec<Row>)| {
        let is_raw =
            ["stripe/customers", "zendesk/tickets", "salesforce/Lead"].contains(&name.as_str());
        let row = |(at, row): (usize, &Row)| {
            let mut landed = Row::new();
            landed.insert("_airbyte_raw_id".into(), format!("0000-{at}").into());
            landed.insert("_airbyte_extracted_at".into(), (SYNCED * 1000).into());
            landed.insert(
                "_airbyte_meta".into(),
                r#"{"changes":[],"sync_id":7}"#.into(),
            );
            landed.insert("_airbyte_generation_id".into(), 3.into());
            if is_raw {
                landed.insert(
                    "_airbyte_data".into(),
                    Value::Object(row.clone()).to_string().into(),
                );
                return landed;
            }
            for (field, value) in row {
                let value = match value {
                    Value::Object(_) | Value::Array(_) => value.to_string().into(),
                    plain => plain.clone(),
                };
                landed.insert(field.clone(), value);
            }
            landed
        };
        (name.clone(), rows.iter().enumerate().map(row).collect())
    };
    native.iter().map(table).collect()
}

/// dlt: nested objects flattened by two underscores, lists as tables of their own.
pub(crate) fn dlt(native: &Tables) -> Tables {
    let mut tables = Tables::new();
    for (name, rows) in native {
        let (source, object) = name.split_once('/').unwrap();
        let table = match source {
            // Its resources are named after the classes of Stripe's library.
            "stripe" => format!("stripe/{}", object.trim_end_matches('s')),
            _ => format!("{source}/{}", snake(object)),
        };
        for row in rows {
            let mut extra = Row::new();
            extra.insert("_dlt_load_id".into(), format!("{SYNCED}.123").into());
            dlt_row(&mut tables, &table, row, extra);
        }
    }
    tables
}

fn dlt_row(tables: &mut Tables, table: &str, row: &Row, mut landed: Row) {
    let id = format!("dlt{}{table}", tables.get(table).map_or(0, Vec::len));
    landed.insert("_dlt_id".into(), id.clone().into());
    let mut lists = Vec::new();
    flatten("", row, &mut landed, &mut lists);
    tables.entry(table.to_owned()).or_default().push(landed);
    for (path, elements) in lists {
        for (at, element) in elements.iter().enumerate() {
            let mut extra = Row::new();
            extra.insert("_dlt_parent_id".into(), id.clone().into());
            extra.insert("_dlt_list_idx".into(), at.into());
            let plain = Row::from_iter([("value".to_owned(), element.clone())]);
            let row = element.as_object().unwrap_or(&plain);
            dlt_row(tables, &format!("{table}__{path}"), row, extra);
        }
    }
}

fn flatten<'r>(
    prefix: &str,
    row: &'r Row,
    landed: &mut Row,
    lists: &mut Vec<(String, &'r Vec<Value>)>,
) {
    for (name, value) in row {
        let name = format!("{prefix}{}", snake(name));
        match value {
            Value::Null => {}
            Value::Object(inner) => flatten(&format!("{name}__"), inner, landed, lists),
            Value::Array(elements) => lists.push((name, elements)),
            plain => {
                landed.insert(name, plain.clone());
            }
        }
    }
}

/// `BillingCountry` as `billing_country`, with one underscore between words.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake.replace("__", "_")
}
