//! published: the snapshots of the data folder as the server sees them, each opened once.
//!
//! Every look at the disk happens beside the async workers, so a disk that hangs holds up the
//! requests that need it and no others.
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tidemark_shared::date::last_plausible_day;
use tidemark_snapshot::{SnapshotId, Store};

use crate::blocking::blocking;
use crate::checked::CheckedFile;
use crate::damage::{Damage, Known};
use crate::opened::Opened;
use crate::options::Today;
use crate::problem::ApiError;

/// All snapshots of a data folder.
pub(crate) struct Published {
    store: Store,
    today: Today,
    opened: RwLock<HashMap<SnapshotId, Arc<Opened>>>,
    damage: Damage,
}

/// The snapshot that is served as the latest.
pub(crate) struct Latest {
    pub(crate) opened: Arc<Opened>,
    /// Why it is not the one the pointer names, if it is not.
    pub(crate) instead: Option<ApiError>,
}

impl Published {
    pub(crate) fn new(store: Store, today: Today) -> Self {
        Self {
            store,
            today,
            opened: RwLock::default(),
            damage: Damage::default(),
        }
    }

    /// The snapshot to serve, and why it is not the one the pointer names, if it is not. The pointer is
    /// read each time, so a publication by another process is seen at once.
    async fn chosen(&self) -> Result<(SnapshotId, Option<ApiError>), ApiError> {
        let (store, today) = (self.store.clone(), (self.today)());
        let latest = blocking(move || store.latest(today)).await??;
        let latest = latest.ok_or(ApiError::NothingPublished)?;
        Ok((latest.id, latest.instead.map(ApiError::Instead)))
    }

    /// The snapshot served as the latest: the one the pointer names, or, while that is known to be
    /// damaged, the intact one before it.
    pub(crate) async fn latest(&self) -> Result<Latest, ApiError> {
        let (chosen, instead) = self.chosen().await?;
        let found = match self.damage.of(&chosen) {
            Known::Damaged => Err(ApiError::Damaged(chosen.clone())),
            // One that stands in for another is checked before it is relied on.
            Known::Sound if instead.is_none() => self.snapshot(&chosen).await,
            Known::Sound | Known::Due => self.verified(&chosen).await,
        };
        self.or_instead(chosen, instead, found).await
    }

    /// As [`Published::latest`], after a look at all of its files.
    pub(crate) async fn ready(&self) -> Result<Latest, ApiError> {
        let (chosen, instead) = self.chosen().await?;
        let found = self.verified(&chosen).await;
        self.or_instead(chosen, instead, found).await
    }

    /// The snapshot served as the latest, alone.
    pub(crate) async fn current(&self) -> Result<Arc<Opened>, ApiError> {
        Ok(self.latest().await?.opened)
    }

    async fn or_instead(
        &self,
        chosen: SnapshotId,
        instead: Option<ApiError>,
        found: Result<Arc<Opened>, ApiError>,
    ) -> Result<Latest, ApiError> {
        match found {
            Ok(opened) => {
                self.damage.repaired(&chosen);
                Ok(Latest { opened, instead })
            }
            Err(error) => self.instead_of(&chosen, error).await,
        }
    }

    /// The intact snapshot of the day before `damaged`, or of the newest there is; if there is none,
    /// that one itself, for the parts of it that can still be read.
    async fn instead_of(&self, damaged: &SnapshotId, error: ApiError) -> Result<Latest, ApiError> {
        match error {
            // Recorded when it was found: recording it again would put off the next check.
            ApiError::Damaged(_) => {}
            _ if error.is_damage() => self.damage.found(damaged),
            _ => return Err(error),
        }
        // A build of a past day may be the newest one: days go before builds.
        let order = |opened: &Opened| {
            let manifest = opened.snapshot.manifest();
            (manifest.as_of, manifest.generated_at)
        };
        let itself = self.snapshot(damaged).await.ok();
        let limit = last_plausible_day((self.today)());
        let mut candidates = self.all_opened().await?;
        candidates.retain(|candidate| {
            let newer = |itself: &Arc<Opened>| order(candidate) > order(itself);
            candidate.snapshot.manifest().as_of <= limit
                && candidate.snapshot.id() != damaged
                && !itself.as_ref().is_some_and(newer)
        });
        candidates.sort_by_key(|candidate| std::cmp::Reverse(order(candidate)));
        for candidate in candidates {
            if candidate.is_verified() {
                return Ok(Latest {
                    opened: candidate,
                    instead: Some(error),
                });
            }
            let id = candidate.snapshot.id();
            match self.verified(id).await {
                Ok(opened) => {
                    return Ok(Latest {
                        opened,
                        instead: Some(error),
                    });
                }
                Err(error) => tracing::error!(%id, %error, "this snapshot cannot stand in either"),
            }
        }
        match itself {
            Some(opened) => Ok(Latest {
                opened,
                instead: Some(error),
            }),
            None => Err(error),
        }
    }

