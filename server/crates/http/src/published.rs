//! published: the snapshots of the data folder as the server sees them: opened once, files kept in memory while they are used.
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use tidemark_snapshot::{Snapshot, SnapshotError, SnapshotId, Store};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use crate::cache::ByteCache;
use crate::damage::{Damage, Known};
use crate::problem::ApiError;
use crate::resource::{Caching, Resource};

/// A snapshot with its manifest ready to be served.
pub(crate) struct Opened {
    pub(crate) snapshot: Snapshot,
    pub(crate) manifest: Resource,
    /// Whether all of its files were checked.
    verified: OnceCell<()>,
}

impl Opened {
    /// Whether all of its files were found to be as they were published.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified.initialized()
    }
}

/// All snapshots of a data folder.
pub(crate) struct Published {
    store: Store,
    opened: RwLock<HashMap<SnapshotId, Arc<Opened>>>,
    files: ByteCache<(SnapshotId, String)>,
    damage: Damage,
}

/// The snapshot that is served as the latest.
pub(crate) struct Latest {
    pub(crate) opened: Arc<Opened>,
    /// Why it is not the one the pointer names, if it is not.
    pub(crate) instead: Option<ApiError>,
}

impl Published {
    pub(crate) fn new(store: Store, cache_bytes: usize) -> Self {
        Self {
            store,
            opened: RwLock::default(),
            files: ByteCache::new(cache_bytes),
            damage: Damage::default(),
        }
    }

    /// The id the pointer names. It is read each time (some microseconds), so a publication by another
    /// process is seen at once.
    fn named(&self) -> Result<SnapshotId, ApiError> {
        self.store.current_id()?.ok_or(ApiError::NothingPublished)
    }

    /// The snapshot served as the latest: the one the pointer names, or, while that is known to be
    /// damaged, the intact one before it.
    pub(crate) async fn latest(&self) -> Result<Latest, ApiError> {
        let named = self.named()?;
        let found = match self.damage.of(&named) {
            Known::Sound => self.snapshot(&named).await,
            Known::Due => self.verified(&named).await,
            Known::Damaged => Err(ApiError::Damaged(named.clone())),
        };
        match found {
            Ok(opened) => {
                self.damage.repaired(&named);
                Ok(Latest {
                    opened,
                    instead: None,
                })
            }
            Err(error) => self.instead_of(&named, error).await,
        }
    }

    /// The snapshot served as the latest, alone.
    pub(crate) async fn current(&self) -> Result<Arc<Opened>, ApiError> {
        Ok(self.latest().await?.opened)
    }

    /// The intact snapshot of the day before `damaged`, or of the newest there is; if there is none that one
    /// itself, for what of it can still be read.
    async fn instead_of(&self, damaged: &SnapshotId, error: ApiError) -> Result<Latest, ApiError> {
        match error {
            // Noted when it was found: noting it again would put off the next look.
            ApiError::Damaged(_) => {}
            _ if error.is_damage() => self.damage.found(damaged),
            _ => return Err(error),
        }
        // A build of a day gone by may be the newest one: days go before builds.
        let order = |opened: &Opened| {
            let manifest = opened.snapshot.manifest();
            (manifest.as_of, manifest.generated_at)
        };
        let itself = self.snapshot(damaged).await.ok();
        let mut candidates = self.all_opened().await?;
        candidates.retain(|candidate| {
            let newer = |itself: &Arc<Opened>| order(candidate) > order(itself);
            candidate.snapshot.id() != damaged && !itself.as_ref().is_some_and(newer)
        });
        candidates.sort_by_key(|candidate| std::cmp::Reverse(order(candidate)));
        for candidate in candidates {
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
        let known = self
            .opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        match known {
            // A look at the folder costs as little as reading the pointer.
            Some(opened) if opened.snapshot.is_there() => return Ok(opened),
            Some(_) => self.forget(id),
            None => {}
        }
        let (store, wanted) = (self.store.clone(), id.clone());
        let opened = blocking(move || open(&store, &wanted)).await??;
        let mut map = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever came first wins, so that all share one record of damage.
        Ok(Arc::clone(map.entry(id.clone()).or_insert(opened)))
    }

    /// Every snapshot that can be opened, newest first, with the id of the one served as the latest.
    pub(crate) async fn all(&self) -> Result<(Option<SnapshotId>, Vec<Arc<Opened>>), ApiError> {
        let current = self.current().await.ok();
        let current = current.map(|opened| opened.snapshot.id().clone());
        Ok((current, self.all_opened().await?))
    }

    async fn all_opened(&self) -> Result<Vec<Arc<Opened>>, ApiError> {
        let store = self.store.clone();
        let ids = blocking(move || store.ids()).await??;
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            match self.snapshot(&id).await {
                Ok(opened) => all.push(opened),
                Err(error) => tracing::warn!(%id, %error, "a snapshot is left out of the list"),
            }
        }
        all.sort_by(|a, b| {
            let key = |opened: &Opened| {
                let manifest = opened.snapshot.manifest();
                (manifest.generated_at, manifest.snapshot_id.clone())
            };
            key(b).cmp(&key(a))
        });
        Ok(all)
    }

