//! An org on a test server, a raw folder, and what the folder says the org holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tidemark_connectors::salesforce::{self, Login, SalesforceConfig, Sizes};
use tidemark_connectors::{Mode, Patience, Raw, RawOptions, Secret, SyncError, Teller, Told};
use tidemark_test_servers::Serving;
use tidemark_test_servers::salesforce::Org;

use crate::common::parts;

/// A record's fields as text.
pub(crate) type Record = BTreeMap<String, String>;

pub(crate) struct Bench {
    pub(crate) org: Org,
    pub(crate) serving: Serving,
    pub(crate) folder: TempDir,
    pub(crate) config: SalesforceConfig,
    pub(crate) told: Arc<Mutex<Vec<Told>>>,
}

/// Small pages, so that few records make many of them.
pub(crate) const SMALL: Sizes = Sizes {
    rest_page: 7,
    bulk_page: 7,
    bulk_from: 10_000,
    poll: Duration::from_millis(1),
    calls_a_second: 0.0,
};

impl Bench {
    /// An empty org.
    pub(crate) fn new() -> Self {
        let org = Org::new();
        let serving = Serving::start(org.controlled()).unwrap();
        let config = SalesforceConfig {
            url: serving.url().parse().unwrap(),
            login: Login::ClientCredentials {
                client_id: "3MVG9consumerkey".to_owned(),
                client_secret: Secret::new("consumersecret"),
            },
            objects: BTreeMap::new(),
            fields: BTreeMap::new(),
            patience: Patience {
                attempts: 12,
                first: Duration::from_millis(1),
                longest: Duration::from_millis(5),
                asked: Duration::from_secs(10),
                // A busy machine answers late; only a server that stalls takes longer.
                timeout: Duration::from_millis(1_500),
            },
            sizes: SMALL,
        };
        Self {
            org,
            serving,
            folder: TempDir::new().unwrap(),
            config,
            told: Arc::default(),
        }
    }

    /// An org with this many accounts, and half as many leads, opportunities and contacts: too old to be read again by an overlap.
    pub(crate) fn filled(records: usize) -> Self {
        let bench = Self::new();
        for number in 0..records {
            let account = bench.account(number);
            if number % 2 == 0 {
                bench.org.create("Lead", json!({ "Company": "A, \"B\"\nC", "IsConverted": true, "ConvertedDate": "2026-01-31", "ConvertedAccountId": account }));
                bench.org.create("Opportunity", json!({ "AccountId": account, "Amount": 12.5, "StageName": "Closed Won", "CloseDate": "2026-02-28", "IsClosed": true, "IsWon": true }));
                bench.org.create("Contact", json!({ "AccountId": account, "Email": format!("Ann.{number}@acme.example"), "LastName": "Canary" }));
            }
        }
        bench.org.controls.clock.advance(3_600);
        bench
    }

    /// Creates an account and gives its id.
    pub(crate) fn account(&self, number: usize) -> String {
        let name = format!("Account {number}");
        self.org.create(
            "Account",
            json!({ "Name": name, "Industry": "Banking", "NumberOfEmployees": number }),
        )
    }

    /// Lets time pass on the server: enough that all changes so far are in the next window.
    pub(crate) fn later(&self) {
        self.org.controls.clock.advance(1_200);
    }

    pub(crate) fn teller(&self) -> Teller {
        let told = Arc::clone(&self.told);
        Arc::new(move |what| told.lock().unwrap().push(what))
    }

    /// The notes told so far.
    pub(crate) fn notes(&self) -> String {
        let told = self.told.lock().unwrap();
        let notes = told.iter().filter_map(|told| match told {
            Told::Note { text, .. } => Some(text.as_str()),
            _ => None,
        });
        notes.collect::<Vec<_>>().join("\n")
    }

    /// A pull; a checkpoint is due after every few records.
    pub(crate) async fn pull(&self, mode: Mode) -> Result<(), SyncError> {
        let options = RawOptions {
            records: 5,
            time: Duration::from_secs(3_600),
        };
        let tell = self.teller();
        let origin = self.config.origin();
        let mut raw = Raw::open(
            self.folder.path(),
            salesforce::SOURCE,
            &origin,
            options,
            &tell,
        )?;
        salesforce::pull(&self.config, &mut raw, mode, &tell).await
    }

    /// What a pull that fails says.
    pub(crate) async fn refused(&self) -> String {
        self.pull(Mode::Incremental).await.unwrap_err().to_string()
    }

    pub(crate) async fn sync(&self) {
        self.pull(Mode::Incremental).await.unwrap();
    }

    /// Holds the raw folder to the org: the newest version of every record, field by field.
    pub(crate) fn assert_equal(&self) {
        for object in ["Account", "Lead", "Opportunity", "Contact"] {
            let landed = newest(self.folder.path(), object);
            let held: BTreeMap<String, Record> = self
                .org
                .records(object)
                .into_iter()
                .map(|record| (record["Id"].clone(), record))
                .collect();
            let ids =
                |records: &BTreeMap<String, Record>| records.keys().cloned().collect::<Vec<_>>();
            assert_eq!(ids(&landed), ids(&held), "{object}");
            for (id, record) in &landed {
                for (field, value) in record {
                    assert_eq!(value, &held[id][field], "{object} {id} {field}");
                }
                assert!(record.len() >= 6, "{object} {id}: {record:?}");
            }
        }
    }

    /// Parts of an object, as many as there are.
    pub(crate) fn parts(&self, object: &str) -> usize {
        parts(&object_folder(self.folder.path(), object)).len()
    }
}

fn object_folder(folder: &Path, object: &str) -> PathBuf {
    folder.join(salesforce::SOURCE).join(object)
}

/// The newest landed version of each record: by its stamp, and the later one where stamps are equal.
pub(crate) fn newest(folder: &Path, object: &str) -> BTreeMap<String, Record> {
    let mut newest: BTreeMap<String, Record> = BTreeMap::new();
    let mut take = |record: Record| {
        let known = newest.get(&record["Id"]);
        if known.is_none_or(|known| known["SystemModstamp"] <= record["SystemModstamp"]) {
            newest.insert(record["Id"].clone(), record);
        }
    };
    for (name, text) in parts(&object_folder(folder, object)) {
        if name.contains(".csv") {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            for record in reader.deserialize() {
                take(record.unwrap());
            }
        } else {
            for line in text.lines() {
                let record: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
                let fields = record.into_iter().filter(|(name, _)| name != "attributes");
                take(fields.map(|(name, value)| (name, plain(&value))).collect());
            }
        }
    }
    newest
}

/// A JSON value as a Bulk result would give it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text
            .strip_suffix("+0000")
            .map_or_else(|| text.clone(), |at| format!("{at}Z")),
        other => other.to_string(),
    }
}
