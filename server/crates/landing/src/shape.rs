//! Which fields the records of a block have.

use std::collections::BTreeMap;

use crate::pipe::Known;
use crate::record::Record;

/// Shapes kept to compare the next record with: most files have one or two.
const KEPT: usize = 8;

/// The fields seen in a block.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    recent: Vec<Vec<String>>,
    /// The shapes that were noted, by what tells them apart.
    noted: Vec<u64>,
    /// The line of the first record that has each field.
    pub(crate) fields: BTreeMap<String, u64>,
    /// Records that should have all fields: those that are no deletion.
    pub(crate) whole: u64,
}

impl Shapes {
    /// Notes the fields of a record; of a stub that only says `deleted` nothing can be learnt.
    pub(crate) fn see(&mut self, record: &Record<'_>, line: u64, known: Option<Known>) {
        let may_be_stub = known.is_none_or(|known| known.has_deleted);
        let is_stub = || record.raw("deleted").is_some_and(|raw| raw.get() == "true");
        if record.names().next().is_none() || may_be_stub && is_stub() {
            return;
        }
        self.whole += 1;
        if let Some(known) = known {
            if self.noted.contains(&known.shape) {
                return;
            }
            self.noted.truncate(KEPT - 1);
            self.noted.insert(0, known.shape);
        }
        let known = |shape: &Vec<String>| shape.iter().map(String::as_str).eq(record.names());
        match self.recent.iter().position(known) {
            Some(at) => self.recent.swap(0, at),
            None => {
                for name in record.names() {
                    if !self.fields.contains_key(name) {
                        self.fields.insert(name.to_owned(), line);
                    }
                }
                self.recent.truncate(KEPT - 1);
                self.recent
                    .insert(0, record.names().map(str::to_owned).collect());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_noted_once_with_their_first_line() {
        let mut shapes = Shapes::default();
        for (line, text) in [
            (1, r#"{"id":1,"a":null}"#),
            (2, r#"{"id":2,"a":3}"#),
            (3, r#"{"id":3,"deleted":true}"#),
            (4, r#"{"id":4,"b":5}"#),
            (5, r#"{"id":5,"a":6}"#),
        ] {
            shapes.see(&Record::json(text).unwrap(), line, None);
        }
        let fields: Vec<_> = shapes
            .fields
            .iter()
            .map(|(name, line)| (name.as_str(), *line))
            .collect();
        assert_eq!(fields, [("a", 1), ("b", 4), ("id", 1)]);
        assert_eq!((shapes.whole, shapes.recent.len()), (4, 2));
    }
}
