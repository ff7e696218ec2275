//! The ledger of a file: what became of every record that was read from it.
//!
//! Each record is a row, in quarantine, or removed by a rule that has a name; the build checks the sum. Shares of
//! unreadable records that are too large refuse the build.

use std::collections::BTreeMap;

use crate::LandingError;
use crate::findings::Finding;
use crate::objects::Object;
use crate::reason::Reason;

/// Rows of nothing but separators.
pub(crate) const BLANK: &str = "blank rows";
/// The header, again.
pub(crate) const HEADER: &str = "repeated header rows";
/// Rows of a table that stands for lists, which belong into none of those that are read.
pub(crate) const OF_NO_LIST: &str = "rows of things that are not read";
/// Records that a pipeline says were deleted, of objects that keep no deletions.
pub(crate) const DELETED: &str = "records that the pipeline marks as deleted";

/// What became of the records of one file.
#[derive(Debug, Default, Clone)]
pub(crate) struct FileLedger {
    /// Pieces of the file: lines, CSV rows, Parquet rows, or one document.
    pub(crate) items: u64,
    /// Records in these pieces; an envelope holds many, a blank row is one.
    pub(crate) records: u64,
    /// Records that gave rows.
    pub(crate) rows: u64,
    pub(crate) quarantined: u64,
    /// By the name of the rule.
    pub(crate) removed: BTreeMap<&'static str, u64>,
    /// Records that stay, but mark something as gone or ended, by the words for it.
    pub(crate) marked: BTreeMap<&'static str, u64>,
    /// Why records are in quarantine, without the values: how many, the first place, and what helps.
    reasons: BTreeMap<String, (u64, u64, Option<&'static str>)>,
}

impl FileLedger {
    /// The ledger of so many pieces of a file.
    pub(crate) fn of(items: usize) -> Self {
        Self {
            items: items as u64,
            ..Self::default()
        }
    }

    /// Takes in a record that goes to quarantine.
    pub(crate) fn quarantine(&mut self, line: u64, reason: &Reason) {
        self.quarantined += 1;
        let known = self.reasons.entry(reason.kind().into_owned());
        known.or_insert((0, line, reason.hint)).0 += 1;
    }

    /// Takes in records, counted already, that a rule removes.
    pub(crate) fn remove(&mut self, rule: &'static str, count: u64) {
        if count > 0 {
            *self.removed.entry(rule).or_default() += count;
        }
    }

    /// Takes in a part of the same file.
    pub(crate) fn add(&mut self, part: Self) {
        self.items += part.items;
        self.records += part.records;
        self.rows += part.rows;
        self.quarantined += part.quarantined;
        for (rule, count) in part.removed {
            *self.removed.entry(rule).or_default() += count;
        }
        for (words, count) in part.marked {
            *self.marked.entry(words).or_default() += count;
        }
        for (reason, (count, line, hint)) in part.reasons {
            self.reasons.entry(reason).or_insert((0, line, hint)).0 += count;
        }
    }

    /// Records that are neither blank nor a header.
    pub(crate) fn real(&self) -> u64 {
        let blank = [BLANK, HEADER]
            .iter()
            .filter_map(|rule| self.removed.get(rule));
        self.records - blank.sum::<u64>()
    }

    /// Records that a pipeline marks as deleted.
    pub(crate) fn deleted(&self) -> u64 {
        self.removed.get(DELETED).copied().unwrap_or_default()
    }

    /// Checks that every record and every piece that was read is accounted for.
    ///
    /// # Errors
    /// A sum that does not hold, which is a defect of landing.
    pub(crate) fn check(&self, file: &str, items_read: u64) -> Result<(), LandingError> {
        let removed: u64 = self.removed.values().sum();
        let accounted = self.rows + self.quarantined + removed;
        if self.records == accounted && self.items == items_read {
            return Ok(());
        }
        Err(LandingError::Unaccounted {
            file: file.to_owned(),
            read: self.records.max(items_read),
            accounted: accounted.min(self.items),
        })
    }
}

/// The ledgers of an object's files.
#[derive(Debug, Default)]
pub(crate) struct Ledger(pub(crate) BTreeMap<String, FileLedger>);

impl Ledger {
    /// All files together.
    pub(crate) fn total(&self) -> FileLedger {
        let mut total = FileLedger::default();
        for file in self.0.values() {
            total.add(file.clone());
        }
        total
    }

