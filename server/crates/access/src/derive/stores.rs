//! stores: the store of each view, brought up to what is published.
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use tidemark_snapshot::{BuildLock, Freeze, Snapshot, SnapshotError, SnapshotId, Store, replace};

use super::{Definition, View, quality};
use crate::error::AccessError;
use crate::settings::Policy;

/// The folder of all views in the data folder.
const FOLDER: &str = "policies";
/// The folder of a view's store with one file per published snapshot, which names the derived one.
const SOURCES: &str = "sources";
/// The document that holds the view's definition.
const DEFINITION: &str = "policy.json";
/// The document with the checks.
const QUALITY: &str = "quality.json";
/// The graph of models, which holds no data.
const LINEAGE: &str = "lineage.json";
/// How often, and after what time, a store that another process writes to is tried again.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// The stores of all views. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stores(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    policies: BTreeMap<String, Policy>,
    views: Mutex<HashMap<View, Arc<Derived>>>,
}

#[derive(Debug)]
struct Derived {
    definition: Definition,
    folder: PathBuf,
    /// The published snapshot that is current in this store. Requests read it, so its lock is never
    /// held for long.
    current: Mutex<Option<SnapshotId>>,
    /// Held by the one that derives or removes.
    working: Mutex<()>,
}

impl Stores {
    /// The views of a data folder; writes nothing yet.
    #[must_use]
    pub fn new(store: Store, policies: BTreeMap<String, Policy>) -> Self {
        Self(Arc::new(Inner {
            store,
            policies,
            views: Mutex::default(),
        }))
    }

    /// The store of a view, after deriving the latest snapshot if that is due. Reads and writes the
    /// disk. Where deriving fails, what was derived before stays.
    ///
    /// # Errors
    /// If the settings have no such policy, or there is nothing to fall back to.
    pub fn of(&self, view: &View, today: NaiveDate) -> Result<Store, AccessError> {
        if *view == View::EVERYTHING {
            return Ok(self.0.store.clone());
        }
        let derived = self.derived(view)?;
        match self.update(&derived, today) {
            Ok(()) => {}
            Err(error) => {
                let store = Store::open_read_only(&derived.folder);
                match store.current_id() {
                    Ok(Some(_)) => {
                        tracing::error!(%error, folder = %derived.folder.display(), "deriving a policy's snapshot failed; the one before is served");
                    }
                    _ => return Err(error),
                }
            }
        }
        Ok(Store::open_read_only(&derived.folder))
    }

    /// Derives every published snapshot that a view's store does not have yet, and removes those
    /// whose published snapshot is gone.
    ///
    /// # Errors
    /// If the settings have no such policy, or a snapshot cannot be derived.
    pub fn complete(&self, view: &View, today: NaiveDate) -> Result<(), AccessError> {
        if *view == View::EVERYTHING {
            return Ok(());
        }
        let derived = self.derived(view)?;
        self.update(&derived, today)?;
        let published = self.0.store.ids()?;
        for id in &published {
            // What is published meanwhile goes first.
            self.update(&derived, today)?;
            let _working = derived.work();
            if derived.of(id).is_none() {
                let store = Store::open(&derived.folder)?;
                self.derive(&derived, &store, id, Place::Kept)?;
            }
        }
        derived.remove_all_but(&published, today)
    }

    /// Every view that the policies make.
    fn views(&self) -> Vec<View> {
        let names = self.0.policies.keys().cloned().map(Some).chain([None]);
        let views = names.flat_map(|policy| {
            [false, true].map(|lists_customers| View {
                policy: policy.clone(),
                lists_customers,
            })
        });
        views.filter(|view| *view != View::EVERYTHING).collect()
    }

    /// The views that have been used, and are worth deriving at publication.
    #[must_use]
    pub fn used(&self) -> Vec<View> {
        let mut views = self.views();
        views.retain(|view| {
            self.derived(view)
                .is_ok_and(|derived| derived.folder.is_dir())
        });
        views
    }

