//! A simulated company behind the three vendors' protocols, and the same company as files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};
use tidemark_test_servers::Serving;
use tidemark_test_servers::salesforce::{self, Kind as Type, Org};
use tidemark_test_servers::stripe::{self, KEY, Stripe};
use tidemark_test_servers::zendesk::{self, Zendesk};

/// The three servers; they answer as long as this lives.
pub(crate) struct Apis {
    pub(crate) stripe: (Stripe, Serving),
    pub(crate) salesforce: (Org, Serving),
    pub(crate) zendesk: (Zendesk, Serving),
}

impl Apis {
    /// Serves what a folder of raw files holds.
    pub(crate) fn of(raw: &Path) -> Self {
        let stripe = Stripe::default();
        fill_stripe(&stripe, &raw.join("stripe"));
        let org = Org::new();
        fill_salesforce(&org, &raw.join("salesforce"));
        let zendesk = Zendesk::new();
        fill_zendesk(&zendesk, &raw.join("zendesk"));
        let serving = "a free port";
        Self {
            stripe: (stripe.clone(), stripe.serve().expect(serving)),
            salesforce: (
                org.clone(),
                Serving::start(org.controlled()).expect(serving),
            ),
            zendesk: (zendesk.clone(), zendesk.serve().expect(serving)),
        }
    }

    /// Tells a command where they are and who asks.
    pub(crate) fn tell(&self, command: &mut Command) {
        let variables = [
            ("STRIPE_URL", self.stripe.1.url()),
            ("STRIPE_API_KEY", KEY.to_owned()),
            ("SALESFORCE_URL", self.salesforce.1.url()),
            ("SALESFORCE_CLIENT_ID", salesforce::App::default().client_id),
            (
                "SALESFORCE_CLIENT_SECRET",
                salesforce::App::default().client_secret,
            ),
            ("ZENDESK_URL", self.zendesk.1.url()),
            ("ZENDESK_CLIENT_ID", zendesk::CLIENT_ID.to_owned()),
            ("ZENDESK_CLIENT_SECRET", zendesk::CLIENT_SECRET.to_owned()),
        ];
        for (name, value) in variables {
            command.env(format!("TIDEMARK_{name}"), value);
        }
    }
}

fn fill_stripe(stripe: &Stripe, raw: &Path) {
    let objects = [
        ("products", stripe::Kind::Product),
        ("prices", stripe::Kind::Price),
        ("coupons", stripe::Kind::Coupon),
        ("customers", stripe::Kind::Customer),
        ("subscriptions", stripe::Kind::Subscription),
        ("invoices", stripe::Kind::Invoice),
    ];
    for (object, kind) in objects {
        for mut record in json_lines(&raw.join(object)) {
            // The store keeps lists plain, and cuts them off by itself.
            for list in ["items", "lines"] {
                if let Some(data) = record.get_mut(list).map(|list| list["data"].take()) {
                    record[list] = data;
                }
            }
            stripe.store.fill(kind, record);
        }
    }
}

fn fill_salesforce(org: &Org, raw: &Path) {
    org.object("Opportunity", |object| {
        object.add_field("CurrencyIsoCode", Type::Picklist)
    });
    for object in ["Account", "Lead", "Opportunity"] {
        let types: BTreeMap<String, Type> = org.object(object, |object| {
            object
                .fields
                .iter()
                .map(|field| (field.name.clone(), field.kind))
                .collect()
        });
        for row in csv_rows(&raw.join(format!("{object}.csv"))) {
            let typed = |(name, text): (String, String)| {
                let value = match types[&name] {
                    _ if text.is_empty() => Value::Null,
                    Type::Boolean | Type::Int | Type::Double => {
                        serde_json::from_str(&text).expect("a number or truth value")
                    }
                    _ => Value::from(text),
                };
                (name, value)
            };
            let values: Map<String, Value> = row.into_iter().map(typed).collect();
            org.create(object, Value::Object(values));
        }
    }
}

fn fill_zendesk(zendesk: &Zendesk, raw: &Path) {
    let objects = [
        ("organizations", zendesk::Kind::Organizations),
        ("users", zendesk::Kind::Users),
        ("tickets", zendesk::Kind::Tickets),
    ];
    for (object, kind) in objects {
        let stamp = |record: &Value| {
            let stamp = record["updated_at"].as_str().expect("a stamp");
            chrono::DateTime::parse_from_rfc3339(stamp)
                .expect("a stamp")
                .timestamp()
        };
        let mut records = json_lines(&raw.join(object));
        records.sort_by_key(stamp);
        for record in records {
            zendesk.put(kind, &record, stamp(&record));
        }
    }
    for metrics in json_lines(&raw.join("ticket_metrics")) {
        zendesk.put_metrics(&metrics);
    }
}

/// Records of `<path>.jsonl` or `<path>.jsonl.gz`.
fn json_lines(path: &Path) -> Vec<Value> {
    let plain = path.with_extension("jsonl");
    let reader: Box<dyn Read> = match File::open(&plain) {
        Ok(file) => Box::new(file),
        Err(_) => {
            let packed = File::open(path.with_extension("jsonl.gz")).expect("a file");
            Box::new(flate2::read::MultiGzDecoder::new(packed))
        }
    };
    let lines = BufReader::new(reader).lines();
    lines
        .map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
        .collect()
}

/// Rows of a CSV file, by column.
fn csv_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// Leaves only the newest version of each record of a CSV file: an API has no others.
pub(crate) fn keep_newest(path: &Path) {
    let header = csv::Reader::from_path(path)
        .expect("a CSV file")
        .headers()
        .expect("a header")
        .clone();
    let mut newest: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in csv_rows(path) {
        let old = newest
            .get(&row["Id"])
            .map(|old| old["SystemModstamp"].clone());
        if old.is_none_or(|old| old <= row["SystemModstamp"]) {
            newest.insert(row["Id"].clone(), row);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("a header");
    for row in newest.values() {
        writer
            .write_record(header.iter().map(|column| &row[column]))
            .expect("a row");
    }
    fs::write(path, writer.into_inner().expect("rows")).expect("a written file");
}
