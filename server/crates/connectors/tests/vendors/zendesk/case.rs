//! A Zendesk account, a raw folder to pull it into, and what has landed there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tidemark_connectors::zendesk::{self, ZendeskAuth, ZendeskConfig};
use tidemark_connectors::{Mode, Patience, Raw, RawOptions, Secret, SyncError, Teller, Told};
use tidemark_test_servers::Serving;
use tidemark_test_servers::zendesk::{API_TOKEN, EMAIL, Kind, Zendesk};

use crate::common::parts;

/// An account being pulled.
pub(crate) struct Case {
    pub(crate) zendesk: Zendesk,
    pub(crate) config: ZendeskConfig,
    /// When checkpoints are made.
    pub(crate) options: RawOptions,
    told: Arc<Mutex<Vec<Told>>>,
    folder: TempDir,
    _serving: Serving,
}

/// Tries often, waits little.
fn hasty() -> Patience {
    Patience {
        attempts: 8,
        first: Duration::from_millis(1),
        longest: Duration::from_millis(4),
        asked: Duration::from_secs(2),
        // A busy machine answers late; only a server that stalls takes longer.
        timeout: Duration::from_millis(1_500),
    }
}

impl Case {
    pub(crate) fn new(zendesk: Zendesk) -> Self {
        let serving = zendesk.serve().expect("a loopback port is free");
        let url = serving.url().parse().expect("a server's address is one");
        Self {
            zendesk,
            config: ZendeskConfig {
                url,
                auth: ZendeskAuth::ApiToken {
                    email: EMAIL.to_owned(),
                    token: Secret::new(API_TOKEN),
                },
                patience: hasty(),
            },
            options: RawOptions::default(),
            told: Arc::default(),
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            _serving: serving,
        }
    }

    /// An account of many small pages: 400 tickets, 40 users and 40 organizations, 30 to a page.
    pub(crate) fn paged() -> Self {
        let zendesk = Zendesk::example(400);
        zendesk.largest_page(30);
        Self::new(zendesk)
    }

    pub(crate) fn teller(&self) -> Teller {
        let told = Arc::clone(&self.told);
        Arc::new(move |one| {
            told.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(one)
        })
    }

    pub(crate) async fn pull(&self) -> Result<(), SyncError> {
        self.pull_as(Mode::Incremental).await
    }

    pub(crate) async fn pull_as(&self, mode: Mode) -> Result<(), SyncError> {
        let teller = self.teller();
        let origin = self.config.origin();
        let mut raw = Raw::open(
            self.folder.path(),
            zendesk::SOURCE,
            &origin,
            self.options,
            &teller,
        )?;
        zendesk::pull(&self.config, &mut raw, mode, &teller).await
    }

    /// Checkpoints with each page.
    pub(crate) fn saving_each_page(mut self) -> Self {
        self.options.records = 1;
        self
    }

    /// Pulls until the server has been asked so often, then drops everything, as a kill does; whether it came to that.
    pub(crate) async fn pull_until_request(&self, requests: u64) -> bool {
        let counts = &self.zendesk.controls.requests;
        let killed = async {
            while counts.total() < requests {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        };
        tokio::select! {
            ended = self.pull() => {
                ended.expect("nothing else goes wrong");
                false
            }
            () = killed => true,
        }
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        let note = |told| match told {
            Told::Note { text, .. } => Some(text),
            _ => None,
        };
        self.told().into_iter().filter_map(note).collect()
    }

    /// Waits told for one reason.
    pub(crate) fn waits(&self, reason: &str) -> usize {
        let of = |told: &Told| matches!(told, Told::Waiting { why, .. } if why.contains(reason));
        self.told().iter().filter(|told| of(told)).count()
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join(zendesk::SOURCE)
    }

    /// All that was landed of an object, in landing order.
    pub(crate) fn landed(&self, object: &str) -> Vec<Value> {
        let parts = parts(&self.source().join(object));
        let lines = parts.iter().flat_map(|(_, text)| text.lines());
        lines
            .map(|line| serde_json::from_str(line).expect("a line is a record"))
            .collect()
    }

    /// The version of each record that a build takes: the one changed last, of equals the one landed last.
    pub(crate) fn newest(&self, object: &str) -> BTreeMap<u64, Value> {
        let mut newest: BTreeMap<u64, Value> = BTreeMap::new();
        for record in self.landed(object) {
            let id = record["id"].as_u64().expect("a landed record has its id");
            let older = newest
                .get(&id)
                .is_some_and(|kept| kept["updated_at"].as_str() > record["updated_at"].as_str());
            if !older {
                newest.insert(id, record);
            }
        }
        newest
    }

    /// What a build takes of everything.
    pub(crate) fn all(&self) -> [BTreeMap<u64, Value>; 3] {
        ["tickets", "users", "organizations"].map(|object| self.newest(object))
    }

    /// Whether what a build takes is what the account holds, for every field that was kept.
    pub(crate) fn assert_complete(&self, tickets: u64, others: u64) {
        for (kind, object, count) in [
            (Kind::Tickets, "tickets", tickets),
            (Kind::Users, "users", others),
            (Kind::Organizations, "organizations", others),
        ] {
            let newest = self.newest(object);
            let ids: Vec<u64> = newest.keys().copied().collect();
            assert_eq!(ids, (1..=count).collect::<Vec<u64>>(), "{object}");
            for (id, record) in newest {
                let held = self.zendesk.get(kind, id).expect("what landed was there");
                for name in [
                    "status",
                    "active",
                    "deleted_at",
                    "updated_at",
                    "generated_timestamp",
                    "organization_id",
                    "priority",
                ] {
                    assert_eq!(record.get(name), held.get(name), "{object} {id}: {name}");
                }
            }
        }
    }

    /// Every byte written below the source's folder, unpacked.
    pub(crate) fn written(&self) -> String {
        let mut written = String::new();
        for folder in ["tickets", "users", "organizations", ".sync"] {
            for file in files(&self.source().join(folder)) {
                let bytes = fs::read(&file).expect("a listed file can be read");
                let bytes = zstd::decode_all(bytes.as_slice()).unwrap_or(bytes);
                written.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        written
    }

    /// Bytes on the disk of an object.
    pub(crate) fn bytes(&self, object: &str) -> u64 {
        let size = |file: &PathBuf| fs::metadata(file).expect("a listed file is there").len();
        files(&self.source().join(object)).iter().map(size).sum()
    }
}

/// Files of a folder, by name; none if there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}
