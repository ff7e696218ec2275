//! One record of a raw file, JSON or CSV alike, with getters that say why a value cannot be read.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::dialect::FileDialect;
pub(crate) use crate::reason::Reason;
use crate::value;

mod nested;
mod typed;

pub(crate) use typed::shown;

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
    place: Place,
}

/// Where a record stands, by which it is known what it cannot do without.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// A record of a file: the contract of its object names the fields that are needed.
    File,
    /// A part of another record: the field that holds it, and the fields that are needed in it.
    Part(&'static str, &'static [&'static str]),
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
                place: Place::File,
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
            place: Place::File,
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

    /// The value in the column of that place.
    pub(crate) fn at(&self, place: usize) -> Option<Written<'_>> {
        match &self.fields {
            Fields::Json(members) => {
                let raw = members.get(place)?.1.get();
                (!matches!(raw, "null" | "\"\"")).then_some(Written::Json(raw))
            }
            Fields::Csv(header, values) => {
                let cell = self.cell(header, values, place)?;
                Some(Written::Text(without_formula(cell).unwrap_or(cell)))
            }
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
                .and_then(|at| self.cell(header, values, at))
                .map(|cell| match cell {
                    Cow::Borrowed(text) => Cow::Borrowed(without_formula(text).unwrap_or(text)),
                    Cow::Owned(text) => {
                        Cow::Owned(without_formula(text).unwrap_or(text).to_owned())
                    }
                }),
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
}

/// Microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) i64);

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) i32);

/// The text in a cell such as `="00123"`, by which exports stop spreadsheets from reading text as a number.
fn without_formula(cell: &str) -> Option<&str> {
    cell.trim().strip_prefix("=\"")?.strip_suffix('"')
}

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

#[cfg(test)]
mod tests;