    /// A snapshot by id.
    pub(crate) async fn snapshot(&self, id: &SnapshotId) -> Result<Arc<Opened>, ApiError> {
        let known = self.read().get(id).cloned();
        let (store, wanted) = (self.store.clone(), id.clone());
        let found = blocking(move || match known {
            Some(opened) if opened.snapshot.is_there() => Ok(opened),
            _ => Opened::open(&store, &wanted),
        })
        .await?;
        match found {
            Ok(opened) => Ok(self.share(opened)),
            Err(error) => {
                self.forget(id);
                Err(error.into())
            }
        }
    }

    /// Every snapshot that can be opened, newest first, with the id of the one served as the latest.
    pub(crate) async fn all(&self) -> Result<(Option<SnapshotId>, Vec<Arc<Opened>>), ApiError> {
        let current = self.current().await.ok();
        let current = current.map(|opened| opened.snapshot.id().clone());
        Ok((current, self.all_opened().await?))
    }

    async fn all_opened(&self) -> Result<Vec<Arc<Opened>>, ApiError> {
        let (store, known) = (self.store.clone(), self.read().clone());
        let mut all = blocking(move || {
            let mut all = Vec::new();
            for id in store.ids()? {
                let opened = match known.get(&id) {
                    Some(opened) if opened.snapshot.is_there() => Ok(Arc::clone(opened)),
                    _ => Opened::open(&store, &id),
                };
                match opened {
                    Ok(opened) => all.push(opened),
                    Err(error) => {
                        tracing::warn!(%id, %error, "a snapshot is excluded from the list");
                    }
                }
            }
            Ok::<_, ApiError>(all)
        })
        .await??;
        for opened in &mut all {
            *opened = self.share(Arc::clone(opened));
        }
        all.sort_by_key(|opened| {
            let manifest = opened.snapshot.manifest();
            std::cmp::Reverse((manifest.generated_at, manifest.snapshot_id.clone()))
        });
        Ok(all)
    }

    /// The ids that are retained whatever the settings of retention are.
    pub(crate) async fn pins(&self) -> Result<BTreeSet<SnapshotId>, ApiError> {
        let store = self.store.clone();
        Ok(blocking(move || store.pins()).await??)
    }

    /// Opens a file that is as it was published.
    pub(crate) async fn file(&self, opened: &Opened, name: &str) -> Result<CheckedFile, ApiError> {
        let file = opened.file(name).await;
        if let Err(error) = &file {
            self.record(opened.snapshot.id(), error);
        }
        file
    }

    /// A snapshot with all of its files as they were published.
    async fn verified(&self, id: &SnapshotId) -> Result<Arc<Opened>, ApiError> {
        let opened = self.snapshot(id).await?;
        match opened.verify().await {
            Ok(()) => Ok(opened),
            Err(error) => {
                self.record(id, &error);
                Err(error)
            }
        }
    }

    /// Records what a failure says about a snapshot: damage, or that it must be opened again.
    fn record(&self, id: &SnapshotId, error: &ApiError) {
        if error.is_damage() {
            self.damage.found(id);
        } else {
            self.forget(id);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<SnapshotId, Arc<Opened>>> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores an opened snapshot. The first one stored wins while it is intact, so that all requests
    /// share one record of checks.
    fn share(&self, opened: Arc<Opened>) -> Arc<Opened> {
        let id = opened.snapshot.id().clone();
        let mut map = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(map.entry(id).or_insert(opened))
    }

    /// Forgets an opened snapshot: one restored or removed meanwhile is seen as it is.
    fn forget(&self, id: &SnapshotId) {
        let mut map = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        map.remove(id);
    }
}
