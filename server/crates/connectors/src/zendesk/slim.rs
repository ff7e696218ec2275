//! What of a record is written: ids, times, states and measures. What people wrote, and who they are beyond their e-mail, is not.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::SOURCE;
use crate::SyncError;

/// A field that is kept.
enum Field {
    /// As it is.
    Whole(&'static str),
    /// Of an object, only this field.
    Only(&'static str, &'static str),
}

use Field::{Only, Whole};

/// `via` names the sender, and a rating has a comment: only their codes are kept.
const TICKET: &[Field] = &[
    Whole("id"),
    Whole("external_id"),
    Whole("status"),
    Whole("custom_status_id"),
    Whole("type"),
    Whole("priority"),
    Only("via", "channel"),
    Only("satisfaction_rating", "score"),
    Whole("requester_id"),
    Whole("submitter_id"),
    Whole("assignee_id"),
    Whole("organization_id"),
    Whole("group_id"),
    Whole("brand_id"),
    Whole("ticket_form_id"),
    Whole("problem_id"),
    Whole("is_public"),
    Whole("tags"),
    Whole("created_at"),
    Whole("updated_at"),
    Whole("generated_timestamp"),
    Whole("metric_set"),
];

/// The domain of the e-mail says which customer a user belongs to.
const USER: &[Field] = &[
    Whole("id"),
    Whole("external_id"),
    Whole("email"),
    Whole("organization_id"),
    Whole("role"),
    Whole("active"),
    Whole("suspended"),
    Whole("created_at"),
    Whole("updated_at"),
];

const ORGANIZATION: &[Field] = &[
    Whole("id"),
    Whole("external_id"),
    Whole("name"),
    Whole("domain_names"),
    Whole("group_id"),
    Whole("tags"),
    Whole("created_at"),
    Whole("updated_at"),
    Whole("deleted_at"),
];

/// A record as Zendesk gave it, not yet read further.
#[derive(Deserialize)]
struct Record<'a>(#[serde(borrow)] Fields<'a>);

type Fields<'a> = HashMap<String, &'a RawValue>;

/// A record cut down to what is kept, and what else the pull needs of it.
#[derive(Debug)]
pub(super) struct Slim {
    /// One line of JSON.
    pub(super) text: String,
    /// A ticket's place in the export: when it last changed, by the system too, in seconds since 1970. Nothing public says it of users.
    pub(super) stamp: Option<i64>,
    /// Whether it is a ticket that is there, but has no metrics.
    pub(super) lacks_metrics: bool,
}

pub(super) fn ticket(raw: &RawValue) -> Result<Slim, SyncError> {
    cut(raw, TICKET, |record| {
        let deleted = record
            .get("status")
            .is_some_and(|status| status.get() == "\"deleted\"");
        let has_metrics = record
            .get("metric_set")
            .is_some_and(|set| set.get() != "null");
        !deleted && !has_metrics
    })
}

pub(super) fn user(raw: &RawValue) -> Result<Slim, SyncError> {
    cut(raw, USER, |_| false)
}

pub(super) fn organization(raw: &RawValue) -> Result<Slim, SyncError> {
    cut(raw, ORGANIZATION, |_| false)
}

fn cut(
    raw: &RawValue,
    fields: &[Field],
    lacks_metrics: fn(&Fields<'_>) -> bool,
) -> Result<Slim, SyncError> {
    let unread = |error: serde_json::Error| {
        SyncError::protocol(SOURCE, format!("a record is no object: {error}"))
    };
    let Record(record) = serde_json::from_str(raw.get()).map_err(unread)?;
    let mut text = String::from("{");
    for field in fields {
        let name = match field {
            Whole(name) | Only(name, _) => *name,
        };
        let Some(value) = record.get(name) else {
            continue;
        };
        if text.len() > 1 {
            text.push(',');
        }
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
        match field {
            Whole(_) => text.push_str(value.get()),
            Only(_, inner) => text.push_str(&only(value, inner)),
        }
    }
    text.push('}');
    let stamp = record
        .get("generated_timestamp")
        .and_then(|stamp| stamp.get().parse().ok());
    Ok(Slim {
        text,
        stamp,
        lacks_metrics: lacks_metrics(&record),
    })
}

/// An object with one of its fields; what is no object has none.
fn only(value: &RawValue, inner: &str) -> String {
    let object: Option<Record> = serde_json::from_str(value.get()).ok();
    match object.and_then(|Record(object)| object.get(inner).map(|value| value.get().to_owned())) {
        Some(value) => format!("{{\"{inner}\":{value}}}"),
        None => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_down(text: &str) -> Slim {
        ticket(&RawValue::from_string(text.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn only_what_is_named_is_kept_and_as_it_was() {
        let slim = cut_down(
            r#"{"subject":"s","id":12345678901234567890, "via":{"source":{"from":{"address":"a"}},"channel":"web"},
                "satisfaction_rating":{"score":"bad","comment":"c"},"tags":["a b"],"generated_timestamp":7,"\u0069d2":1,
                "custom_fields":[],"updated_at":null,"status":"open","metric_set":{"id":1}}"#,
        );
        assert_eq!(
            slim.text,
            r#"{"id":12345678901234567890,"status":"open","via":{"channel":"web"},"satisfaction_rating":{"score":"bad"},"tags":["a b"],"updated_at":null,"generated_timestamp":7,"metric_set":{"id":1}}"#
        );
        assert_eq!((slim.stamp, slim.lacks_metrics), (Some(7), false));
    }

    #[test]
    fn what_has_another_shape_than_expected_keeps_nothing_within() {
        assert_eq!(
            cut_down(r#"{"via":null,"satisfaction_rating":"text"}"#).text,
            r#"{"via":null,"satisfaction_rating":null}"#
        );
        assert_eq!(cut_down("{}").text, "{}");
    }

    #[test]
    fn a_ticket_that_is_there_has_metrics() {
        assert!(cut_down(r#"{"status":"open"}"#).lacks_metrics);
        assert!(cut_down(r#"{"status":"open","metric_set":null}"#).lacks_metrics);
        assert!(!cut_down(r#"{"status":"deleted"}"#).lacks_metrics);
    }
}
