//! In what form a number or a date is written, whatever the locale.

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Nothing but a number.
    Plain,
    /// A share of one, written in hundredths: 0.042 is `4.2%`.
    Percent,
    /// An amount of the currency with this ISO 4217 code, in upper case.
    Currency([u8; 3]),
}

/// How many of its digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// So many after the point, no more and no fewer.
    Fixed(u8),
    /// Three, and a word or letter for how many thousands.
    Compact,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberForm {
    /// What it is.
    pub style: Style,
    /// How exact.
    pub digits: Digits,
    /// Whether more than zero has a sign, as changes do.
    pub plus: bool,
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `Nov 24, 2026`
    Day,
    /// `Nov 24`
    DayOfYear,
    /// `Nov 2026`
    Month,
    /// The year alone: `2026`.
    Year,
    /// `Nov 24, 2026, 08:05`
    Minute,
}
