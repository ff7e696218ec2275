//! Schema drift: columns that are missing or new; new values of words that classify.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;

use crate::Landed;
use crate::findings::Finding;
use crate::objects::{OBJECTS, Object};
use crate::parse::Parsed;
use crate::schema::Table;

/// A column with more different values than this does not classify.
const MOST_VALUES: usize = 100;

/// What the raw files hold, to compare the next landing with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The fields of each object (`stripe customers`), each with the place where it was first seen.
    pub fields: BTreeMap<String, BTreeMap<String, String>>,
    /// The values of each column that only classifies (`salesforce Lead: lead_source`), and how many rows have each.
    pub values: BTreeMap<String, BTreeMap<String, u64>>,
}

/// What one object's files are watched for while they are joined.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    fields: BTreeMap<String, String>,
    whole: u64,
}

impl Watch {
    /// Takes in what a block showed.
    pub(crate) fn see(&mut self, parsed: &mut Parsed) {
        self.whole += parsed.shapes.whole;
        for (field, line) in std::mem::take(&mut parsed.shapes.fields) {
            self.field(field, || format!("{}:{line}", parsed.file));
        }
    }

    /// Takes in a field seen in a file.
    pub(crate) fn field(&mut self, field: String, place: impl FnOnce() -> String) {
        self.fields.entry(field).or_insert_with(place);
    }

    /// The fields seen, with their first places.
    pub(crate) fn into_fields(self) -> BTreeMap<String, String> {
        self.fields
    }

    /// Fields that the settings take from a column which no record has.
    pub(crate) fn unmapped(
        &self,
        object: &Object,
        fields: &BTreeMap<String, String>,
    ) -> Vec<Finding> {
        let lacking = fields.iter().filter(|(field, _)| {
            self.whole > 0
                && !self
                    .fields
                    .keys()
                    .any(|seen| seen.eq_ignore_ascii_case(field))
        });
        let told = lacking.map(|(field, column)| {
            let (source, name) = (object.source, object.name);
            Finding::error(
                source,
                name,
                "missing_column",
                format!(
                    "{source} {name} has no column {column}, which the settings take for {field}; \
                     correct {source}.fields.{name} in the settings, or export the column"
                ),
            )
        });
        told.collect()
    }

    /// What is wrong with the object's columns; `beside` are the objects that have files.
    pub(crate) fn findings(&self, object: &Object, beside: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        // CSV files were judged by their first lines.
        if self.whole > 0 {
            let fields: Vec<&str> = self.fields.keys().map(String::as_str).collect();
            let place = format!("{} {}", object.source, object.name);
            findings.extend(missing(object, &place, &fields, beside));
        }
        findings
    }
}

/// An error for each needed column that is not among `fields`; `place` is the object or the file that lacks it.
pub(crate) fn missing(
    object: &Object,
    place: &str,
    fields: &[&str],
    beside: &[&str],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for need in object.contract.needs {
        let has = |name: &str| fields.iter().any(|field| field.eq_ignore_ascii_case(name));
        let elsewhere = need.or_object.is_some_and(|other| beside.contains(&other));
        if elsewhere || need.names.iter().any(|name| has(name)) {
            continue;
        }
        let strange = fields.iter().filter(|field| !object.contract.knows(field));
        let like = strange
            .copied()
            .find(|field| need.names.iter().any(|name| alike(field, name)));
        let hint = like.map_or_else(String::new, |like| {
            format!(
                "; {like} looks like it: rename it back to {}",
                need.names[0]
            )
        });
        let beside = OBJECTS
            .iter()
            .find(|other| other.source == object.source && need.or_object == Some(other.name));
        let table = beside.map_or_else(String::new, |other| {
            let names: Vec<&str> = other.names().collect();
            let names = names.join(" or ");
            format!("; a table of its own may have it: {}/{names}", other.source)
        });
        findings.push(Finding::error(
            object.source,
            object.name,
            "missing_column",
            format!(
                "{place} has no column {}: expected {}, found {}{hint}{table}",
                need.names[0],
                need.names.join(" or "),
                fields.join(", ")
            ),
        ));
    }
    findings
}

