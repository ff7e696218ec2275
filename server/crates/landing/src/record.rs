//! One record of a raw file, JSON or CSV alike, with getters that say why a value cannot be read.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::dialect::FileDialect;
use crate::number;
pub(crate) use crate::reason::Reason;
use crate::value;

/// The columns of a CSV file as its first line names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header(pub(crate) Vec<String>);

impl Header {
    /// The place of a column: by its exact name, else without regard to case.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        let exact = self.0.iter().position(|column| column == name);
        exact.or_else(|| {
            self.0
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
        })
    }
}

#[derive(Debug)]
enum Fields<'a> {
    Json(Vec<(Cow<'a, str>, &'a RawValue)>),
    Csv(&'a Header, Vec<Cow<'a, str>>),
}

/// A value as it stands in the file, neither null nor blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written<'r> {
    Json(&'r str),
    Text(&'r str),
}

/// A record; values stay text until they are asked for, so no number passes through a float.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    fields: Fields<'a>,
    file: &'a FileDialect,
}

/// The dialect of records that come from no file, such as those that are written here.
static NO_FILE: LazyLock<FileDialect> = LazyLock::new(FileDialect::default);

/// A member of a JSON object: its name borrowed where the text has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some((Name(name), raw)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, raw));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

impl<'a> Record<'a> {
    /// Reads the members of a JSON object.
    pub(crate) fn json(text: &'a str) -> Result<Self, Reason> {
        Self::json_in(text, &NO_FILE)
    }

