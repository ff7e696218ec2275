//! The columns a pipeline adds to every table: what they say of a record's order, its end and its deletion.

use std::borrow::Cow;

use super::plan::Kind;
use super::write::{self, Leaf};
use super::{MARKS, Origin, starts_with};
use crate::record::{Reason, Record, Written};
use crate::value;

/// Columns of the pipeline itself, by place.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Stamps that order versions, the best first.
    stamps: Vec<usize>,
    deleted: Vec<usize>,
    /// False for a version that no longer holds; empty where nothing is stated.
    active: Option<usize>,
    end_is_deletion: bool,
    /// The whole record as JSON.
    wrapped: Option<usize>,
}

/// Whether a column, in lower case, is the pipeline's own.
pub(super) fn is_mark(lower: &str) -> bool {
    lower.starts_with("_ab_") || MARKS.iter().any(|(mark, _)| starts_with(lower, mark))
}

impl Marks {
    pub(super) fn of(kind: Kind, origin: Option<Origin>, columns: &[String]) -> Self {
        let place = |name: &str| {
            columns
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
        };
        let all = |names: &[&str]| names.iter().filter_map(|name| place(name)).collect();
        let stripe = origin.is_some() && kind.source == "stripe";
        let mut stamps: Vec<usize> = all(&[
            "_fivetran_start",
            "_fivetran_synced",
            "_airbyte_extracted_at",
            "_airbyte_emitted_at",
            "_dlt_load_id",
            "_sdc_sequence",
            "_sdc_extracted_at",
            "_sdc_received_at",
            "_sdc_batched_at",
        ]);
        // Airbyte adds the time of the event that changed the object.
        if stripe && origin == Some(Origin::Airbyte) {
            stamps.splice(0..0, place("updated"));
        }
        let mut deleted: Vec<usize> =
            all(&["_fivetran_deleted", "_ab_cdc_deleted_at", "_sdc_deleted_at"]);
        if stripe {
            deleted.extend(place("is_deleted"));
        }
        Self {
            stamps,
            deleted,
            active: place("_fivetran_active"),
            // A version of a subscription ends with the next one; elsewhere one that ends without a
            // successor was deleted, and one with a successor is not looked at again.
            end_is_deletion: kind.source != "stripe",
            wrapped: place("_airbyte_data"),
        }
    }

    /// The whole record where the pipeline keeps it as JSON in one column.
    pub(super) fn wrapped(&self, record: &Record<'_>) -> Option<Result<String, Reason>> {
        let column = self.wrapped?;
        Some(match write::leaf(record.at(column), true) {
            Leaf::Raw(raw) if raw.starts_with('{') => Ok(raw.into_owned()),
            Leaf::Null => Err(Reason::missing("_airbyte_data")),
            _ => Err(Reason::new("_airbyte_data is no JSON object")),
        })
    }

    /// Orders versions: by the pipeline's stamp, of equal ones the one that still holds last.
    pub(super) fn order(&self, record: &Record<'_>) -> Option<i64> {
        let holds = !self.has_ended(record);
        Some(self.stamp(record)?.saturating_mul(2) + i64::from(holds))
    }

    /// The pipeline's stamp in microseconds since the epoch.
    pub(super) fn stamp(&self, record: &Record<'_>) -> Option<i64> {
        let mut stamps = self.stamps.iter();
        stamps.find_map(|at| instant(&plain(record.at(*at)?)))
    }

    /// Whether the pipeline says that the record was deleted.
    pub(super) fn is_deleted(&self, record: &Record<'_>) -> bool {
        let marked = self.deleted.iter().any(|at| truth(record, *at));
        marked || self.end_is_deletion && self.has_ended(record)
    }

    /// Whether the pipeline says that the version no longer holds.
    fn has_ended(&self, record: &Record<'_>) -> bool {
        let active = self.active.and_then(|at| record.at(at));
        active.is_some_and(|active| value::boolean(&plain(active)) == Some(false))
    }
}

/// A scalar without its quotes.
pub(super) fn plain(value: Written<'_>) -> Cow<'_, str> {
    match value {
        Written::Text(text) => Cow::Borrowed(text.trim()),
        Written::Json(raw) => match serde_json::from_str::<String>(raw) {
            Ok(text) => Cow::Owned(text.trim().to_owned()),
            Err(_) => Cow::Borrowed(raw),
        },
    }
}

/// Whether a value is true, or tells when something became true.
fn truth(record: &Record<'_>, at: usize) -> bool {
    let value = record.at(at).map(plain);
    value.is_some_and(|text| value::boolean(&text).unwrap_or(true))
}

/// Microseconds since the epoch of a stamp: ISO 8601, or a number since the epoch.
fn instant(text: &str) -> Option<i64> {
    let is_written = |byte: u8| byte == b'-' || byte == b':';
    if text.bytes().skip(1).any(is_written) {
        value::instant(text)
    } else {
        value::epoch(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_every_pipeline() {
        let expected = Some(1_758_095_175_000_000);
        for text in [
            "2025-09-17 07:46:15",
            "2025-09-17T07:46:15Z",
            "1758095175000",
            "1758095175",
            "1758095175.0",
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
        assert_eq!(instant("soon"), None);
    }
}
