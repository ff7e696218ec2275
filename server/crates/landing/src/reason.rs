//! Why a record cannot be read: what goes to quarantine with it, and what drift counts.

/// Why a record cannot be read, in words for the person who looks at the quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) text: String,
    /// The value to blame, where it is a single one.
    pub(crate) cell: Option<Box<Cell>>,
}

/// A value that is not what its column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Where it stands, such as `lines[].period.start`.
    pub(crate) column: String,
    /// What belongs there.
    pub(crate) expected: String,
    /// What was found.
    pub(crate) found: String,
}

impl Reason {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            text: reason.into(),
            cell: None,
        }
    }

    /// A value that must be there and is not.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(format!("{name} is missing")).blaming(name, "a value", "nothing")
    }

    pub(crate) fn blaming(mut self, column: &str, expected: &str, found: &str) -> Self {
        self.cell = Some(Box::new(Cell {
            column: column.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }));
        self
    }

    /// Says what the field is called in the file, if it is not called as in the vendor's API.
    pub(crate) fn written_as(mut self, renamed: &[(String, String)]) -> Self {
        let column = self.cell.as_ref().map_or("", |cell| cell.column.as_str());
        if let Some((_, written)) = renamed.iter().find(|(field, _)| field == column) {
            self.text = format!("{} (column {written} of the file)", self.text);
        }
        self
    }

    /// Says in which part of the record the reason lies.
    pub(crate) fn within(mut self, part: &str) -> Self {
        self.text = format!("{part}: {}", self.text);
        if let Some(cell) = &mut self.cell {
            // Elements of a list are one column, whatever their place.
            let list = part.split('[').next().filter(|list| *list != part);
            let part = list.map_or_else(|| part.to_owned(), |list| format!("{list}[]"));
            cell.column = format!("{part}.{}", cell.column);
        }
        self
    }
}
