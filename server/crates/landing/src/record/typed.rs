//! The values of a record by type: text, ids, numbers, dates, truth values.

use std::borrow::Cow;

use super::{Date, Instant, Place, Record};
use crate::reason::Reason;
use crate::{number, value};

impl<'a> Record<'a> {
    /// A value as `parse` reads it; an unreadable one is an error, or null where the record can do without it.
    pub(crate) fn parsed<T>(
        &self,
        name: &str,
        what: &str,
        hint: Option<&'static str>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        let read = self.written(name).and_then(|text| {
            let Some(text) = text else {
                return Ok(None);
            };
            parse(&text).map(Some).ok_or_else(|| {
                let reason = format!("{name} is {what}: {}", shown(&text));
                let reason = Reason::new(reason).blaming(name);
                match hint {
                    Some(hint) => reason.hinting(hint),
                    None => reason,
                }
            })
        });
        self.if_needed(name, read)
    }

    /// Lets go of an unreadable value that its object can do without: it is null, and counted for a finding.
    pub(super) fn if_needed<T>(
        &self,
        name: &str,
        read: Result<Option<T>, Reason>,
    ) -> Result<Option<T>, Reason> {
        match read {
            Err(reason) if self.is_optional(name) => {
                match self.place {
                    Place::File => self.file.drop_value(name, &reason),
                    Place::Part(field, _) => {
                        self.file.drop_value(&format!("{field}.{name}"), &reason);
                    }
                }
                Ok(None)
            }
            read => read,
        }
    }

    /// Whether the record can do without a value in this field.
    fn is_optional(&self, name: &str) -> bool {
        match self.place {
            Place::File => self.file.is_optional(name),
            Place::Part(_, needs) => {
                let is_needed = needs.iter().any(|need| need.eq_ignore_ascii_case(name));
                self.file.has_contract() && !is_needed
            }
        }
    }

    /// Free text as written.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        self.if_needed(name, self.written(name))
    }

    /// Text that identifies or classifies, without surrounding blanks. An id that was written as a float
    /// (`123.0`) is the whole number; one in exponent form was rounded, which is an error.
    pub(crate) fn word(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let word = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if !is_id(name) || !word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            return Ok(Some(word));
        }
        if is_rounded(&word) {
            let reason = format!(
                "{name} is in exponent form, as a spreadsheet writes long numbers after rounding them: {}; \
                 export the column as text",
                shown(&word)
            );
            return self.if_needed(name, Err(Reason::new(reason).blaming(name)));
        }
        Ok(Some(match word.split_once('.') {
            Some((whole, zeros)) if is_whole_float(whole, zeros) => Cow::Owned(whole.to_owned()),
            _ => word,
        }))
    }

    /// A code such as a currency or a status, in lower case. Codes are published, so an address that stands in
    /// place of one is not read.
    pub(crate) fn code(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        let code = self.lower_word(name)?;
        match &code {
            Some(text) if text.contains('@') => {
                let reason = format!("{name} is no code but holds an address: {}", shown(text));
                self.if_needed(name, Err(Reason::new(reason).blaming(name)))
            }
            _ => Ok(code),
        }
    }

    fn lower_word(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        Ok(self.word(name)?.map(|word| {
            if word.chars().any(char::is_uppercase) {
                Cow::Owned(word.to_lowercase())
            } else {
                word
            }
        }))
    }

    /// The code of a currency, in lower case: three to five letters or digits. What is written and is none costs the
    /// record, since its amounts must not count in the reporting currency, as they do where nothing is written; a
    /// part of a record has amounts of no use without it.
    pub(crate) fn currency(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        let code = self.lower_word(name)?;
        match &code {
            Some(text) if !is_currency(text) => {
                let reason = format!("{name} is no code of a currency: {}", shown(text));
                let read = Err(Reason::new(reason).blaming(name));
                match self.place {
                    Place::File => read,
                    Place::Part(..) => self.if_needed(name, read),
                }
            }
            _ => Ok(code),
        }
    }

    /// A code that must be one of a documented list.
    pub(crate) fn one_of(
        &self,
        name: &str,
        known: &[&str],
    ) -> Result<Option<Cow<'a, str>>, Reason> {
        let code = self.lower_word(name)?;
        match &code {
            Some(code) if !known.contains(&code.as_ref()) => {
                let (found, known) = (shown(code), known.join(", "));
                let reason = format!("{name} is unknown: {found} (known: {known})");
                self.if_needed(name, Err(Reason::new(reason).blaming(name)))
            }
            _ => Ok(code),
        }
    }

    /// The key of the record; without one it cannot be kept apart from others.
    pub(crate) fn key(&self, name: &str) -> Result<Cow<'a, str>, Reason> {
        self.word(name)?.ok_or_else(|| Reason::missing(name))
    }

    /// A whole number; `12.0` counts as one.
    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>, Reason> {
        self.parsed(name, "no whole number", Some(NUMBERS), |text| {
            let exact = |number: value::Scaled| number.exact.then_some(number.value);
            let as_written = value::scaled(text, 0).and_then(exact);
            as_written.or_else(|| exact(value::scaled(&number::plain(text, self.file, true)?, 0)?))
        })
    }

    /// A number × 10^6, cut to that precision.
    pub(crate) fn micros(&self, name: &str) -> Result<Option<i64>, Reason> {
        Ok(self.decimal(name)?.map(|number| number.value))
    }

    /// A number × 10^6 and whether that is all of it.
    pub(crate) fn decimal(&self, name: &str) -> Result<Option<value::Scaled>, Reason> {
        let is_token = self.is_number_token(name);
        self.parsed(name, "no number", Some(NUMBERS), |text| {
            if is_token {
                return value::scaled(text, 6);
            }
            value::scaled(&number::plain(text, self.file, false)?, 6)
        })
    }

    /// Whether the field is a number of JSON's own, which no setting for numbers in text is about.
    fn is_number_token(&self, name: &str) -> bool {
        self.file.dialect.decimal.is_some()
            && self
                .raw(name)
                .is_some_and(|raw| !raw.get().starts_with('"'))
    }

    /// An exact fraction (numerator, power of ten).
    pub(crate) fn fraction(&self, name: &str) -> Result<Option<(i64, i64)>, Reason> {
        self.parsed(name, "no number", Some(NUMBERS), |text| {
            value::fraction(&number::plain(text, self.file, false)?)
        })
    }

    /// A truth value; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Reason> {
        Ok(self.said(name)?.unwrap_or(false))
    }

    /// An instant given as a number since the epoch, as ISO 8601, or in the format of the settings; in microseconds.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Instant>, Reason> {
        let wrong = "no possible point in time";
        let instant = self.parsed(name, wrong, Some(DATES), |text| {
            let instant = self.point_in_time(text)?;
            match self.file.zone() {
                Some(zone) if value::is_day(text) => value::midnight(instant, zone),
                _ => Some(instant),
            }
        })?;
        Ok(instant.map(Instant))
    }

    /// Microseconds since the epoch; a date without a time is its midnight in UTC.
    fn point_in_time(&self, text: &str) -> Option<i64> {
        let pattern = self.file.date_format();
        if let Some(instant) = pattern.and_then(|pattern| value::formatted(text, pattern)) {
            return Some(instant);
        }
        let is_written = |byte: u8| matches!(byte, b'-' | b':' | b'/');
        let read = if text.trim().bytes().skip(1).any(is_written) {
            value::instant(text)
        } else {
            value::epoch(text).filter(|_| !value::is_day_number(text))
        };
        read.or_else(|| value::point_date(text))
            .or_else(|| value::named_date(text))
    }

    /// A calendar date; of an instant, the date as it is written.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, Reason> {
        let wrong = "no possible date";
        let date = self.parsed(name, wrong, Some(DATES), |text| {
            let is_free = self.file.dialect.date_format.is_none();
            let written = is_free.then(|| value::date(text)).flatten();
            written.or_else(|| value::day_of(self.point_in_time(text)?))
        })?;
        Ok(date.map(Date))
    }
}

