//! damage: which snapshots were found damaged, and when to look again.
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use tidemark_snapshot::SnapshotId;

/// A damaged snapshot is checked anew no sooner than this, so that one repaired comes back without a restart.
const RECHECK: Duration = Duration::from_secs(10);

/// What is known of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing bad.
    Sound,
    /// Found damaged a moment ago.
    Damaged,
    /// Found damaged a while ago; whoever is told this is to look again.
    Due,
}

/// Snapshots that were found damaged, with the time of the last look.
#[derive(Debug, Default)]
pub(crate) struct Damage(RwLock<HashMap<SnapshotId, Instant>>);

impl Damage {
    /// What is known of a snapshot; of several that ask at once, one is told to look again.
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
    fn damage_is_looked_at_again_after_a_while() {
        let (damage, id) = (Damage::default(), "0".repeat(32).parse().unwrap());
        assert_eq!(damage.of(&id), Known::Sound);
        damage.found(&id);
        assert_eq!(damage.of(&id), Known::Damaged);
        assert_eq!(damage.of_after(&id, Duration::ZERO), Known::Due);
        assert_eq!(
            damage.of(&id),
            Known::Damaged,
            "one is told, the others wait"
        );
        damage.repaired(&id);
        assert_eq!(damage.of(&id), Known::Sound);
    }
}
