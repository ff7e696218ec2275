//! cache: published bytes in memory, bounded, each loaded once however many ask for it.
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::OnceCell;

/// A map from keys to bytes that forgets what was used least recently when it is full.
pub(crate) struct ByteCache<K> {
    limit: usize,
    inner: Mutex<Inner<K>>,
}

struct Inner<K> {
    entries: HashMap<K, Entry>,
    total: usize,
    clock: u64,
}

struct Entry {
    cell: Arc<OnceCell<Bytes>>,
    size: usize,
    used: u64,
}

impl<K: Eq + std::hash::Hash + Clone> ByteCache<K> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            inner: Mutex::new(Inner {
                entries: HashMap::new(),
                total: 0,
                clock: 0,
            }),
        }
    }

    /// The bytes of `key`, `size` bytes long, from memory or else from `load`. A failed load is not remembered.
    pub(crate) async fn get<E, F>(
        &self,
        key: &K,
        size: usize,
        load: impl FnOnce() -> F,
    ) -> Result<Bytes, E>
    where
        F: Future<Output = Result<Bytes, E>>,
    {
        let cell = self.cell(key, size);
        let loaded = cell.get_or_try_init(load).await.cloned();
        if loaded.is_err() {
            let mut inner = self.lock();
            let ours = |entry: &Entry| Arc::ptr_eq(&entry.cell, &cell) && !cell.initialized();
            if inner.entries.get(key).is_some_and(ours) {
                inner.remove(key);
            }
        }
        loaded
    }

    /// Bytes held or being loaded.
    pub(crate) fn total(&self) -> usize {
        self.lock().total
    }

    fn cell(&self, key: &K, size: usize) -> Arc<OnceCell<Bytes>> {
        let mut inner = self.lock();
        inner.clock += 1;
        let now = inner.clock;
        if let Some(entry) = inner.entries.get_mut(key) {
            entry.used = now;
            return Arc::clone(&entry.cell);
        }
        let cell = Arc::new(OnceCell::new());
        if size > self.limit {
            // Too large to keep at all; the caller alone holds it.
            return cell;
        }
        while inner.total + size > self.limit {
            let oldest = inner.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            inner.remove(&key);
        }
        inner.total += size;
        let entry = Entry {
            cell: Arc::clone(&cell),
            size,
            used: now,
        };
        inner.entries.insert(key.clone(), entry);
        cell
    }

    fn lock(&self) -> MutexGuard<'_, Inner<K>> {
        // Nothing inside the lock can leave the map half-changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + std::hash::Hash> Inner<K> {
    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.total -= entry.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    async fn load(cache: &ByteCache<u8>, key: u8, size: usize, loads: &AtomicU32) {
        let bytes = cache
            .get(&key, size, || async {
                loads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok::<_, ()>(Bytes::from(vec![key; size]))
            })
            .await;
        assert_eq!(bytes, Ok(Bytes::from(vec![key; size])));
    }

    #[tokio::test]
    async fn many_readers_cause_one_load() {
        let (cache, loads) = (ByteCache::new(100), AtomicU32::new(0));
        tokio::join!(
            load(&cache, 1, 10, &loads),
            load(&cache, 1, 10, &loads),
            load(&cache, 1, 10, &loads)
        );
        assert_eq!(loads.into_inner(), 1);
    }

    #[tokio::test]
    async fn the_least_recently_used_goes_first_and_the_bound_holds() {
        let (cache, loads) = (ByteCache::new(100), AtomicU32::new(0));
        for key in [1, 2, 1, 3] {
            load(&cache, key, 40, &loads).await;
            assert!(cache.total() <= 100);
        }
        assert_eq!(loads.load(Ordering::Relaxed), 3);
        load(&cache, 1, 40, &loads).await;
        assert_eq!(
            loads.load(Ordering::Relaxed),
            3,
            "1 was used after 2 and stays"
        );
        load(&cache, 2, 40, &loads).await;
        assert_eq!(loads.load(Ordering::Relaxed), 4, "2 had gone");
        load(&cache, 9, 101, &loads).await;
        assert_eq!(
            cache.total(),
            80,
            "what is larger than the bound is not kept"
        );
    }

    #[tokio::test]
    async fn a_failed_load_is_tried_again() {
        let cache = ByteCache::new(100);
        let failed = cache.get(&1, 10, || async { Err::<Bytes, _>("no") }).await;
        assert_eq!(failed, Err("no"));
        assert_eq!(cache.total(), 0);
        load(&cache, 1, 10, &AtomicU32::new(0)).await;
    }
}
