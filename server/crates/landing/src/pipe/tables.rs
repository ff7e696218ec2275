//! What became of the rows of each table that stands for lists inside an object.
//!
//! A table may hold the rows of several lists, each of which reads all of them: then a row is accounted for
//! by the list that takes it.

use crate::ledger::{self, FileLedger};
use crate::objects::Object;
use crate::reason::Reason;
use crate::records::Passed;

use super::lists::List;

/// What became of a row; of what several lists say, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It belongs into no list that was asked so far.
    Foreign,
    /// The pipeline marks it as deleted.
    Deleted,
    /// It is an element of a list.
    Element,
    Quarantined,
}

/// The rows of one file.
#[derive(Debug)]
pub(super) struct TableRead {
    /// The object that its lists are inside of.
    pub(super) object: &'static Object,
    /// The list that reads the file first; the others read the same rows again.
    first: &'static List,
    /// What holds for all lists: pieces, records, blank rows, and what is in quarantine.
    ledger: FileLedger,
    fates: Vec<Fate>,
    /// The row that is being read, from 0.
    at: usize,
    is_first_pass: bool,
}

impl TableRead {
    pub(super) fn new(object: &'static Object, first: &'static List) -> Self {
        Self {
            object,
            first,
            ledger: FileLedger::default(),
            fates: Vec::new(),
            at: 0,
            is_first_pass: true,
        }
    }

    /// Begins to read the file for a list.
    pub(super) fn begin(&mut self, list: &'static List) {
        self.at = 0;
        self.is_first_pass = std::ptr::eq(self.first, list);
    }

    /// Takes in the next row.
    pub(super) fn take(&mut self, fate: Fate) {
        match self.fates.get_mut(self.at) {
            Some(known) => *known = fate.max(*known),
            None => self.fates.push(fate),
        }
        self.at += 1;
    }

    /// Takes in the next row, which cannot be read; whether that is new.
    pub(super) fn quarantine(&mut self, line: u64, reason: &Reason) -> bool {
        let is_new = self.fates.get(self.at) != Some(&Fate::Quarantined);
        if is_new {
            self.ledger.quarantine(line, reason);
        }
        self.take(Fate::Quarantined);
        is_new
    }

    /// Takes in a block of the file whose rows are read.
    pub(super) fn end_block(&mut self, items: usize, passed: &Passed) {
        if self.is_first_pass {
            self.ledger.items += items as u64;
            self.ledger.records += passed.blank + passed.headers;
            self.ledger.remove(ledger::BLANK, passed.blank);
            self.ledger.remove(ledger::HEADER, passed.headers);
        }
    }

    /// What became of all rows, as far as the lists were asked.
    pub(super) fn ledger(&self) -> FileLedger {
        let count = |fate: Fate| {
            let same = self.fates.iter().filter(|known| **known == fate);
            same.count() as u64
        };
        let mut ledger = self.ledger.clone();
        ledger.records += self.fates.len() as u64;
        ledger.rows = count(Fate::Element);
        ledger.remove(ledger::DELETED, count(Fate::Deleted));
        ledger.remove(ledger::OF_NO_LIST, count(Fate::Foreign));
        ledger
    }
}

#[cfg(test)]
mod tests {
    use super::super::lists::LISTS;
    use super::*;
    use crate::objects::OBJECTS;

    #[test]
    fn a_row_is_accounted_for_by_the_list_that_takes_it() {
        let mut table = TableRead::new(&OBJECTS[0], &LISTS[0]);
        let broken = Reason::new("broken JSON");
        table.begin(&LISTS[0]);
        for fate in [Fate::Element, Fate::Foreign, Fate::Foreign] {
            table.take(fate);
        }
        assert!(table.quarantine(4, &broken));
        table.end_block(
            5,
            &Passed {
                blank: 1,
                headers: 0,
            },
        );
        table.begin(&LISTS[1]);
        for fate in [Fate::Foreign, Fate::Deleted, Fate::Foreign] {
            table.take(fate);
        }
        assert!(!table.quarantine(4, &broken), "it is quarantined once");
        table.end_block(
            5,
            &Passed {
                blank: 1,
                headers: 0,
            },
        );
        let ledger = table.ledger();
        assert_eq!((ledger.records, ledger.rows, ledger.quarantined), (5, 1, 1));
        let removed: Vec<u64> = ledger.removed.values().copied().collect();
        assert_eq!(removed, [1, 1, 1], "blank, deleted, of no list");
        assert!(ledger.check("discount.csv", 5).is_ok());
    }
}