    /// The ids that are kept whatever the settings of retention say.
    pub(crate) async fn pins(&self) -> Result<BTreeSet<SnapshotId>, ApiError> {
        let store = self.store.clone();
        Ok(blocking(move || store.pins()).await??)
    }

    /// A file's bytes, checked against the manifest when they come from the disk.
    pub(crate) async fn file(&self, opened: &Arc<Opened>, name: &str) -> Result<Bytes, ApiError> {
        let id = opened.snapshot.id();
        let size = opened
            .snapshot
            .entry_of(name)
            .map_or(0, |entry| entry.bytes);
        let key = (id.clone(), name.to_owned());
        let load = || async {
            let (snapshot, name) = (opened.snapshot.clone(), name.to_owned());
            let bytes = blocking(move || snapshot.read_file(&name)).await??;
            Ok(Bytes::from(bytes))
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let loaded: Result<Bytes, ApiError> = self.files.get(&key, size, load).await;
        if let Err(error) = &loaded {
            self.forget(id);
            if error.is_damage() {
                self.damage.found(id);
            }
        }
        loaded
    }

    /// As [`Published::latest`], after all of its files were checked: once, unless damage was found since.
    pub(crate) async fn ready(&self) -> Result<Latest, ApiError> {
        let named = self.named()?;
        match self.verified(&named).await {
            Ok(opened) => {
                self.damage.repaired(&named);
                Ok(Latest {
                    opened,
                    instead: None,
                })
            }
            Err(error) => self.instead_of(&named, error).await,
        }
    }

    /// A snapshot with all of its files as they were published.
    async fn verified(&self, id: &SnapshotId) -> Result<Arc<Opened>, ApiError> {
        let opened = self.snapshot(id).await?;
        let verify = || async {
            let snapshot = opened.snapshot.clone();
            blocking(move || snapshot.verify()).await??;
            Ok::<(), ApiError>(())
        };
        let verified = opened.verified.get_or_try_init(verify).await;
        verified.inspect_err(|_| self.forget(id))?;
        Ok(Arc::clone(&opened))
    }

    /// Bytes of published files in memory.
    pub(crate) fn cached_bytes(&self) -> usize {
        self.files.total()
    }

    /// Forgets an opened snapshot after a failure: one restored or removed meanwhile is seen as it
    /// is, and readiness checks all files again.
    fn forget(&self, id: &SnapshotId) {
        let mut map = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        map.remove(id);
    }
}

fn open(store: &Store, id: &SnapshotId) -> Result<Arc<Opened>, SnapshotError> {
    let snapshot = store.open_snapshot(id)?;
    // The manifest was read from JSON a moment ago, so it has a JSON form.
    let json = serde_json::to_vec(snapshot.manifest()).unwrap_or_default();
    Ok(Arc::new(Opened {
        snapshot,
        manifest: Resource::document("application/json", Caching::Immutable, json),
        verified: OnceCell::new(),
    }))
}

/// Runs work that waits for the disk where it holds up no other request.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a task failed");
        ApiError::Internal
    })
}
