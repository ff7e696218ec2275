//! The parts of a record: nested objects, references and lists.
//!
//! A part is as forgiving as its record: a value in it that cannot be read costs itself, unless the
//! part cannot do without it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Place, Reason, Record, elements, is_object, scalar};

impl<'a> Record<'a> {
    /// A part of this record, which stands in `field` and needs the fields `needs`.
    pub(crate) fn part(
        &self,
        raw: &'a RawValue,
        field: &'static str,
        needs: &'static [&'static str],
    ) -> Result<Record<'a>, Reason> {
        let part = Record::json_in(raw.get(), self.file)?;
        Ok(Record {
            place: Place::Part(field, needs),
            ..part
        })
    }

    /// A nested object; an empty one or another kind of value is an error only if it is no object.
    pub(crate) fn object(&self, name: &'static str) -> Result<Option<Record<'a>>, Reason> {
        self.object_with(name, &[])
    }

    /// A nested object that cannot do without the fields `needs`.
    pub(crate) fn object_with(
        &self,
        name: &'static str,
        needs: &'static [&'static str],
    ) -> Result<Option<Record<'a>>, Reason> {
        match self.raw(name) {
            None => Ok(None),
            Some(raw) => {
                let read = self
                    .part(raw, name, needs)
                    .map(Some)
                    .map_err(|why| why.within(name).blaming(name));
                self.if_needed(name, read)
            }
        }
    }

    /// The id of something referred to: an id, or the whole object with its `id`.
    pub(crate) fn reference(&self, name: &'static str) -> Result<Option<Cow<'a, str>>, Reason> {
        match self.raw(name) {
            Some(raw) if is_object(raw) => {
                let id = self
                    .part(raw, name, &["id"])
                    .and_then(|part| part.word("id"));
                self.if_needed(name, id.map_err(|why| why.within(name)))
            }
            _ => self.word(name),
        }
    }

    /// The elements of a JSON array, or of the `data` of a list object; empty if there is none.
    pub(crate) fn list(&self, name: &'static str) -> Result<Vec<&'a RawValue>, Reason> {
        let read = match self.raw(name) {
            None => Ok(Vec::new()),
            Some(raw) if is_object(raw) => {
                self.part(raw, name, &[])
                    .and_then(|list| match list.raw("data") {
                        None => Ok(Vec::new()),
                        Some(data) => elements(data),
                    })
            }
            Some(raw) => elements(raw),
        };
        let read = read.map(Some);
        let read = read.map_err(|why| why.within(name).blaming(name));
        Ok(self.if_needed(name, read)?.unwrap_or_default())
    }

    /// What `read` gives of a part in `field`, nothing where that cannot be read and the record can do without it.
    pub(crate) fn optional<T>(
        &self,
        field: &str,
        read: Result<T, Reason>,
    ) -> Result<Option<T>, Reason> {
        self.if_needed(field, read.map(Some))
    }

    /// The plain values of a list, such as ids or domains; one that is none costs itself.
    pub(crate) fn plain_values(&self, name: &'static str) -> Result<Vec<Cow<'a, str>>, Reason> {
        let mut values = Vec::new();
        for raw in self.list(name)? {
            let value = scalar(raw).map_err(|why| why.within(name).blaming(name));
            values.extend(self.optional(name, value)?);
        }
        Ok(values)
    }

    /// What a nested list says of its length. One that is not there at all is incomplete.
    pub(crate) fn extent(&self, name: &'static str) -> Result<Extent, Reason> {
        let Some(raw) = self.raw(name) else {
            return Ok(Extent::NOT_THERE);
        };
        if !is_object(raw) {
            return Ok(Extent::WHOLE);
        }
        let list = self.part(raw, name, &[]).map_err(|why| why.within(name))?;
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
