//! One record of a raw file, JSON or CSV alike, with getters that say why a value cannot be read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(crate) use crate::reason::{Cell, Reason};
use crate::value;

/// The columns of a CSV file as its first line names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header(pub(crate) Vec<String>);

impl Header {
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
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
pub(crate) struct Record<'a>(Fields<'a>);

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
        match serde_json::from_str::<Members<'a>>(text) {
            Ok(Members(members)) => Ok(Self(Fields::Json(members))),
            Err(error) if error.is_data() => Err(Reason::new("not a JSON object")),
            Err(error) => Err(Reason::new(format!("broken JSON: {error}"))),
        }
    }

    /// A CSV row under its header; the caller has compared the lengths.
    pub(crate) fn csv(header: &'a Header, values: Vec<Cow<'a, str>>) -> Self {
        Self(Fields::Csv(header, values))
    }

    /// The names of all columns, in the order of the file.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let (members, header): (&[_], &[String]) = match &self.0 {
            Fields::Json(members) => (members, &[]),
            Fields::Csv(header, _) => (&[], &header.0),
        };
        let members = members.iter().map(|(name, _)| name.as_ref());
        members.chain(header.iter().map(String::as_str))
    }

    /// Whether the name of any column begins with an underscore, as no vendor's does.
    pub(crate) fn has_underscored(&self) -> bool {
        let is_one = |name: &str| name.as_bytes().first() == Some(&b'_');
        match &self.0 {
            Fields::Json(members) => members.iter().any(|(name, _)| is_one(name)),
            Fields::Csv(header, _) => header.0.iter().any(|name| is_one(name)),
        }
    }

    /// The value in the column of that place.
    pub(crate) fn at(&self, place: usize) -> Option<Written<'_>> {
        match &self.0 {
            Fields::Json(members) => {
                let raw = members.get(place)?.1.get();
                (!matches!(raw, "null" | "\"\"")).then_some(Written::Json(raw))
            }
            Fields::Csv(_, values) => {
                let text = values.get(place)?;
                (!text.trim().is_empty()).then_some(Written::Text(text))
            }
        }
    }

    /// The JSON value of a field, `None` if it is absent, null, or the record is CSV.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let Fields::Json(members) = &self.0 else {
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
        match &self.0 {
            Fields::Json(_) => self.raw(name).is_some(),
            Fields::Csv(..) => self.written(name).is_ok_and(|text| text.is_some()),
        }
    }

    /// A scalar as it is written; `None` if absent, null or blank.
    fn written(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        let text = match &self.0 {
            Fields::Csv(header, values) => {
                header.position(name).and_then(|at| values.get(at).cloned())
            }
            Fields::Json(_) => match self.raw(name) {
                None => None,
                Some(raw) => Some(scalar(raw).map_err(|why| {
                    why.within(name)
                        .blaming(name, "a single value", &shown(raw.get()))
                })?),
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

    fn parsed<T>(
        &self,
        name: &str,
        what: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        let Some(text) = self.written(name)? else {
            return Ok(None);
        };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => {
                let found = shown(&text);
                Err(Reason::new(format!("{name} is {what}: {found}"))
                    .blaming(name, expected, &found))
            }
        }
    }

    /// Free text as written.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        self.written(name)
    }

    /// Text that identifies or classifies, without surrounding blanks.
    pub(crate) fn word(&self, name: &str) -> Result<Option<Cow<'a, str>>, Reason> {
        Ok(self.written(name)?.map(|text| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
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
                Err(Reason::new(reason).blaming(name, &format!("one of {known}"), &found))
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
        self.parsed(name, "no whole number", "a whole number", |text| {
            let number = value::scaled(text, 0)?;
            number.exact.then_some(number.value)
        })
    }

    /// A number × 10^6, cut to that precision.
    pub(crate) fn micros(&self, name: &str) -> Result<Option<i64>, Reason> {
        Ok(self.decimal(name)?.map(|number| number.value))
    }

    /// A number × 10^6 and whether that is all of it.
    pub(crate) fn decimal(&self, name: &str) -> Result<Option<value::Scaled>, Reason> {
        self.parsed(name, "no number", "a number", |text| value::scaled(text, 6))
    }

    /// An exact fraction (numerator, power of ten).
    pub(crate) fn fraction(&self, name: &str) -> Result<Option<(i64, i64)>, Reason> {
        self.parsed(name, "no number", "a number", value::fraction)
    }

    /// A truth value; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Reason> {
        let flag = self.parsed(
            name,
            "neither true nor false",
            "true or false",
            value::boolean,
        )?;
        Ok(flag.unwrap_or(false))
    }

    /// An instant given as epoch seconds or ISO 8601, in microseconds.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Instant>, Reason> {
        let instant = self.parsed(
            name,
            "no possible point in time",
            "a point in time",
            |text| {
                if text
                    .trim()
                    .bytes()
                    .skip(1)
                    .any(|byte| byte == b'-' || byte == b':')
                {
                    value::instant(text)
                } else {
                    value::epoch_seconds(text)
                }
            },
        )?;
        Ok(instant.map(Instant))
    }

    /// A calendar date.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, Reason> {
        Ok(self
            .parsed(name, "no possible date", "a date", value::date)?
            .map(Date))
    }

    /// A nested object; an empty one or another kind of value is an error only if it is no object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Record<'a>>, Reason> {
        match self.raw(name) {
            None => Ok(None),
            Some(raw) => Record::json(raw.get()).map(Some).map_err(|why| {
                why.within(name)
                    .blaming(name, "an object", &shown(raw.get()))
            }),
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
            Some(raw) => elements(raw)
                .map_err(|why| why.within(name).blaming(name, "a list", &shown(raw.get()))),
        }
    }

    /// The names of its fields, as written and in order; none for a CSV row, whose header says it for all.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let members = match &self.0 {
            Fields::Json(members) => members.as_slice(),
            Fields::Csv(..) => &[],
        };
        members.iter().map(|(name, _)| name.as_ref())
    }

    /// Whether a nested list is not there, or says that more of it exists elsewhere.
    pub(crate) fn cut_off(&self, name: &str) -> Result<bool, Reason> {
        match self.raw(name) {
            None => Ok(true),
            Some(raw) if is_object(raw) => Record::json(raw.get())
                .and_then(|list| list.flag("has_more"))
                .map_err(|why| why.within(name)),
            _ => Ok(false),
        }
    }
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

/// A value as a reason shows it: quoted, at most 40 characters.
fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        None => format!("\"{text}\""),
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(r.micros("e").unwrap_err().text, "e is no number: \"abc\"");
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
        assert_eq!((r.list("l").unwrap().len(), r.cut_off("l")), (2, Ok(true)));
        assert_eq!((r.list("m").unwrap().len(), r.cut_off("m")), (0, Ok(false)));
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
        assert!(r.instant("d").is_err());
        assert_eq!(r.instant("e"), Ok(Some(Instant(-5_000_000))));
        assert!(r.date("c").is_err());
    }
}