/// Whether a field holds an id, by its name: `id`, `ticket_id`, `AccountId`.
fn is_id(name: &str) -> bool {
    let Some(head) = name.len().checked_sub(2) else {
        return false;
    };
    match (name.get(..head), name.get(head..)) {
        (Some(""), Some(tail)) => tail.eq_ignore_ascii_case("id"),
        (Some(head), Some("id")) => head.ends_with('_'),
        (Some(_), Some("Id")) => true,
        _ => false,
    }
}

/// Whether digits before and after a point are a whole number written as a float.
fn is_whole_float(whole: &str, zeros: &str) -> bool {
    let is_all =
        |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| is(&byte));
    is_all(whole, u8::is_ascii_digit) && is_all(zeros, |byte| *byte == b'0')
}

/// Whether a number is in exponent form, as `3.60033549136E+11`.
fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (mantissa.split_once('.'), exponent.strip_prefix('+')) {
        (Some((whole, fraction)), power) => {
            digits(whole) && digits(fraction) && digits(power.unwrap_or(exponent))
        }
        (None, Some(power)) => digits(mantissa) && digits(power),
        (None, None) => false,
    }
}

/// What helps where numbers cannot be read.
const NUMBERS: &str = "set decimal = \".\" or \",\" in the settings, or correct the export";
/// What helps where dates cannot be read.
const DATES: &str = "set date_format in the settings, such as \"%d/%m/%Y\", or export dates as 2026-01-31, not as a spreadsheet's day numbers";

/// Whether a text can be the code of a currency, such as `usd`.
fn is_currency(text: &str) -> bool {
    (3..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Digits of a date; a value with more of them may be a telephone number.
const DIGITS_OF_A_DATE: usize = 8;

/// A value as a reason shows it: quoted, at most 40 characters. Letters other than those of codes in lower case
/// are shown as `x`, as a reason is published and any column may hold personal data by mistake; so are digits as `9`
/// where there are more than a date has, as in a telephone number.
pub(crate) fn shown(text: &str) -> String {
    let is_code = text.len() <= 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let masked = |c: char| match c {
        _ if is_code => c,
        c if c.is_alphabetic() => 'x',
        c if c.is_ascii_digit() && digits > DIGITS_OF_A_DATE => '9',
        c => c,
    };
    let mut shown: String = text.chars().take(40).map(masked).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
