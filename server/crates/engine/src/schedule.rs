//! What happens when: a check runs as soon as all that it reads is there, and a table is let go when nothing else will read it.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_project::{Check, Project};

use crate::{EngineError, statement};

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Build the model at this place of the project.
    Build(usize),
    /// Run the check at this place of the list.
    Check(usize),
    /// Forget a table.
    Release(String),
}

/// Everything to do, in order. Tables named in `keep` are never let go.
pub(crate) fn steps(
    project: &Project,
    checks: &[Check],
    keep: &[&str],
) -> Result<Vec<Step>, EngineError> {
    let models = project
        .models
        .iter()
        .map(|model| {
            (
                model.name.as_str(),
                model.refs.union(&model.sources).cloned().collect(),
            )
        })
        .collect::<Vec<(&str, BTreeSet<String>)>>();
    let checks = checks
        .iter()
        .map(|check| {
            statement::tables(&check.sql).map_err(|reason| EngineError::Sql {
                place: check.name.clone(),
                reason,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ordered(&models, &checks, keep))
}

fn ordered(
    models: &[(&str, BTreeSet<String>)],
    checks: &[BTreeSet<String>],
    keep: &[&str],
) -> Vec<Step> {
    let readers = models.iter().map(|(_, reads)| reads).chain(checks);
    let mut left: BTreeMap<&str, usize> = models.iter().map(|(name, _)| (*name, 0)).collect();
    for table in readers.flatten() {
        *left.entry(table).or_default() += 1;
    }
    let mut missing: BTreeSet<&str> = models.iter().map(|(name, _)| *name).collect();
    let mut waiting: Vec<usize> = (0..checks.len()).collect();
    let mut steps = Vec::new();
    for (at, (name, reads)) in models.iter().enumerate() {
        steps.push(Step::Build(at));
        missing.remove(name);
        let mut done: Vec<&BTreeSet<String>> = vec![reads];
        waiting.retain(|check| {
            let reads = &checks[*check];
            let is_ready = !reads.iter().any(|table| missing.contains(table.as_str()));
            if is_ready {
                steps.push(Step::Check(*check));
                done.push(reads);
            }
            !is_ready
        });
        for table in done.into_iter().flatten() {
            if let Some(count) = left.get_mut(table.as_str()) {
                *count -= 1;
            }
        }
        let unread: Vec<&str> = left
            .iter()
            .filter(|(table, count)| **count == 0 && !missing.contains(**table))
            .map(|(table, _)| *table)
            .collect();
        for table in unread {
            left.remove(table);
            if !keep.contains(&table) {
                steps.push(Step::Release(table.to_owned()));
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(tables: &[&str]) -> BTreeSet<String> {
        tables.iter().map(|table| (*table).to_owned()).collect()
    }

    #[test]
    fn checks_run_when_they_can_and_tables_go_when_they_may() {
        let models = [
            ("staged", reads(&["raw"])),
            ("joined", reads(&["staged", "seed"])),
            ("mart", reads(&["joined"])),
        ];
        let checks = [
            reads(&["staged"]),
            reads(&["mart", "staged"]),
            reads(&["raw"]),
        ];
        let release = |name: &str| Step::Release(name.to_owned());
        assert_eq!(
            ordered(&models, &checks, &["mart"]),
            [
                Step::Build(0),
                Step::Check(0),
                Step::Check(2),
                release("raw"),
                Step::Build(1),
                release("seed"),
                Step::Build(2),
                Step::Check(1),
                release("joined"),
                release("staged"),
            ]
        );
    }
}
