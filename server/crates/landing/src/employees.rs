//! Numbers of employees as systems export them: a number, or the name of one of the size classes.

use crate::columns::Value;
use crate::dialect::FileDialect;
use crate::record::{Reason, Record};
use crate::{number, value};

/// The size classes, with the least and the most employees of each; the last has no upper end.
const CLASSES: [(&str, i64, Option<i64>); 5] = [
    ("1-10", 1, Some(10)),
    ("11-50", 11, Some(50)),
    ("51-200", 51, Some(200)),
    ("201-1000", 201, Some(1000)),
    ("1001+", 1001, None),
];

/// What a field with a number of employees holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Employees {
    Number(i64),
    Class(&'static str),
}

impl Employees {
    /// The cells `(number, class)` of a raw table for the field `name` of a record. Other text is null and counted
    /// for a finding.
    pub(crate) fn cells<'a>(record: &Record<'_>, name: &str) -> Result<[Value<'a>; 2], Reason> {
        // A number of JSON's own has a decimal point only; a text may have separators of thousands.
        let is_token = record
            .raw(name)
            .is_some_and(|raw| !raw.get().starts_with('"'));
        let file = record.file();
        let what = "neither a number nor a company size";
        let read = record.parsed(name, what, None, |text| {
            if is_token {
                return whole(text).map(Self::Number);
            }
            let read = Self::text(text, file);
            if let Some(Self::Number(number)) = read
                && whole(text) != Some(number)
            {
                file.notice_marked_number(name);
            }
            read
        })?;
        Ok(match read {
            None => [Value::Null, Value::Null],
            Some(Self::Number(number)) => [number.into(), Value::Null],
            Some(Self::Class(class)) => [Value::Null, class.into()],
        })
    }

    fn text(text: &str, file: &FileDialect) -> Option<Self> {
        let class = class(text, file).map(Self::Class);
        class.or_else(|| grouped(text, file).map(Self::Number))
    }
}

/// A whole number; `12.0` is one.
fn whole(text: &str) -> Option<i64> {
    let number = value::scaled(text, 0)?;
    number.exact.then_some(number.value)
}

/// A number that may have separators of thousands and a trailing `+`.
fn grouped(text: &str, file: &FileDialect) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_suffix('+').unwrap_or(text);
    whole(&number::plain(text, file, true)?)
}

/// The class that a text names: `51-200`, `51 – 200 employees`, `1,001+`.
fn class(text: &str, file: &FileDialect) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let bare = lower.trim_end().trim_end_matches("employees").trim();
    let (low, high) = match bare.split_once(['-', '\u{2013}', '\u{2014}']) {
        Some((low, high)) => (grouped(low, file)?, Some(grouped(high, file)?)),
        None => (grouped(bare.strip_suffix('+')?, file)?, None),
    };
    let named = |class: &&(&str, i64, Option<i64>)| (class.1, class.2) == (low, high);
    CLASSES.iter().find(named).map(|class| class.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Employees> {
        Employees::text(text, &FileDialect::default())
    }

    #[test]
    fn separators_and_a_plus_belong_to_the_number() {
        for (text, expected) in [
            ("250", 250),
            ("1,200", 1_200),
            ("1.200", 1_200),
            ("1.000", 1_000),
            ("1 200", 1_200),
            ("1\u{a0}200", 1_200),
            ("1\u{202f}200", 1_200),
            ("1'200", 1_200),
            ("1\u{2019}200", 1_200),
            ("1,234,567", 1_234_567),
            ("1,200.00", 1_200),
            ("10001+", 10_001),
            ("10,000 +", 10_000),
            ("12.0", 12),
            ("0", 0),
        ] {
            assert_eq!(read(text), Some(Employees::Number(expected)), "{text}");
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
            assert_eq!(read(text), Some(Employees::Class(expected)), "{text}");
        }
    }

    #[test]
    fn other_text_is_neither() {
        for text in [
            "many", "201-500", "12.5", "1,2345", "5 to 10", "+", "51-", "-", "about 40",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_json_number_has_no_separators() {
        let cells = |json: &str| Employees::cells(&Record::json(json).unwrap(), "n");
        let number = |number: i64| Ok([number.into(), Value::Null]);
        assert_eq!(cells(r#"{"n": 120.000}"#), number(120));
        assert_eq!(cells(r#"{"n": "120.000"}"#), number(120_000));
        assert!(cells(r#"{"n": 12.5}"#).is_err());
        assert_eq!(cells(r#"{"n": ""}"#), Ok([Value::Null, Value::Null]));
        assert_eq!(cells("{}"), Ok([Value::Null, Value::Null]));
    }
}
