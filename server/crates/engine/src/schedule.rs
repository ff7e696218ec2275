//! What may happen when: a model is built when all that it reads is there, a check runs as soon as it can, and a table is let go when
//! nothing else will read it.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_project::{Check, Project};

use crate::{EngineError, statement};

/// The state of a run.
pub(crate) struct Schedule {
    /// Name and tables read, in an order that would do.
    models: Vec<(String, BTreeSet<String>)>,
    checks: Vec<BTreeSet<String>>,
    /// Models not begun yet, and checks that have not run.
    waiting: (BTreeSet<usize>, BTreeSet<usize>),
    /// Models that are not there yet.
    missing: BTreeSet<String>,
    /// How many models and checks are still to read each table.
    left: BTreeMap<String, usize>,
    keep: BTreeSet<String>,
}

impl Schedule {
    /// Nothing done yet. Tables named in `keep` are never let go.
    pub(crate) fn new(
        project: &Project,
        checks: &[Check],
        keep: &[&str],
    ) -> Result<Self, EngineError> {
        let models = project.models.iter().map(|model| {
            let reads = model.refs.union(&model.sources).cloned().collect();
            (model.name.clone(), reads)
        });
        let checks = checks
            .iter()
            .map(|check| {
                statement::tables(&check.sql).map_err(|reason| EngineError::Sql {
                    place: check.name.clone(),
                    reason,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(models.collect(), checks, keep))
    }

    fn of(
        models: Vec<(String, BTreeSet<String>)>,
        checks: Vec<BTreeSet<String>>,
        keep: &[&str],
    ) -> Self {
        let mut left: BTreeMap<String, usize> =
            models.iter().map(|(name, _)| (name.clone(), 0)).collect();
        for table in models
            .iter()
            .map(|(_, reads)| reads)
            .chain(&checks)
            .flatten()
        {
            *left.entry(table.clone()).or_default() += 1;
        }
        Self {
            waiting: ((0..models.len()).collect(), (0..checks.len()).collect()),
            missing: models.iter().map(|(name, _)| name.clone()).collect(),
            keep: keep.iter().map(|table| (*table).to_owned()).collect(),
            models,
            checks,
            left,
        }
    }

    /// A model that can be built now.
    pub(crate) fn next_model(&mut self) -> Option<usize> {
        let is_ready = |at: &usize| self.models[*at].1.is_disjoint(&self.missing);
        let at = self.waiting.0.iter().copied().find(is_ready)?;
        self.waiting.0.remove(&at);
        Some(at)
    }

    /// A model is there; gives the checks that can run now.
    pub(crate) fn built(&mut self, at: usize) -> Vec<usize> {
        self.missing.remove(&self.models[at].0);
        let is_ready = |check: &usize| self.checks[*check].is_disjoint(&self.missing);
        let ready: Vec<usize> = self.waiting.1.iter().copied().filter(is_ready).collect();
        ready.iter().for_each(|check| {
            self.waiting.1.remove(check);
        });
        ready
    }

    /// A model and checks have read what they read; gives the tables that nothing else will.
    pub(crate) fn unread(&mut self, model: usize, checks: &[usize]) -> Vec<String> {
        let reads =
            std::iter::once(&self.models[model].1).chain(checks.iter().map(|at| &self.checks[*at]));
        for table in reads.flatten() {
            if let Some(count) = self.left.get_mut(table) {
                *count -= 1;
            }
        }
        let gone = |table: &String, count: &usize| *count == 0 && !self.missing.contains(table);
        let unread: Vec<String> = self
            .left
            .iter()
            .filter(|(t, c)| gone(t, c))
            .map(|(table, _)| table.clone())
            .collect();
        for table in &unread {
            self.left.remove(table);
        }
        unread
            .into_iter()
            .filter(|table| !self.keep.contains(table))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(tables: &[&str]) -> BTreeSet<String> {
        tables.iter().map(|table| (*table).to_owned()).collect()
    }

    #[test]
    fn models_wait_for_models_checks_for_all_they_read_and_tables_for_their_last_reader() {
        let models = vec![
            ("staged".to_owned(), reads(&["raw"])),
            ("other".to_owned(), reads(&["raw"])),
            ("mart".to_owned(), reads(&["staged", "seed"])),
        ];
        let checks = vec![
            reads(&["staged"]),
            reads(&["mart", "staged"]),
            reads(&["raw"]),
        ];
        let mut schedule = Schedule::of(models, checks, &["mart"]);
        assert_eq!(
            (schedule.next_model(), schedule.next_model()),
            (Some(0), Some(1))
        );
        assert_eq!(
            schedule.next_model(),
            None,
            "the mart waits for what it reads"
        );
        assert_eq!(schedule.built(1), [2]);
        // Nothing reads it, and nobody wants it kept.
        assert_eq!(schedule.unread(1, &[2]), ["other"]);
        assert_eq!(schedule.built(0), [0]);
        assert_eq!(schedule.unread(0, &[0]), ["raw"]);
        assert_eq!(schedule.next_model(), Some(2));
        assert_eq!(schedule.built(2), [1]);
        assert_eq!(schedule.unread(2, &[1]), ["seed", "staged"]);
        assert_eq!(schedule.next_model(), None);
    }
}