    fn derived(&self, view: &View) -> Result<Arc<Derived>, AccessError> {
        let policy = match &view.policy {
            None => Policy::default(),
            Some(name) => {
                let policy = self.0.policies.get(name).cloned();
                policy.ok_or_else(|| AccessError::NoPolicy(name.clone()))?
            }
        };
        let mut views = self.0.views.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let definition = Definition {
                view: view.clone(),
                policy,
            };
            let folder = self.0.store.folder().join(FOLDER).join(definition.folder());
            Arc::new(Derived {
                definition,
                folder,
                current: Mutex::default(),
                working: Mutex::default(),
            })
        };
        Ok(Arc::clone(views.entry(view.clone()).or_insert_with(make)))
    }

    /// Brings the latest snapshot of a view's store to the latest that is published.
    fn update(&self, derived: &Derived, today: NaiveDate) -> Result<(), AccessError> {
        let Some(latest) = self.0.store.latest(today)? else {
            return Ok(());
        };
        if derived.has_current(&latest.id) {
            return Ok(());
        }
        let _working = derived.work();
        if derived.has_current(&latest.id) {
            return Ok(());
        }
        let store = Store::open(&derived.folder)?;
        let there = derived.of(&latest.id);
        let intact = there.filter(|id| store.open_snapshot(id).is_ok());
        match intact {
            Some(id) if store.current_id().ok().flatten().as_ref() == Some(&id) => {}
            Some(id) => store.set_current(&id)?,
            None => self.derive(derived, &store, &latest.id, Place::Latest)?,
        }
        let mut current = derived
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Some(latest.id);
        Ok(())
    }

    fn derive(
        &self,
        derived: &Derived,
        store: &Store,
        id: &SnapshotId,
        place: Place,
    ) -> Result<(), AccessError> {
        let snapshot = self.0.store.open_snapshot(id)?;
        let marts = derived.definition.marts(&snapshot)?;
        let manifest = snapshot.manifest().clone();
        let freeze = Freeze {
            marts: &marts,
            as_of: manifest.as_of,
            generated_at: manifest.generated_at,
            timezone: manifest.timezone,
            currency: manifest.currency,
            policies: manifest.policies,
            sources: quality::sources(&manifest.sources),
            quality: manifest.quality,
            documents: derived.definition.documents(&snapshot)?,
            demo: manifest.demo,
            made_by: manifest.made_by,
        };
        let lock = lock(store)?;
        let made = match place {
            Place::Latest => store.publish_locked(&lock, &freeze)?,
            Place::Kept => store.keep_locked(&lock, &freeze)?,
        };
        derived.note(id, &made)
    }
}

/// Where a derived snapshot belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Latest,
    Kept,
}

impl Definition {
    fn documents(&self, snapshot: &Snapshot) -> Result<Vec<(String, Vec<u8>)>, AccessError> {
        let mut documents = vec![(DEFINITION.to_owned(), self.text().into_bytes())];
        if snapshot.entry_of(QUALITY).is_some() {
            let report = quality::restricted(&snapshot.read_file(QUALITY)?);
            documents.extend(report.map(|report| (QUALITY.to_owned(), report)));
        }
        if snapshot.entry_of(LINEAGE).is_some() {
            documents.push((LINEAGE.to_owned(), snapshot.read_file(LINEAGE)?));
        }
        Ok(documents)
    }
}

impl Derived {
    fn has_current(&self, id: &SnapshotId) -> bool {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref() == Some(id)
    }

    fn work(&self) -> MutexGuard<'_, ()> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The derived snapshot of a published one, if there is one.
    fn of(&self, id: &SnapshotId) -> Option<SnapshotId> {
        let text = fs::read_to_string(self.folder.join(SOURCES).join(id.as_str())).ok()?;
        text.trim().parse().ok()
    }

    fn note(&self, id: &SnapshotId, made: &SnapshotId) -> Result<(), AccessError> {
        let folder = self.folder.join(SOURCES);
        let failed = |source: io::Error| AccessError::Folder {
            path: folder.clone(),
            source,
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        let temporary = folder.join(format!("{id}.new"));
        let text = format!("{made}\n");
        replace(&folder.join(id.as_str()), &temporary, text.as_bytes()).map_err(failed)
    }

    fn remove_all_but(
        &self,
        published: &[SnapshotId],
        today: NaiveDate,
    ) -> Result<(), AccessError> {
        let _working = self.work();
        let store = Store::open(&self.folder)?;
        let wanted: Vec<SnapshotId> = published.iter().filter_map(|id| self.of(id)).collect();
        let current = store.current_id()?;
        for id in store.ids()? {
            if !wanted.contains(&id) && current.as_ref() != Some(&id) {
                store.remove(&lock(&store)?, &id, today)?;
            }
        }
        for entry in fs::read_dir(self.folder.join(SOURCES))
            .into_iter()
            .flatten()
            .flatten()
        {
            let id = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            if id.is_some_and(|id: SnapshotId| !published.contains(&id)) {
                // Without its snapshot the note means nothing; one that stays does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

/// The right to write to a view's store, which another process may have for a moment.
fn lock(store: &Store) -> Result<BuildLock, SnapshotError> {
    for _ in 1..TRIES {
        match store.lock() {
            Err(SnapshotError::Busy { .. }) => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
    store.lock()
}
