//! One fact that is in one snapshot only, or not the same in both.

use chrono::NaiveDate;

/// How a fact differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// It is in the second snapshot only.
    Added,
    /// It is in the first snapshot only.
    Withdrawn,
    /// It counts for another value.
    Corrected,
    /// It counts for the same, in other groups or for another customer.
    Regrouped,
}

impl How {
    /// Every way, in the order in which they are shown.
    pub const ALL: [How; 4] = [How::Added, How::Withdrawn, How::Corrected, How::Regrouped];

    /// Name for people and files.
    pub const fn label(self) -> &'static str {
        match self {
            How::Added => "added",
            How::Withdrawn => "withdrawn",
            How::Corrected => "corrected",
            How::Regrouped => "regrouped",
        }
    }
}

/// One fact that is not the same: a measure of a customer on a day, from a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// How it differs.
    pub how: How,
    /// The day on which it counts.
    pub day: NaiveDate,
    /// What it counted for in the first snapshot: things, or cents; 0 where it was not there.
    pub before: i64,
    /// What it counts for in the second.
    pub after: i64,
    /// A row that shows it, in the second snapshot's facts, or in the first's if it was withdrawn.
    pub(super) row: usize,
}
