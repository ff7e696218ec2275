//! The marts of one snapshot that are at hand. The daily flows are always among them; the rest may
//! come later or never.

use std::sync::Arc;

use chrono::NaiveDate;

use super::dataset::Dataset;
use crate::metric::Metric;

/// Marts of one snapshot, each once.
#[derive(Debug, Clone)]
pub struct Marts {
    /// The first is `lifecycle_daily`, whose days are the days there are.
    all: Vec<Arc<Dataset>>,
}

impl Marts {
    /// Starts with the daily flows.
    pub fn new(lifecycle_daily: Dataset) -> Marts {
        Marts {
            all: vec![Arc::new(lifecycle_daily)],
        }
    }

    /// Adds a mart of the same snapshot; one of that name is replaced.
    #[must_use]
    pub fn with(mut self, data: Dataset) -> Marts {
        let same = |other: &Arc<Dataset>| other.spec() == data.spec();
        match self.all.iter().position(same) {
            Some(at) => self.all[at] = Arc::new(data),
            None => self.all.push(Arc::new(data)),
        }
        self
    }

    /// The daily flows.
    pub fn daily(&self) -> &Arc<Dataset> {
        &self.all[0]
    }

    /// The snapshot's day, the last that counts.
    pub fn as_of(&self) -> NaiveDate {
        self.daily().as_of()
    }

    /// Whether all marts that a metric is formed from are at hand.
    pub fn has(&self, metric: &Metric) -> bool {
        let mut marts = metric.marts().into_iter();
        marts.all(|name| self.holds(name))
    }

    /// Whether a mart is at hand.
    pub fn holds(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    pub(super) fn all(&self) -> &[Arc<Dataset>] {
        &self.all
    }

    /// Where a mart stands in [`Marts::all`].
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|data| data.spec().name == name)
    }
}
