//! Which request goes wrong, and how.
use std::collections::{HashMap, VecDeque};

use axum::http::{Method, Uri};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

use super::Fault;

/// Faults at random; the same seed and the same requests in the same order give the same faults.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storm {
    /// Where the random numbers start.
    pub seed: u64,
    /// How many of a hundred requests go wrong; at 100, all do as often as `in_a_row` says.
    pub per_hundred: u32,
    /// How many faults one request meets at most, however often it is repeated. Then it goes through once.
    pub in_a_row: u32,
    /// The kinds to choose from, each equally likely.
    pub faults: Vec<Fault>,
    /// Only requests whose path starts with this.
    pub path: String,
}

impl Default for Storm {
    fn default() -> Self {
        Self {
            seed: 1,
            per_hundred: 30,
            in_a_row: 3,
            faults: Fault::ALL.to_vec(),
            path: String::new(),
        }
    }
}

#[derive(Debug)]
pub(super) enum Plan {
    Script(VecDeque<Option<Fault>>),
    Storm {
        storm: Storm,
        random: Box<ChaCha8Rng>,
        /// Faults in a row, by request; those that went through are forgotten.
        met: HashMap<String, u32>,
    },
}

impl Default for Plan {
    fn default() -> Self {
        Self::Script(VecDeque::new())
    }
}

impl Plan {
    pub(super) fn storm(storm: Storm) -> Self {
        Self::Storm {
            random: Box::new(ChaCha8Rng::seed_from_u64(storm.seed)),
            storm,
            met: HashMap::new(),
        }
    }

    pub(super) fn draw(&mut self, method: &Method, uri: &Uri) -> Option<Fault> {
        let (storm, random, met) = match self {
            Self::Script(faults) => return faults.pop_front().flatten(),
            Self::Storm { storm, random, met } => (storm, random, met),
        };
        if !uri.path().starts_with(&storm.path) || storm.faults.is_empty() {
            return None;
        }
        let (dice, kind) = (random.next_u32(), random.next_u32());
        let request = format!("{method} {uri}");
        let so_far = met.get(&request).copied().unwrap_or(0);
        if dice % 100 >= storm.per_hundred || so_far >= storm.in_a_row {
            met.remove(&request);
            return None;
        }
        met.insert(request, so_far + 1);
        storm
            .faults
            .get(kind as usize % storm.faults.len())
            .copied()
    }
}