    /// Reads the members of a JSON object of a file.
    pub(crate) fn json_in(text: &'a str, file: &'a FileDialect) -> Result<Self, Reason> {
        match serde_json::from_str::<Members<'a>>(text) {
            Ok(Members(members)) => Ok(Self {
                fields: Fields::Json(members),
                file,
            }),
            Err(error) if error.is_data() => Err(Reason::new("not a JSON object")),
            Err(error) => Err(Reason::new(format!("broken JSON: {error}"))),
        }
    }

    /// A CSV row under its header; the caller has compared the lengths.
    pub(crate) fn csv(
        header: &'a Header,
        values: Vec<Cow<'a, str>>,
        file: &'a FileDialect,
    ) -> Self {
        Self {
            fields: Fields::Csv(header, values),
            file,
        }
    }

    /// The header of a CSV record.
    pub(crate) fn header(&self) -> Option<&'a Header> {
        match &self.fields {
            Fields::Json(_) => None,
            Fields::Csv(header, _) => Some(header),
        }
    }

    /// The dialect of records that come from no file.
    pub(crate) fn no_file() -> &'static FileDialect {
        &NO_FILE
    }

    /// The dialect of the record's file.
    pub(crate) fn file(&self) -> &'a FileDialect {
        self.file
    }

    /// A text cell that is neither blank nor a word for a missing value.
    fn cell<'v>(
        &self,
        header: &Header,
        values: &'v [Cow<'a, str>],
        at: usize,
    ) -> Option<&'v Cow<'a, str>> {
        let text = values.get(at)?;
        let word = text.trim();
        let column = || header.0.get(at).map_or("", String::as_str);
        (!word.is_empty() && !self.file.is_null(column, word)).then_some(text)
    }

    /// The names of all columns, in the order of the file.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let (members, header): (&[_], &[String]) = match &self.fields {
            Fields::Json(members) => (members, &[]),
            Fields::Csv(header, _) => (&[], &header.0),
        };
        let members = members.iter().map(|(name, _)| name.as_ref());
        members.chain(header.iter().map(String::as_str))
    }

    /// Whether the name of any column begins with an underscore, as no vendor's does.
    pub(crate) fn has_underscored(&self) -> bool {
        let is_one = |name: &str| name.as_bytes().first() == Some(&b'_');
        match &self.fields {
            Fields::Json(members) => members.iter().any(|(name, _)| is_one(name)),
            Fields::Csv(header, _) => header.0.iter().any(|name| is_one(name)),
        }
    }

    /// The value in the column of that place.
    pub(crate) fn at(&self, place: usize) -> Option<Written<'_>> {
        match &self.fields {
            Fields::Json(members) => {
                let raw = members.get(place)?.1.get();
                (!matches!(raw, "null" | "\"\"")).then_some(Written::Json(raw))
            }
            Fields::Csv(header, values) => Some(Written::Text(self.cell(header, values, place)?)),
        }
    }

    /// The JSON value of a field, `None` if it is absent, null, or the record is CSV.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let Fields::Json(members) = &self.fields else {
            return None;
        };
        // The last of equal names counts, as everywhere in JSON.
        let exact = members.iter().rev().find(|(key, _)| key == name);
        let found = exact.or_else(|| {
            let same = |key: &str| key.eq_ignore_ascii_case(name);
            members.iter().rev().find(|(key, _)| same(key))
        });
        found.map(|(_, raw)| *raw).filter(|raw| raw.get() != "null")
    }

    /// Whether the field holds anything but null.
    pub(crate) fn has(&self, name: &str) -> bool {
        match &self.fields {
            Fields::Json(_) => self.raw(name).is_some(),
            Fields::Csv(..) => self.written(name).is_ok_and(|text| text.is_some()),
        }
    }

    /// A scalar as it is written; `None` if absent, null or blank.
    fn written(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        let text = match &self.fields {
            Fields::Csv(header, values) => header
                .position(name)
                .and_then(|at| self.cell(header, values, at).cloned()),
            Fields::Json(_) => match self.raw(name) {
                None => None,
                Some(raw) => Some(scalar(raw).map_err(|why| why.within(name).blaming(name))?),
            },
        };
        let text = text.filter(|text| !text.trim().is_empty());
        match &text {
            Some(text) if text.contains('\0') => {
                Err(Reason::new(format!("{name} holds a NUL character")))
            }
            _ => Ok(text),
        }
    }

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
    fn if_needed<T>(
        &self,
        name: &str,
        read: Result<Option<T>, Reason>,
    ) -> Result<Option<T>, Reason> {
        match read {
            Err(reason) if self.file.is_optional(name) => {
                self.file.drop_value(name, &reason);
                Ok(None)
            }
            read => read,
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

    /// A code such as a currency or a status, in lower case.
    pub(crate) fn code(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        Ok(self.word(name)?.map(|word| {
            if word.chars().any(char::is_uppercase) {
                Cow::Owned(word.to_lowercase())
            } else {
                word
            }
        }))
    }

    /// A code that must be one of a documented list.
    pub(crate) fn one_of(
        &self,
        name: &str,
        known: &[&str],
    ) -> Result<Option<Cow<'a, str>>, Reason> {
        let code = self.code(name)?;
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
        let instant = self.parsed(name, wrong, Some(DATES), |text| self.point_in_time(text))?;
        Ok(instant.map(Instant))
    }

    fn point_in_time(&self, text: &str) -> Option<i64> {
        let pattern = self.file.date_format();
        if let Some(instant) = pattern.and_then(|pattern| value::formatted(text, pattern)) {
            return Some(instant);
        }
        let is_written = |byte: u8| byte == b'-' || byte == b':';
        if text.trim().bytes().skip(1).any(is_written) {
            value::instant(text).or_else(|| value::point_date(text))
        } else {
            value::epoch(text).or_else(|| value::point_date(text))
        }
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

    /// A nested object; an empty one or another kind of value is an error only if it is no object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Record<'a>>, Reason> {
        match self.raw(name) {
            None => Ok(None),
            Some(raw) => {
                let read = Record::json_in(raw.get(), self.file)
                    .map(Some)
                    .map_err(|why| why.within(name).blaming(name));
                self.if_needed(name, read)
            }
        }
    }

    /// The id of something referred to: an id, or the whole object with its `id`.
    pub(crate) fn reference(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        match self.raw(name) {
            Some(raw) if is_object(raw) => {
                let object = Record::json(raw.get()).map_err(|why| why.within(name))?;
                object.word("id").map_err(|why| why.within(name))
            }
            _ => self.word(name),
        }
    }

    /// The elements of a JSON array, or of the `data` of a list object; empty if there is none.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<&'a RawValue>, Reason> {
        match self.raw(name) {
            None => Ok(Vec::new()),
            Some(raw) if is_object(raw) => {
                let list = Record::json(raw.get()).map_err(|why| why.within(name))?;
                match list.raw("data") {
                    None => Ok(Vec::new()),
                    Some(data) => elements(data).map_err(|why| why.within(name)),
                }
            }
            Some(raw) => elements(raw).map_err(|why| why.within(name).blaming(name)),
        }
    }

    /// The names of its fields, as written and in order; none for a CSV row, whose header says it for all.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let members = match &self.fields {
            Fields::Json(members) => members.as_slice(),
            Fields::Csv(..) => &[],
        };
        members.iter().map(|(name, _)| name.as_ref())
    }

    /// A truth value; `None` where it is not said.
    pub(crate) fn said(&self, name: &str) -> Result<Option<bool>, Reason> {
        self.parsed(name, "neither true nor false", None, value::boolean)
    }

    /// What a nested list says of its length. One that is not there at all is incomplete.
    pub(crate) fn extent(&self, name: &str) -> Result<Extent, Reason> {
        let Some(raw) = self.raw(name) else {
            return Ok(Extent::NOT_THERE);
        };
        if !is_object(raw) {
            return Ok(Extent::WHOLE);
        }
        let list = Record::json_in(raw.get(), self.file).map_err(|why| why.within(name))?;
        let more = list.said("has_more").map_err(|why| why.within(name))?;
        let total = list.int("total_count").map_err(|why| why.within(name))?;
        let listed = match list.raw("data") {
            Some(data) => elements(data).map_err(|why| why.within(name))?.len(),
            // A list of nothing may come without its `data`, but then it says that there is no more.
            None if more.is_none() => {
                return Ok(Extent {
                    total,
                    ..Extent::NOT_THERE
                });
            }
            None => 0,
        };
        let listed = i64::try_from(listed).unwrap_or(i64::MAX);
        Ok(Extent {
            incomplete: more == Some(true) || total.is_some_and(|total| total > listed),
            total,
        })
    }
}

