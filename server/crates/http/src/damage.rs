//! damage: which snapshots were found damaged, and when to check them again.
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use tidemark_snapshot::SnapshotId;

/// A damaged snapshot is checked again after this time, so that a repaired one returns without a
/// restart. The check reads only files that have changed meanwhile.
const RECHECK: Duration = Duration::from_secs(10);

/// What is known of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing bad.
    Sound,
    /// Found damaged a moment ago.
    Damaged,
    /// Found damaged a while ago; the caller checks it again.
    Due,
}

/// Snapshots that were found damaged, with the time of the latest check.
#[derive(Debug, Default)]
pub(crate) struct Damage(RwLock<HashMap<SnapshotId, Instant>>);

impl Damage {
    /// What is known of a snapshot; of several concurrent callers, one gets [`Known::Due`].
    pub(crate) fn of(&self, id: &SnapshotId) -> Known {
        self.of_after(id, RECHECK)
    }

    fn of_after(&self, id: &SnapshotId, recheck: Duration) -> Known {
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match seen.get(id) {
            None => return Known::Sound,
            Some(at) if at.elapsed() < recheck => return Known::Damaged,
            Some(_) => {}
        }
        drop(seen);
        self.found(id);
        Known::Due
    }

    /// The snapshot is damaged.
    pub(crate) fn found(&self, id: &SnapshotId) {
        let mut seen = self.0.write().unwrap_or_else(PoisonError::into_inner);
        seen.insert(id.clone(), Instant::now());
    }

    /// The snapshot is as it was published.
    pub(crate) fn repaired(&self, id: &SnapshotId) {
        let mut seen = self.0.write().unwrap_or_else(PoisonError::into_inner);
        seen.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_checked_again_after_a_while() {
        let (damage, id) = (Damage::default(), "0".repeat(32).parse().unwrap());
        assert_eq!(damage.of(&id), Known::Sound);
        damage.found(&id);
        assert_eq!(damage.of(&id), Known::Damaged);
        assert_eq!(damage.of_after(&id, Duration::ZERO), Known::Due);
        assert_eq!(
            damage.of(&id),
            Known::Damaged,
            "one checks, the others wait"
        );
        damage.repaired(&id);
        assert_eq!(damage.of(&id), Known::Sound);
    }
}