/// Whether one name is likely another one, renamed: equal but for case and separators, or a letter or two apart.
fn alike(found: &str, expected: &str) -> bool {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (found, expected) = (plain(found), plain(expected));
    let typos = match expected.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    found == expected || strsim::damerau_levenshtein(&found, &expected) <= typos
}

/// Columns that only classify: a new value changes no rule, but somebody may want to know.
const CLASSIFYING: [(Table, &str); 12] = [
    (Table::StripeSubscriptions, "cancellation_reason"),
    (Table::StripeSubscriptions, "cancellation_feedback"),
    (Table::SalesforceAccounts, "account_source"),
    (Table::SalesforceAccounts, "industry"),
    (Table::SalesforceLeads, "lead_source"),
    (Table::SalesforceOpportunities, "stage_name"),
    (Table::ZendeskTickets, "priority"),
    (Table::ZendeskTickets, "channel"),
    (Table::BillingSubscriptionPeriods, "end_reason"),
    (Table::CrmAccounts, "source"),
    (Table::SupportTickets, "priority"),
    (Table::SupportTickets, "channel"),
];

/// The values of all classifying columns.
pub(crate) fn values(
    table: impl Fn(Table) -> Option<RecordBatch>,
) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut seen = BTreeMap::new();
    for (owner, column) in CLASSIFYING {
        let Some(batch) = table(owner) else { continue };
        let Some(texts) = batch.column_by_name(column) else {
            continue;
        };
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for text in texts.as_string::<i32>().iter().flatten() {
            *counts.entry(text).or_default() += 1;
        }
        if !counts.is_empty() && counts.len() <= MOST_VALUES {
            let schema = owner.schema();
            let counts = counts
                .into_iter()
                .map(|(text, rows)| (text.to_owned(), rows));
            seen.insert(
                format!("{} {}: {column}", schema.source, schema.object),
                counts.collect(),
            );
        }
    }
    seen
}

/// Names known before, of an object's fields or a column's values.
pub type Known = BTreeMap<String, BTreeSet<String>>;

/// Fields and values that an earlier landing of the same source did not have. What it had nothing of is new as a whole
/// and no drift.
pub fn new_since(fields: &Known, values: &Known, landed: &Landed) -> Vec<Finding> {
    let mut findings = Vec::new();
    for object in OBJECTS.iter().filter(|object| !object.closed) {
        let place = format!("{} {}", object.source, object.name);
        let (Some(before), Some(now)) = (fields.get(&place), landed.seen.fields.get(&place)) else {
            continue;
        };
        for (field, first) in now {
            if before.contains(field) || object.contract.knows(field) {
                continue;
            }
            findings.push(Finding::warn(
                object.source,
                object.name,
                "new_column",
                format!("{place} has a new column {field}; it stays in the raw files (first: {first}) and changes no number"),
            ));
        }
    }
    for (place, now) in &landed.seen.values {
        let Some(before) = values.get(place) else {
            continue;
        };
        let (source, object) = place.split_once(' ').unwrap_or((place, ""));
        let object = object.split(':').next().unwrap_or_default();
        for (value, rows) in now.iter().filter(|(value, _)| !before.contains(*value)) {
            findings.push(Finding::warn(
                source,
                object,
                "new_value",
                format!("{place} has a new value {value:?} in {rows} rows; it is kept as it is"),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_columns_are_recognised_and_others_are_not() {
        for (found, expected) in [
            ("customerId", "customer_id"),
            ("custmer_id", "customer_id"),
            ("CREATED", "created"),
            ("creatd", "created"),
            ("Monthly Amount", "monthly_amount"),
        ] {
            assert!(alike(found, expected), "{found} {expected}");
        }
        for (found, expected) in [
            ("uid", "id"),
            ("name", "rate"),
            ("customer_name", "customer_id"),
            ("updated", "created"),
        ] {
            assert!(!alike(found, expected), "{found} {expected}");
        }
    }
}
