//! How the columns of one table are put into the vendor's shape; made once, followed for every record.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lists::LISTS;
use super::marks::{Marks, is_mark, plain};
use super::names::{self, snake};
use super::rows::{KEY_MARK, Lists};
use super::write::{self, Leaf};
use super::{Mapping, Origin, Translated};
use crate::contract::Contract;
use crate::objects::Object;
use crate::record::{Reason, Record};

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
    /// Words of the file, in lower case, and what they stand for.
    words: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Content {
    /// The first of these columns that has a value; none where a column is not read.
    Columns(Vec<usize>),
    /// The rows of a table of its own that name what this column holds.
    List { list: usize, key: Vec<usize> },
}

/// How the summary names records that stay with a mark.
const MARKED_AS_DELETED: &str = "records that the pipeline marks as deleted or ended";

/// How to read the records of one set of columns.
#[derive(Debug)]
pub(super) struct Plan {
    kind: Kind,
    origin: Option<Origin>,
    columns: Vec<String>,
    steps: Vec<Step>,
    pub(super) marks: Marks,
    /// The vendor's stamp if no column has it: the pipeline's stands for it.
    stamp: Option<&'static str>,
    renamed: Arc<[(String, String)]>,
}

impl Plan {
    pub(super) fn new(
        kind: Kind,
        origin: Option<Origin>,
        columns: Vec<String>,
        mapping: Option<Mapping<'_>>,
        account_id_key: &str,
        lists: &Lists,
    ) -> Self {
        let mapped = mapping.map(|mapping| mapping.fields);
        let words = |path: &[String]| -> BTreeMap<String, String> {
            let words = mapping.and_then(|mapping| mapping.words.get(path.last()?));
            let pairs = words.into_iter().flatten();
            pairs
                .map(|(theirs, ours)| (theirs.trim().to_lowercase(), ours.clone()))
                .collect()
        };
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
            // One column may stand for several fields.
            let fields = mapped
                .into_iter()
                .flatten()
                .filter(|(_, name)| names_it(name));
            let mut is_taken = false;
            for (field, _) in fields {
                let path: Vec<String> = field.split('.').map(str::to_owned).collect();
                found.entry(path).or_default().push((false, at));
                is_taken = true;
            }
            if is_taken {
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
                let words = words(&path);
                Step { path, from, words }
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
            steps.push(Step {
                path,
                from: Content::List { list, key },
                words: BTreeMap::new(),
            });
        }
        // What is not read is named all the same, so that a new column is noticed.
        for column in unread {
            if steps.iter().all(|step| step.path[0] != column) {
                steps.push(Step {
                    path: vec![column],
                    from: Content::Columns(Vec::new()),
                    words: BTreeMap::new(),
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
            marks: Marks::of(kind, origin, &columns),
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
                        match value.and_then(|value| step.words.get(&plain(value).to_lowercase())) {
                            Some(word) if word.is_empty() => Leaf::Null,
                            Some(word) => Leaf::Text(word),
                            None => write::leaf(value, names::is_nested(&step.path)),
                        }
                    }
                    Content::List { list, key } => {
                        let parts = key.iter().map(|at| record.at(*at).map(plain));
                        let parts: Option<Vec<_>> = parts.collect();
                        lists.rows(*list, parts.map(|parts| parts.join(KEY_MARK)).as_deref())
                    }
                };
                (step.path.as_slice(), value)
            })
            .collect();
        let mut text = String::with_capacity(512);
        write::object(&mut text, &leaves, 0);
        let mut stub = None;
        let mut is_removed = false;
        let is_deleted = self.marks.is_deleted(record);
        if is_deleted {
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
                _ => is_removed = true,
            }
        }
        if let Some((name, stamp)) = self.stamp.zip(self.marks.stamp(record)) {
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
            is_removed,
            marked: (is_deleted && !is_removed).then_some(MARKED_AS_DELETED),
            order: self.marks.order(record),
            renamed: Arc::clone(&self.renamed),
        })
    }
}
