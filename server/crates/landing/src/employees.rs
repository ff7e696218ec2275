//! Numbers of employees as systems export them: a number, or the name of one of the size classes.

use crate::columns::Value;
use crate::record::{Reason, Record};
use crate::value;

/// The size classes, with the least and the most employees of each; the last has no upper end.
const CLASSES: [(&str, i64, Option<i64>); 5] = [
    ("1-10", 1, Some(10)),
    ("11-50", 11, Some(50)),
    ("51-200", 51, Some(200)),
    ("201-1000", 201, Some(1000)),
    ("1001+", 1001, None),
];

/// What a field with a number of employees holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Employees {
    number: Option<i64>,
    class: Option<&'static str>,
    /// The text as written, where it is neither.
    unread: Option<String>,
}

impl Employees {
    /// Reads the field `name` of a record; whatever it holds, the record stays.
    pub(crate) fn of(record: &Record<'_>, name: &str) -> Result<Self, Reason> {
        // A JSON number has a decimal point only; a text may have separators of thousands.
        if let Some(raw) = record.raw(name)
            && raw
                .get()
                .starts_with(|c: char| c == '-' || c.is_ascii_digit())
        {
            return Ok(Self::written(raw.get(), whole(raw.get())));
        }
        let text = record.word(name)?;
        Ok(text.map_or_else(Self::default, |text| Self::text(&text)))
    }

    fn text(text: &str) -> Self {
        match class(text) {
            Some(class) => Self {
                class: Some(class),
                ..Self::default()
            },
            None => Self::written(text, grouped(text)),
        }
    }

    fn written(text: &str, number: Option<i64>) -> Self {
        Self {
            number,
            class: None,
            unread: number.is_none().then(|| text.to_owned()),
        }
    }

    /// The cells `(number, class, unread text)` of a raw table.
    pub(crate) fn cells<'a>(self) -> [Value<'a>; 3] {
        [self.number.into(), self.class.into(), self.unread.into()]
    }
}

/// A whole number; `12.0` is one.
fn whole(text: &str) -> Option<i64> {
    let number = value::scaled(text, 0)?;
    number.exact.then_some(number.value)
}

/// Whether a character separates thousands: comma, point, apostrophe, or any kind of space.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '\u{2019}') || c.is_whitespace()
}

/// A number that may have separators of thousands and a trailing `+`.
fn grouped(text: &str) -> Option<i64> {
    let text = text.strip_suffix('+').unwrap_or(text).trim();
    let Some(at) = text.find(is_separator) else {
        return whole(text);
    };
    let separator = text[at..].chars().next()?;
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let (last, middle) = rest.split_last()?;
    // A decimal part may follow the groups, after the other separator: `1,200.00`.
    let (last, decimals) = match last.split_once(['.', ',']) {
        Some((last, decimals)) => (last, decimals),
        None => (*last, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = matches!(first.len(), 1..=3)
        && middle.iter().all(|group| matches!(group.len(), 2 | 3))
        && last.len() == 3
        && middle.iter().copied().chain([first, last]).all(digits)
        && decimals.bytes().all(|byte| byte == b'0');
    if is_grouped {
        let joined: String = [first]
            .into_iter()
            .chain(middle.iter().copied())
            .chain([last])
            .collect();
        return joined.parse().ok();
    }
    whole(&text.replace(',', "."))
}

/// The class that a text names: `51-200`, `51 – 200 employees`, `1,001+`.
fn class(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let bare = lower.trim_end_matches("employees").trim();
    let (low, high) = match bare.split_once(['-', '\u{2013}', '\u{2014}']) {
        Some((low, high)) => (grouped(low.trim())?, Some(grouped(high.trim())?)),
        None => (grouped(bare.strip_suffix('+')?.trim())?, None),
    };
    let named = |class: &&(&str, i64, Option<i64>)| (class.1, class.2) == (low, high);
    CLASSES.iter().find(named).map(|class| class.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<i64> {
        Employees::text(text).number
    }

    #[test]
    fn separators_and_a_plus_belong_to_the_number() {
        for (text, expected) in [
            ("250", 250),
            ("1,200", 1_200),
            ("1.200", 1_200),
            ("1 200", 1_200),
            ("1\u{a0}200", 1_200),
            ("1\u{202f}200", 1_200),
            ("1'200", 1_200),
            ("1\u{2019}200", 1_200),
            ("1,234,567", 1_234_567),
            ("1,00,000", 100_000),
            ("1,200.00", 1_200),
            ("10001+", 10_001),
            ("10,000 +", 10_000),
            ("12.0", 12),
            ("12,0", 12),
            ("0", 0),
            ("1.2e3", 1_200),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_that_names_a_class_is_that_class() {
        for (text, expected) in [
            ("1-10", "1-10"),
            ("11 - 50", "11-50"),
            ("51\u{2013}200 employees", "51-200"),
            ("201-1,000", "201-1000"),
            ("201-1000 Employees", "201-1000"),
            ("1001+", "1001+"),
            ("1,001+", "1001+"),
        ] {
            let read = Employees::text(text);
            assert_eq!((read.class, read.number), (Some(expected), None), "{text}");
        }
    }

    #[test]
    fn other_text_is_reported_as_written() {
        for text in [
            "many", "201-500", "12.5", "1,2345", "12,34", "5 to 10", "+", "51-", "-", "about 40",
        ] {
            let read = Employees::text(text);
            assert_eq!(read.unread.as_deref(), Some(text), "{text}");
            assert_eq!((read.class, read.number), (None, None), "{text}");
        }
    }

    #[test]
    fn a_json_number_has_no_separators() {
        let read = |json: &str| Employees::of(&Record::json(json).unwrap(), "n").unwrap();
        assert_eq!(read(r#"{"n": 120.000}"#).number, Some(120));
        assert_eq!(read(r#"{"n": "120.000"}"#).number, Some(120_000));
        assert_eq!(read(r#"{"n": 12.5}"#).unread.as_deref(), Some("12.5"));
        assert_eq!(read(r#"{"n": ""}"#), Employees::default());
        assert_eq!(read("{}"), Employees::default());
    }
}
