//! One record of a raw file, JSON or CSV alike, with getters that say why a value cannot be read.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::dialect::FileDialect;
pub(crate) use crate::reason::Reason;
use crate::value;

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

#[cfg(test)]
mod tests;
