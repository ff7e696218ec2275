//! Why a record cannot be read: what goes to quarantine with it, and what the refusal of a build says.

use std::borrow::Cow;

/// Why a record cannot be read, in words for the person who looks at the quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) text: String,
    /// The column to blame, where it is a single one, such as `lines[].period.start`.
    pub(crate) column: Option<String>,
    /// What a person may do about it.
    pub(crate) hint: Option<&'static str>,
}

impl Reason {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            text: reason.into(),
            column: None,
            hint: None,
        }
    }

    /// Adds what a person may do about it.
    pub(crate) fn hinting(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The reason without the value that was found, and without places in lists.
    pub(crate) fn kind(&self) -> Cow<'_, str> {
        let text = self.text.as_str();
        let kind = text.split_once(": \"").map_or(text, |(kind, _)| kind);
        if !kind.contains('[') {
            return Cow::Borrowed(kind);
        }
        let mut inside = false;
        let without = kind.chars().filter(|c| {
            inside = (inside || *c == '[') && *c != ']';
            !inside || !c.is_ascii_digit()
        });
        Cow::Owned(without.collect())
    }

    /// A value that must be there and is not.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(format!("{name} is missing")).blaming(name)
    }

    /// Names the column to blame.
    pub(crate) fn blaming(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// Says what the field is called in the file, if it is not called as in the vendor's API.
    pub(crate) fn written_as(mut self, renamed: &[(String, String)]) -> Self {
        let column = self.column.as_deref().unwrap_or_default();
        if let Some((_, written)) = renamed.iter().find(|(field, _)| field == column) {
            self.text = format!("{} (column {written} of the file)", self.text);
        }
        self
    }

    /// Says in which part of the record the reason lies.
    pub(crate) fn within(mut self, part: &str) -> Self {
        self.text = format!("{part}: {}", self.text);
        if let Some(column) = &mut self.column {
            // Elements of a list are one column, whatever their place.
            let list = part.split('[').next().filter(|list| *list != part);
            let part = list.map_or_else(|| part.to_owned(), |list| format!("{list}[]"));
            *column = format!("{part}.{column}");
        }
        self
    }
}