/// What a nested list says of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// It is not there, or says that there is more of it.
    pub(crate) incomplete: bool,
    /// How many elements it says there are.
    pub(crate) total: Option<i64>,
}

impl Extent {
    const NOT_THERE: Self = Self {
        incomplete: true,
        total: None,
    };
    const WHOLE: Self = Self {
        incomplete: false,
        total: None,
    };
}

/// Microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) i64);

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) i32);

/// Whether the JSON value is an object.
pub(crate) fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

/// The elements of a JSON array.
pub(crate) fn elements(raw: &RawValue) -> Result<Vec<&RawValue>, Reason> {
    serde_json::from_str(raw.get()).map_err(|_| Reason::new("is no list"))
}

/// The text of a JSON scalar: a string without its quotes, a number or truth value as written.
pub(crate) fn scalar(raw: &RawValue) -> Result<Cow<'_, str>, Reason> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => {
            let inside = &text[1..text.len() - 1];
            if !inside.contains('\\') {
                return Ok(Cow::Borrowed(inside));
            }
            serde_json::from_str::<String>(text)
                .map(Cow::Owned)
                .map_err(|_| Reason::new("holds a broken escape"))
        }
        Some(b'{' | b'[') => Err(Reason::new("is nested where a single value belongs")),
        _ => Ok(Cow::Borrowed(text)),
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
const DATES: &str =
    "set date_format in the settings, such as \"%d/%m/%Y\", or export dates as 2026-01-31";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_shows_the_shape_of_a_value_and_no_person() {
        for (text, expected) in [
            ("31.02.2026", "31.02.2026"),
            ("49,90", "49,90"),
            ("past_due", "past_due"),
            ("First.Last@person.example", "xxxxx.xxxx@xxxxxx.xxxxxxx"),
            ("+44 20 7946 0958", "+99 99 9999 9999"),
            ("2026-13-01T10:00:00Z", "9999-99-99x99:99:99x"),
        ] {
            assert_eq!(shown(text), format!("\"{expected}\""));
        }
    }

    fn record(text: &str) -> Record<'_> {
        Record::json(text).unwrap()
    }

    #[test]
    fn numbers_keep_their_written_digits() {
        let r = record(r#"{"a": 25.005, "b": "1.0837", "c": 12.5, "d": 1e2, "e": "abc"}"#);
        assert_eq!(r.micros("a"), Ok(Some(25_005_000)));
        assert_eq!(r.fraction("b"), Ok(Some((10837, 10000))));
        assert_eq!(
            r.int("c").unwrap_err().text,
            "c is no whole number: \"12.5\""
        );
        assert_eq!(r.int("d"), Ok(Some(100)));
        assert!(
            r.micros("e")
                .unwrap_err()
                .text
                .starts_with("e is no number")
        );
        assert_eq!(r.int("absent"), Ok(None));
    }

    #[test]
    fn names_match_exactly_first_then_without_case() {
        let r = record(r#"{"ID": "x", "id": "y", "IsDeleted": true}"#);
        assert_eq!(r.key("id").unwrap(), "y");
        assert!(r.flag("isdeleted").unwrap());
        assert_eq!(record("{}").key("id").unwrap_err().text, "id is missing");
    }

    #[test]
    fn nested_values_and_lists() {
        let r = record(
            r#"{"c": {"id": "cus"}, "d": "cus2", "l": {"data": [1, 2], "has_more": true}, "m": {}, "n": [3]}"#,
        );
        assert_eq!(r.reference("c").unwrap().unwrap(), "cus");
        assert_eq!(r.reference("d").unwrap().unwrap(), "cus2");
        let incomplete = |name| r.extent(name).unwrap().incomplete;
        assert_eq!((r.list("l").unwrap().len(), incomplete("l")), (2, true));
        assert_eq!((r.list("m").unwrap().len(), incomplete("m")), (0, true));
        assert_eq!((incomplete("n"), incomplete("absent")), (false, true));
        assert_eq!(r.list("n").unwrap().len(), 1);
        assert!(r.list("d").is_err());
        assert!(r.text("c").is_err());
    }

    #[test]
    fn escapes_nul_and_broken_text() {
        let r = record(r#"{"a": "x\u00e9\"", "b": "x\u0000y", "c": "  ", "d": "\ud800"}"#);
        assert_eq!(r.text("a").unwrap().unwrap(), "xé\"");
        assert!(r.text("b").unwrap_err().text.contains("NUL"));
        assert_eq!(r.text("c"), Ok(None));
        assert!(r.text("d").is_err());
        assert!(
            Record::json("{\"a\":")
                .unwrap_err()
                .text
                .starts_with("broken JSON")
        );
        assert_eq!(Record::json("[1]").unwrap_err().text, "not a JSON object");
    }

    #[test]
    fn points_in_time() {
        let r = record(
            r#"{"a": 1758095175, "b": "2025-09-17T07:46:15Z", "c": "2026-02-30", "d": 1758095175000, "e": -5}"#,
        );
        assert_eq!(r.instant("a"), r.instant("b"));
        assert!(r.instant("c").is_err());
        assert_eq!(r.instant("d"), r.instant("a"), "milliseconds");
        assert_eq!(r.instant("e"), Ok(Some(Instant(-5_000_000))));
        assert!(r.date("c").is_err());
    }
}