    /// What a person should know of the records of `place`, which belong to the object, refusals among it; `most` is
    /// the share of unreadable ones that is allowed.
    pub(crate) fn findings(&self, object: &Object, place: &str, most: f64) -> Vec<Finding> {
        let (source, name) = (object.source, object.name);
        let mut findings = Vec::new();
        let total = self.total();
        // Each file is judged by itself, so that a bad one does not hide among good ones.
        let files = self.0.iter().filter(|_| self.0.len() > 1);
        let files = files.map(|(file, ledger)| (file.as_str(), ledger));
        let refused: Vec<Finding> = std::iter::once((place, &total))
            .chain(files)
            .filter(|(_, ledger)| is_refused(ledger, most))
            .map(|(place, ledger)| self.refusal(object, place, ledger, most))
            .collect();
        match refused.len() {
            // The object and its only bad file are one matter; the file is what a person can act on.
            2 => findings.extend(refused.into_iter().skip(1)),
            _ => findings.extend(refused),
        }
        for (file, ledger) in &self.0 {
            if ledger.rows == 0 && ledger.quarantined == 0 {
                let message =
                    format!("{file} has no record that counts: export it again, or remove it");
                findings.push(Finding::warn(source, name, "empty_file", message));
            }
        }
        let rules = total.removed.iter().filter(|(rule, _)| **rule != BLANK);
        for (rule, count) in rules.chain(&total.marked) {
            let message = format!("{place}: {count} {rule}; they do not count");
            findings.push(Finding::warn(source, name, "removed_records", message));
        }
        findings
    }

    fn refusal(&self, object: &Object, place: &str, ledger: &FileLedger, most: f64) -> Finding {
        let commonest = ledger.reasons.iter().max_by_key(|(_, (count, ..))| *count);
        let (reason, hint) =
            commonest.map_or(("", None), |(reason, (.., hint))| (reason.as_str(), *hint));
        // Where the reason is met first, over all files.
        let example = self.0.iter().find_map(|(file, ledger)| {
            let (_, line, _) = ledger.reasons.get(reason)?;
            Some(format!("{file}:{line}"))
        });
        let message = format!(
            "{} of {} records of {place} cannot be read, and at most {} % may be; most often {reason} (first: {}); {}, \
             or raise max_unreadable in [{}] of the settings to publish without them",
            ledger.quarantined,
            ledger.real(),
            (most * 100.0).round(),
            example.unwrap_or_default(),
            hint.unwrap_or("correct the export"),
            object.source,
        );
        Finding::error(object.source, object.name, "unreadable_records", message)
    }
}

/// Whether so many records cannot be read that nothing may be published.
fn is_refused(ledger: &FileLedger, most: f64) -> bool {
    let (bad, all) = (ledger.quarantined, ledger.real());
    bad > 0 && (bad == all || bad as f64 > most * all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::OBJECTS;

    fn ledger(rows: u64, quarantined: u64) -> FileLedger {
        let mut ledger = FileLedger {
            items: rows + quarantined,
            records: rows + quarantined,
            rows,
            ..FileLedger::default()
        };
        for line in 0..quarantined {
            ledger.quarantine(line + 2, &Reason::new("day is no possible date: \"99.99\""));
        }
        ledger
    }

    #[test]
    fn a_record_that_vanishes_is_noticed() {
        assert!(ledger(3, 1).check("a.csv", 4).is_ok());
        let mut short = ledger(3, 1);
        short.rows -= 1;
        let error = short.check("a.csv", 4).unwrap_err().to_string();
        assert!(
            error.contains("a.csv") && error.contains("4 records") && error.contains("only 3"),
            "{error}"
        );
        assert!(
            ledger(3, 1).check("a.csv", 5).is_err(),
            "a piece that was never parsed"
        );
    }

    #[test]
    fn too_large_a_share_refuses_per_object_and_per_file() {
        let findings = |files: &[(u64, u64)], most: f64| {
            let files = files.iter().enumerate();
            let files =
                files.map(|(at, (rows, bad))| (format!("crm/part-{at}.csv"), ledger(*rows, *bad)));
            Ledger(files.collect()).findings(&OBJECTS[0], "stripe products", most)
        };
        assert!(findings(&[(8, 2)], 0.2).is_empty());
        let refused = findings(&[(2, 1)], 0.2);
        assert_eq!(refused.len(), 1);
        let told = &refused[0].message;
        assert!(
            told.contains("1 of 3 records") && told.contains("at most 20 %"),
            "{told}"
        );
        assert!(
            told.contains("most often day is no possible date (first: crm/part-0.csv:2)"),
            "{told}"
        );
        assert!(findings(&[(1, 1)], 0.5).is_empty());
        assert_eq!(findings(&[(0, 1)], 1.0).len(), 1, "all of them");
        assert_eq!(
            findings(&[(100, 0), (1, 3)], 0.2).len(),
            1,
            "one bad file among good ones"
        );
        assert_eq!(findings(&[(1, 3), (1, 3)], 0.2).len(), 3);
    }
}
