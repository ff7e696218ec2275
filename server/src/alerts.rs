//! Alerts and digests of this installation: what a run and the passing of time give reason to tell, and whom.

mod observer;
mod settings;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tidemark_alerts::{
    AlertError, Alerts, Cadence, Digest, Family, Incident, Kind, Published, Sendings, conditions,
};
use tidemark_shared::api::{Run, RunState};
use tidemark_snapshot::{Snapshot, Store};
use url::Url;

pub use settings::AlertSettings;

use crate::stores::data_faults;
use crate::{Failure, Settings};

/// Watches over what is published in a data folder.
#[derive(Debug)]
pub struct Watch {
    alerts: Alerts,
    store: Store,
    timezone: Tz,
    anomaly: bool,
    cadence: Option<Cadence>,
    site: Option<Url>,
}

impl Watch {
    /// A watch as the settings say. Without any channel incidents are remembered and told to nobody.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a channel that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        let own = &settings.alerts;
        let site = settings.public_url.clone();
        Ok(Self {
            alerts: Alerts::new(&settings.data, own.channels()?, site.clone()),
            store: Store::open_read_only(&settings.data),
            timezone: settings.timezone,
            anomaly: own.anomaly,
            cadence: own.digest,
            site,
        })
    }

    /// What is open and whom it was told.
    pub fn alerts(&self) -> &Alerts {
        &self.alerts
    }

    /// Judges a run that ended, after all its attempts, and what it published; remembers the digest if one is due; sends.
    ///
    /// # Errors
    /// If the snapshot or the memory cannot be read or written. A channel that fails is no error.
    pub async fn after_run(&self, run: &Run, now: DateTime<Utc>) -> Result<Sendings, Failure> {
        if let Some(found) = conditions::of_run(run) {
            let present = found.into_iter().collect();
            self.alerts.settle(&[Family::Run], present, now);
        }
        if run.state == RunState::Succeeded {
            // What cannot be judged must not keep back what is known already.
            if let Err(error) = self.look(now) {
                tracing::error!(%error, "what is published cannot be judged");
            }
        }
        self.tick(now).await
    }

    /// Remembers that what was promised for an hour is not there.
    ///
    /// # Errors
    /// If the snapshot or the memory cannot be read or written.
    pub fn late(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Failure> {
        if let Some(late) = conditions::late(due, self.newest_day(now)?, self.timezone) {
            self.alerts.raise(late, now);
        }
        Ok(())
    }

    /// Looks whether what was late has come, and sends what is due; to be called every minute or so.
    ///
    /// # Errors
    /// As [`Watch::after_run`].
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<Sendings, Failure> {
        self.look_at_data(now);
        let newest = self.newest_day(now).unwrap_or_else(|error| {
            tracing::error!(%error, "the latest snapshot cannot be read");
            None
        });
        let open = self.alerts.book()?.open;
        for late in open.iter().map(|open| &open.incident) {
            if let Kind::Late { due } = late.kind
                && conditions::late(due, newest, self.timezone).is_none()
            {
                self.alerts.resolve(&late.key(), now);
            }
        }
        Ok(self.alerts.deliver(now).await?)
    }

    /// The newest digest.
    ///
    /// # Errors
    /// [`Failure::Failed`] if nothing is published, or it cannot be read.
    pub fn digest(&self, cadence: Cadence, now: DateTime<Utc>) -> Result<Digest, Failure> {
        let published = self.published(now)?.ok_or_else(|| {
            Failure::Failed(format!(
                "nothing is published in {} yet; run `tidemark build` first",
                self.store.folder().display()
            ))
        })?;
        self.digest_of(&published, cadence)
    }

    /// Remembers to send a digest, once for its period; true if that was not done before.
    ///
    /// # Errors
    /// If it cannot be laid out, or the memory cannot be written.
    pub fn remember(&self, digest: &Digest, now: DateTime<Utc>) -> Result<bool, Failure> {
        Ok(self.alerts.digest(&digest.period, digest.message()?, now))
    }

    /// Judges what is published: its sources and its numbers; then the digest, which tells of what is open.
    fn look(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        let Some(published) = self.published(now)? else {
            return Ok(());
        };
        let mut present = published.stale(now);
        if self.anomaly {
            present.extend(published.anomalies(now));
        }
        let families = [Family::Sources, Family::Patterns];
        self.alerts.settle(&families, present, now);
        if let Some(cadence) = self.cadence {
            let period = cadence.period(published.manifest().as_of);
            // Drawn only where it is due.
            if self.alerts.book()?.digested.as_ref() != Some(&period) {
                self.remember(&self.digest_of(&published, cadence)?, now)?;
            }
        }
        Ok(())
    }

    /// Judges the data folder: its stores, its pointer, the days of its snapshots.
    fn look_at_data(&self, now: DateTime<Utc>) {
        let faults = data_faults(&self.store, self.today(now));
        let present = faults
            .into_iter()
            .map(|fault| conditions::operational(fault.kind, &fault.detail, now));
        self.alerts.settle(&[Family::Data], present.collect(), now);
    }

    /// The last day of what is served: a day that has not come yet is none.
    fn newest_day(&self, now: DateTime<Utc>) -> Result<Option<NaiveDate>, Failure> {
        let latest = self.latest(now)?;
        Ok(latest.map(|snapshot| snapshot.manifest().as_of))
    }

    fn published(&self, now: DateTime<Utc>) -> Result<Option<Published>, Failure> {
        let published = self.latest(now)?;
        let published = published.map(|snapshot| Published::read(&snapshot));
        Ok(published.transpose()?)
    }

    fn latest(&self, now: DateTime<Utc>) -> Result<Option<Snapshot>, Failure> {
        let latest = self.store.open_latest(self.today(now));
        latest.map_err(Failure::failed)
    }

    fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.timezone).date_naive()
    }

    fn digest_of(&self, published: &Published, cadence: Cadence) -> Result<Digest, Failure> {
        let open = self.alerts.book()?.open;
        let open: Vec<Incident> = open.into_iter().map(|open| open.incident).collect();
        Ok(published.digest(cadence, &open, self.site.as_ref())?)
    }
}

impl From<AlertError> for Failure {
    fn from(error: AlertError) -> Self {
        match error {
            AlertError::Setting(_) => Self::usage(error),
            _ => Self::failed(error),
        }
    }
}
