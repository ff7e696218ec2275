//! Numbers as people and spreadsheets write them, brought to the plain form `-1234.56`.

use std::borrow::Cow;

use crate::dialect::{DecimalMark, FileDialect};

/// Signs of currencies that exports write beside an amount.
const CURRENCY_SIGNS: &[char] = &[
    '$', '€', '£', '¥', '₹', '₽', '₩', '₪', '₺', '฿', '₫', '₴', '₦',
];

/// Characters that separate groups of three digits, beside `.` and `,`.
const GROUP_MARKS: &[char] = &[' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];

/// The plain form of a written number; `None` if it is none, or if it can be read in two ways.
///
/// `whole` says that the number has no fraction, so that `1,200` and `1.200` are both 1200.
pub(crate) fn plain<'t>(text: &'t str, file: &FileDialect, whole: bool) -> Option<Cow<'t, str>> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || GROUP_MARKS[..4].contains(&c));
    let decimal = file.dialect.decimal;
    if is_plain(text) {
        let grouped = is_grouped(text, '.');
        match decimal {
            Some(DecimalMark::Comma) if text.contains('.') => {
                return grouped.then(|| Cow::Owned(text.replace('.', "")));
            }
            None if grouped && !whole => file.notice_grouped_point(),
            None if grouped => return Some(Cow::Owned(text.replace('.', ""))),
            _ => {}
        }
        return Some(Cow::Borrowed(text));
    }
    let (negative, amount) = sign(text)?;
    let amount = without_currency(amount);
    let (negative, amount) = match sign(amount)? {
        (inner, rest) if rest.len() < amount.len() => (negative ^ inner, rest),
        _ => (negative, amount),
    };
    let mark = match decimal {
        Some(DecimalMark::Point) => Some('.'),
        Some(DecimalMark::Comma) => Some(','),
        None => detected(amount, whole)?,
    };
    if decimal.is_none() && mark == Some(',') {
        file.notice_decimal_comma();
    }
    let (integer, fraction) = match mark.and_then(|mark| amount.rsplit_once(mark)) {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (amount, None),
    };
    let integer = ungrouped(integer, mark)?;
    let fraction = fraction.unwrap_or("");
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || amount.is_empty() {
        return None;
    }
    let minus = if negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned(format!("{minus}{integer}{point}{fraction}")))
}

/// Whether a text is a number in plain or exponent form already.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'))
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
}

/// Whether a number is one group of one to three digits and further groups of exactly three.
fn is_grouped(text: &str, mark: char) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let mut further = 0;
    let mut rest = groups.inspect(|_| further += 1);
    let rest_is_grouped = rest.all(|group| group.len() == 3 && is_digits(group));
    rest_is_grouped
        && further > 0
        && (1..=3).contains(&first.len())
        && is_digits(first)
        && first != "0"
}

/// Takes a sign off: `-1`, `1-`, `(1)`.
fn sign(text: &str) -> Option<(bool, &str)> {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('(') {
        return Some((true, inside.strip_suffix(')')?.trim()));
    }
    if let Some(rest) = text
        .strip_prefix(['-', '−'])
        .or_else(|| text.strip_suffix('-'))
    {
        return Some((true, rest.trim()));
    }
    Some((false, text.strip_prefix('+').unwrap_or(text).trim()))
}

/// Takes the sign or the three-letter code of a currency off.
fn without_currency(text: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || GROUP_MARKS[..4].contains(&c);
    let trimmed = text.trim_matches(|c: char| CURRENCY_SIGNS.contains(&c) || blank(c));
    let is_code =
        |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let head = trimmed.get(..3).filter(|code| is_code(code));
    let tail = trimmed
        .len()
        .checked_sub(3)
        .and_then(|at| trimmed.get(at..))
        .filter(|code| is_code(code));
    let cut = match (head, tail) {
        (Some(_), _) => &trimmed[3..],
        (None, Some(_)) => &trimmed[..trimmed.len() - 3],
        (None, None) => trimmed,
    };
    cut.trim_matches(|c: char| CURRENCY_SIGNS.contains(&c) || blank(c))
}

