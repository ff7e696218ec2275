//! What a published snapshot says to alerts and digests: its manifest, the marts they are formed from, the days noted.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use tidemark_shared::api::{Format, Manifest, SourceState};
use tidemark_shared::chart::HEADLINES;
use tidemark_shared::columns::NULL_DAY;
use tidemark_shared::date::from_days;
use tidemark_shared::engine::{Dataset, Evaluation, Marts};
use tidemark_shared::format::Formatter;
use tidemark_shared::{Columns, View, mart, wire};
use tidemark_snapshot::{Encoding, Snapshot};
use url::Url;

use crate::anomaly::{WATCHED, anomalies};
use crate::conditions;
use crate::digest::{Cadence, Digest};
use crate::error::AlertError;
use crate::incident::Incident;

/// The mart whose days are the days there are.
const DAILY: &str = "lifecycle_daily";

/// A snapshot, read.
#[derive(Debug)]
pub struct Published {
    manifest: Manifest,
    marts: Arc<Marts>,
    noted: BTreeSet<NaiveDate>,
}

impl Published {
    /// Reads what is needed of a snapshot.
    ///
    /// # Errors
    /// [`AlertError::Snapshot`] if a mart cannot be read.
    pub fn read(snapshot: &Snapshot) -> Result<Self, AlertError> {
        let manifest = snapshot.manifest().clone();
        let metrics = HEADLINES.iter().chain(WATCHED);
        let wanted: BTreeSet<&str> = metrics.flat_map(|metric| metric.marts()).collect();
        let dataset = |name: &str| {
            let columns = columns(snapshot, name)?;
            Dataset::new(columns, manifest.as_of).map_err(broken)
        };
        let mut marts = Marts::new(dataset(DAILY)?);
        // A mart that was not published leaves its metrics without a value.
        let there = |name: &&str| *name != DAILY && manifest.mart(name).is_some();
        for name in wanted.into_iter().filter(there) {
            marts = marts.with(dataset(name)?);
        }
        let notes = manifest.mart("annotations");
        let notes = notes
            .map(|_| columns(snapshot, "annotations"))
            .transpose()?;
        let days = notes.as_ref().and_then(|notes| notes.days("day"));
        let days = days.unwrap_or_default().iter();
        Ok(Self {
            noted: days
                .filter(|day| **day != NULL_DAY)
                .map(|day| from_days(*day))
                .collect(),
            marts: Arc::new(marts),
            manifest,
        })
    }

    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The sources that are stale.
    #[must_use]
    pub fn stale(&self, now: DateTime<Utc>) -> Vec<Incident> {
        conditions::stale(&self.manifest, now)
    }

    /// The metrics out of their pattern.
    #[must_use]
    pub fn anomalies(&self, now: DateTime<Utc>) -> Vec<Incident> {
        let evaluation = Evaluation::new(Arc::clone(&self.marts), &View::default());
        let mut sources = self.manifest.sources.iter();
        let stale = sources.any(|source| source.status == SourceState::Stale);
        let formatter = Formatter::new(&self.manifest.currency);
        let found = anomalies(&evaluation, &self.noted, stale);
        found
            .iter()
            .map(|anomaly| anomaly.incident(&formatter, now))
            .collect()
    }

    /// Its digest. `open` are the incidents that last, `site` is where people open the dashboard.
    ///
    /// # Errors
    /// [`AlertError::Drawing`] if the chart cannot be drawn.
    pub fn digest(
        &self,
        cadence: Cadence,
        open: &[Incident],
        site: Option<&Url>,
    ) -> Result<Digest, AlertError> {
        Digest::new(&self.manifest, &self.marts, cadence, open, site)
    }
}

fn columns(snapshot: &Snapshot, name: &str) -> Result<Columns, AlertError> {
    let spec = mart::find(name).ok_or_else(|| broken(format!("no mart {name} is specified")))?;
    let bytes = snapshot.read(name, Format::Arrow, Encoding::Identity);
    wire::decode(spec, &bytes.map_err(broken)?).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> AlertError {
    AlertError::Snapshot(error.to_string())
}
