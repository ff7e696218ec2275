//! How the columns of one table are put into the vendor's shape; made once, followed for every record.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::lists::{LISTS, Lists};
use super::names::{self, snake};
use super::write::{self, Leaf};
use super::{MARKS, Origin, Translated, starts_with};
use crate::contract::Contract;
use crate::objects::Object;
use crate::record::{Reason, Record, Written};
use crate::value;

/// What the rows of a table are: an object of a source, or elements of a list inside one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) source: &'static str,
    /// The object's name, or the list's.
    pub(super) name: &'static str,
    /// The object whose fields its columns stand for.
    pub(super) fields_of: &'static str,
    /// The fields to take; all where there is no contract.
    pub(super) contract: Option<&'static Contract>,
}

impl Kind {
    pub(super) fn of(object: &'static Object) -> Self {
        Self {
            source: object.source,
            name: object.name,
            fields_of: object.name,
            contract: Some(object.contract),
        }
    }

    pub(super) fn is(&self, object: &Object) -> bool {
        (self.source, self.name) == (object.source, object.name)
    }
}

/// A field of the vendor's object and where its value comes from.
#[derive(Debug)]
struct Step {
    path: Vec<String>,
    from: Content,
}

#[derive(Debug)]
enum Content {
    /// The first of these columns that has a value; none where a column is not read.
    Columns(Vec<usize>),
    /// The rows of a table of its own that name what this column holds.
    List { list: usize, key: usize },
}

/// Columns of the pipeline itself, by place.
#[derive(Debug, Default)]
struct Marks {
    /// Stamps that order versions, the best first.
    stamps: Vec<usize>,
    deleted: Vec<usize>,
    /// False for a version that no longer holds.
    active: Option<usize>,
    /// The whole record as JSON.
    wrapped: Option<usize>,
}

/// How to read the records of one set of columns.
#[derive(Debug)]
pub(super) struct Plan {
    kind: Kind,
    origin: Option<Origin>,
    columns: Vec<String>,
    steps: Vec<Step>,
    marks: Marks,
    /// The vendor's stamp if no column has it: the pipeline's stands for it.
    stamp: Option<&'static str>,
    renamed: Arc<[(String, String)]>,
}

