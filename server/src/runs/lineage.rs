//! Sends each run's beginning and end to an OpenLineage server; one that does not answer is told in the log, and no run fails of it.

use std::time::Duration;

use serde_json::Value;
use tidemark_connectors::{
    Api, ApiOptions, Call, Credentials, Patience, Secret, SyncError, silent,
};
use tidemark_runs::{Observer, openlineage};
use tidemark_shared::api::Run;
use tidemark_snapshot::Store;
use url::Url;

use crate::Settings;
use crate::connections::SOURCES;

const NAME: &str = "openlineage";
/// Of jobs and data sets.
const NAMESPACE: &str = "tidemark";
/// Runs wait for it, so it is short.
const PATIENCE: Patience = Patience {
    attempts: 3,
    first: Duration::from_millis(500),
    longest: Duration::from_secs(2),
    asked: Duration::from_secs(5),
    timeout: Duration::from_secs(5),
};

/// An OpenLineage server to tell.
pub(super) struct Lineage {
    url: Url,
    key: Option<Secret>,
    store: Store,
    sources: Vec<String>,
}

impl Lineage {
    /// The one that is set, if any is.
    pub(super) fn new(settings: &Settings) -> Option<Self> {
        let there = |source: &&str| settings.raw.join(source).is_dir();
        let sources = SOURCES.iter().map(|source| source.name);
        Some(Self {
            url: settings.runs.openlineage_url.clone()?,
            key: settings.runs.openlineage_key.clone(),
            store: Store::open_read_only(&settings.data),
            sources: sources.filter(there).map(str::to_owned).collect(),
        })
    }

    fn send(&self, event: &Value) {
        let sent = self.try_send(event);
        if let Err(error) = sent {
            tracing::warn!(%error, "an OpenLineage event was not taken");
        }
    }

    fn try_send(&self, event: &Value) -> Result<(), SyncError> {
        let credentials = match &self.key {
            Some(key) => Credentials::fixed(Credentials::bearer(NAME, key)?),
            None => Credentials::none(),
        };
        let api = Api::new(ApiOptions {
            source: NAME,
            base: self.url.clone(),
            credentials,
            pace: 0.0,
            patience: PATIENCE,
            tell: silent(),
            explain: |answer| SyncError::Protocol {
                source_name: NAME,
                what: format!("HTTP {}: {}", answer.status, answer.beginning()),
            },
        })?;
        let mut path = self.url.path().to_owned();
        if let Some(query) = self.url.query() {
            path = format!("{path}?{query}");
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| SyncError::Configuration(error.to_string()))?;
        runtime.block_on(api.send(Call::post_json(&path, event).any_answer()))?;
        Ok(())
    }
}

impl Observer for Lineage {
    fn run_started(&self, run: &Run) {
        self.send(&openlineage::started(NAMESPACE, run, &self.sources));
    }

    fn run_ended(&self, run: &Run) {
        let id = run.snapshot_id.as_ref().and_then(|id| id.parse().ok());
        let snapshot = id.and_then(|id| self.store.open_snapshot(&id).ok());
        let manifest = snapshot.as_ref().map(|snapshot| snapshot.manifest());
        self.send(&openlineage::ended(NAMESPACE, run, manifest));
    }
}