/// The decimal mark of a number where it is beyond doubt; the outer `None` means that it is not.
fn detected(text: &str, whole: bool) -> Option<Option<char>> {
    let last = |mark: char| text.rfind(mark);
    match (last('.'), last(',')) {
        (None, None) => Some(None),
        (Some(point), Some(comma)) => Some(Some(if point > comma { '.' } else { ',' })),
        (Some(_), None) if is_grouped(text, '.') && (whole || text.matches('.').count() > 1) => {
            Some(None)
        }
        (Some(_), None) => Some(Some('.')),
        (None, Some(_)) if is_grouped(text, ',') => {
            // `1,200` is 1200 here and 1.2 there.
            (whole || text.matches(',').count() > 1).then_some(None)
        }
        (None, Some(_)) => Some(Some(',')),
    }
}

/// The digits of a whole part whose groups are separated by anything but the decimal mark.
fn ungrouped(text: &str, decimal: Option<char>) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(if text.is_empty() {
            "0".to_owned()
        } else {
            text.to_owned()
        });
    }
    let mark = text.chars().find(|c| !c.is_ascii_digit())?;
    let separates = GROUP_MARKS.contains(&mark) || matches!(mark, '.' | ',');
    let grouped = separates && Some(mark) != decimal && is_grouped(text, mark);
    grouped.then(|| text.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use proptest::prelude::*;

    fn read(text: &str, decimal: Option<DecimalMark>, whole: bool) -> Option<String> {
        let dialect = Dialect {
            decimal,
            ..Dialect::default()
        };
        plain(text, &FileDialect::new(dialect, &[], None), whole).map(Cow::into_owned)
    }

    #[test]
    fn numbers_beyond_doubt_need_no_setting() {
        for (text, expected) in [
            ("54.89", "54.89"),
            ("$1,249.90", "1249.90"),
            ("1.374,89", "1374.89"),
            ("54,89 €", "54.89"),
            ("1 249,90", "1249.90"),
            ("1'249.90", "1249.90"),
            ("USD 12.50", "12.50"),
            ("(1,249.90)", "-1249.90"),
            ("-$5.00", "-5.00"),
            ("$-5.00", "-5.00"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1e3", "1e3"),
            (",5", "0.5"),
        ] {
            assert_eq!(read(text, None, false).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for text in [
            "1,200", "12,34,56", "1,2,3", "abc", "", "-", "1.2.3", "$", "12 34",
        ] {
            assert_eq!(read(text, None, false), None, "{text}");
        }
        assert_eq!(read("1,200", None, true).as_deref(), Some("1200"));
        assert_eq!(read("1.200", None, true).as_deref(), Some("1200"));
    }

    #[test]
    fn a_setting_decides_and_refuses_the_other_form() {
        let comma = Some(DecimalMark::Comma);
        assert_eq!(read("1.200", comma, false).as_deref(), Some("1200"));
        assert_eq!(read("1,200", comma, false).as_deref(), Some("1.200"));
        assert_eq!(read("49.90", comma, false), None);
        let point = Some(DecimalMark::Point);
        assert_eq!(read("1,200", point, false).as_deref(), Some("1200"));
        assert_eq!(read("54,89", point, false), None);
    }

    #[test]
    fn mixed_forms_in_one_file_are_noticed() {
        let file = FileDialect::new(Dialect::default(), &[], None);
        plain("1.234", &file, false);
        assert!(!file.is_ambiguous());
        plain("54,89", &file, false);
        assert!(file.is_ambiguous());
    }

    proptest! {
        #[test]
        fn nothing_written_makes_it_panic(text in "\\PC{0,24}", whole in any::<bool>()) {
            for decimal in [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)] {
                let _ = read(&text, decimal, whole);
            }
        }

        #[test]
        fn grouped_amounts_are_read_as_written(n in 0u64..10_000_000, cents in 0u8..100) {
            let digits = n.to_string();
            for (group, mark, decimal) in [(",", ".", DecimalMark::Point), (".", ",", DecimalMark::Comma), ("\u{a0}", ",", DecimalMark::Comma)] {
                let mut grouped = String::new();
                for (at, digit) in digits.chars().enumerate() {
                    if at > 0 && (digits.len() - at) % 3 == 0 { grouped.push_str(group); }
                    grouped.push(digit);
                }
                let written = format!("{grouped}{mark}{cents:02}");
                let expected = format!("{n}.{cents:02}");
                prop_assert_eq!(read(&written, Some(decimal), false), Some(expected));
            }
        }
    }
}