impl Plan {
    pub(super) fn new(
        kind: Kind,
        origin: Option<Origin>,
        columns: Vec<String>,
        mapped: Option<&BTreeMap<String, String>>,
        account_id_key: &str,
        lists: &Lists,
    ) -> Self {
        // By path: columns with their rank, the field's own name before other spellings.
        let mut found: BTreeMap<Vec<String>, Vec<(bool, usize)>> = BTreeMap::new();
        let mut unread = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let lower = column.to_lowercase();
            if is_mark(&lower)
                || origin.is_some() && kind.source == "stripe" && lower == "is_deleted"
            {
                continue;
            }
            let names_it = |name: &String| {
                name.eq_ignore_ascii_case(column) || origin.is_some() && snake(name) == lower
            };
            let mapping = mapped
                .into_iter()
                .flatten()
                .find(|(_, name)| names_it(name));
            if let Some((field, _)) = mapping {
                found
                    .entry(vec![field.clone()])
                    .or_default()
                    .push((false, at));
                continue;
            }
            match names::field(kind.fields_of, kind.contract, account_id_key, column) {
                Some((path, _)) if mapped.is_some_and(|mapped| mapped.contains_key(&path[0])) => {}
                Some((path, _)) if lists.lacks(kind, origin, &path) => {}
                Some((path, own)) => found.entry(path).or_default().push((!own, at)),
                None => unread.push(column.clone()),
            }
        }
        let mut steps: Vec<Step> = found
            .into_iter()
            .map(|(path, mut from)| {
                from.sort_unstable();
                let columns = from.into_iter().map(|(_, at)| at).collect();
                let from = Content::Columns(columns);
                Step { path, from }
            })
            .collect();
        let renamed = steps.iter().filter_map(|step| match &step.from {
            Content::Columns(from) => {
                let column = columns.get(*from.first()?)?;
                let is_own = step.path.len() == 1 && step.path[0].eq_ignore_ascii_case(column);
                (!is_own).then(|| (step.path.join("."), column.clone()))
            }
            Content::List { .. } => None,
        });
        let renamed = renamed.collect();
        for (list, key) in lists.of(kind, origin, &columns) {
            let path: Vec<String> = LISTS[list]
                .path
                .iter()
                .map(|part| (*part).to_owned())
                .collect();
            steps.retain(|step| !step.path.starts_with(&path));
            let from = Content::List { list, key };
            steps.push(Step { path, from });
        }
        // What is not read is named all the same, so that a new column is noticed.
        for column in unread {
            if steps.iter().all(|step| step.path[0] != column) {
                let from = Content::Columns(Vec::new());
                steps.push(Step {
                    path: vec![column],
                    from,
                });
            }
        }
        steps.sort_by(|a, b| a.path.cmp(&b.path));
        // A value and parts of it cannot both stand: the value was there first.
        steps.dedup_by(|later, earlier| later.path.starts_with(&earlier.path));
        let stamps: &[&str] = match kind.source {
            "salesforce" => &["SystemModstamp", "LastModifiedDate"],
            "zendesk" if LISTS.iter().all(|list| list.name != kind.name) => &["updated_at"],
            _ => &[],
        };
        let has = |name: &&str| steps.iter().any(|step| step.path[0] == **name);
        let stamp = (!stamps.iter().any(has))
            .then(|| stamps.first().copied())
            .flatten();
        Self {
            marks: marks(kind, origin, &columns),
            kind,
            origin,
            columns,
            steps,
            stamp,
            renamed,
        }
    }

    /// Whether this is the plan for such a record.
    pub(super) fn fits(&self, kind: Kind, origin: Option<Origin>, record: &Record<'_>) -> bool {
        (self.kind.source, self.kind.name, self.origin) == (kind.source, kind.name, origin)
            && self.columns.iter().map(String::as_str).eq(record.columns())
    }

    /// The whole record where the pipeline keeps it as JSON in one column.
    pub(super) fn wrapped(&self, record: &Record<'_>) -> Option<Result<String, Reason>> {
        let column = self.marks.wrapped?;
        Some(match write::leaf(record.at(column), true) {
            Leaf::Raw(raw) if raw.starts_with('{') => Ok(raw.into_owned()),
            Leaf::Null => Err(Reason::missing("_airbyte_data")),
            _ => Err(Reason::new("_airbyte_data is no JSON object")),
        })
    }

    /// Orders versions: by the pipeline's stamp, of equal ones the one that still holds last.
    pub(super) fn order(&self, record: &Record<'_>) -> Option<i64> {
        let holds = self.marks.active.is_none_or(|at| truth(record, at));
        Some(self.stamp(record)?.saturating_mul(2) + i64::from(holds))
    }

    /// The pipeline's stamp in microseconds since the epoch.
    fn stamp(&self, record: &Record<'_>) -> Option<i64> {
        self.marks
            .stamps
            .iter()
            .find_map(|at| instant(&plain(record.at(*at)?)))
    }

    /// Whether the pipeline says that the record was deleted.
    pub(super) fn is_deleted(&self, record: &Record<'_>) -> bool {
        let inactive = self.marks.active.is_some_and(|at| !truth(record, at));
        // A version of a subscription ends with the next one; elsewhere one that ends without a
        // successor was deleted, and one with a successor is not looked at again.
        self.marks.deleted.iter().any(|at| truth(record, *at))
            || inactive && self.kind.source != "stripe"
    }

    /// The record in the vendor's shape.
    pub(super) fn translate(
        &self,
        record: &Record<'_>,
        lists: &Lists,
    ) -> Result<Translated, Reason> {
        let leaves: Vec<(&[String], Leaf<'_>)> = self
            .steps
            .iter()
            .map(|step| {
                let value = match &step.from {
                    Content::Columns(columns) => {
                        let value = columns.iter().find_map(|at| record.at(*at));
                        write::leaf(value, names::is_nested(&step.path))
                    }
                    Content::List { list, key } => {
                        let key = record.at(*key).map(plain);
                        lists.rows(*list, key.as_deref())
                    }
                };
                (step.path.as_slice(), value)
            })
            .collect();
        let mut text = String::with_capacity(512);
        write::object(&mut text, &leaves, 0);
        let mut stub = None;
        if self.is_deleted(record) {
            match (self.kind.source, self.kind.name) {
                ("stripe", "subscription_items") | ("zendesk", "organizations" | "users") => {
                    write::member(&mut text, "deleted", "true");
                }
                ("salesforce", _) => write::member(&mut text, "IsDeleted", "true"),
                ("zendesk", "tickets") => write::member(&mut text, "status", "\"deleted\""),
                ("zendesk", _) => {}
                ("stripe", name) if name != "invoice_line_items" => {
                    let id = leaves.iter().find(|(path, _)| *path == ["id"]);
                    stub = id.map(|id| {
                        let mut stub = String::new();
                        write::object(&mut stub, std::slice::from_ref(id), 0);
                        write::member(&mut stub, "deleted", "true");
                        stub
                    });
                }
                _ => {
                    let who = self.origin.map_or("the pipeline", Origin::name);
                    let reason = format!("{who} says that it was deleted, so it does not count");
                    return Err(Reason::new(reason));
                }
            }
        }
        if let Some((name, stamp)) = self.stamp.zip(self.stamp(record)) {
            let seconds = format!(
                "{}.{:06}",
                stamp.div_euclid(1_000_000),
                stamp.rem_euclid(1_000_000)
            );
            write::member(&mut text, name, &seconds);
        }
        Ok(Translated {
            origin: self.origin,
            text,
            stub,
            order: self.order(record),
            renamed: Arc::clone(&self.renamed),
        })
    }
}

fn is_mark(lower: &str) -> bool {
    lower.starts_with("_ab_") || MARKS.iter().any(|(mark, _)| starts_with(lower, mark))
}

fn marks(kind: Kind, origin: Option<Origin>, columns: &[String]) -> Marks {
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
    ]);
    // Airbyte adds the time of the event that changed the object.
    if stripe && origin == Some(Origin::Airbyte) {
        stamps.splice(0..0, place("updated"));
    }
    let mut deleted: Vec<usize> = all(&["_fivetran_deleted", "_ab_cdc_deleted_at"]);
    if stripe {
        deleted.extend(place("is_deleted"));
    }
    Marks {
        stamps,
        deleted,
        active: place("_fivetran_active"),
        wrapped: place("_airbyte_data"),
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

/// Microseconds since the epoch of a stamp: ISO 8601, seconds, or milliseconds.
fn instant(text: &str) -> Option<i64> {
    /// Seconds beyond the year 5000: such a number counts milliseconds.
    const LATEST: i64 = 100_000_000_000;
    if text
        .bytes()
        .skip(1)
        .any(|byte| byte == b'-' || byte == b':')
    {
        return value::instant(text);
    }
    let micros = value::scaled(text, 6)?.value;
    Some(if micros / 1_000_000 > LATEST {
        micros / 1000
    } else {
        micros
    })
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
