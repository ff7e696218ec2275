//! Facts about the cells of published marts.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::{Value, json};

use super::outcome::{Outcome, Row};

/// Columns of `lifecycle_daily` that hold movements of MRR, with the kind of movement and of churn.
const MOVEMENTS: [(&str, &str, &str); 6] = [
    ("mrr_new", "new", ""),
    ("mrr_reactivation", "reactivation", ""),
    ("mrr_expansion", "expansion", ""),
    ("mrr_contraction", "contraction", ""),
    ("mrr_churn_voluntary", "churn", "voluntary"),
    ("mrr_churn_involuntary", "churn", "involuntary"),
];

/// `Ok` if a condition holds, else what was found.
pub(super) fn holds(condition: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(found()) }
}

/// Whether a value is the wanted one, or one of a list, as text.
pub(super) fn is_one_of(wanted: &Value, found: &Value) -> bool {
    match wanted {
        Value::Array(choices) => choices.iter().any(|choice| plain(choice) == plain(found)),
        one => plain(one) == plain(found),
    }
}

/// A value as a CSV cell shows it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_cell(wanted: &Value, cell: Option<&String>) -> bool {
    match cell {
        Some(cell) => is_one_of(wanted, &json!(cell)),
        None => false,
    }
}

fn mart<'a>(name: &str, outcome: &'a Outcome) -> Result<&'a [Row], String> {
    let marts = outcome.marts.as_ref().ok_or("nothing is published")?;
    marts
        .get(name)
        .map(Vec::as_slice)
        .ok_or_else(|| format!("no mart {name}"))
}

/// The number of rows that match, or the sum of a column over them.
pub(super) fn total(kind: &str, fact: &Value, is: &Value, outcome: &Outcome) -> Result<(), String> {
    let rows = mart(fact["mart"].as_str().expect("a mart"), outcome)?;
    let conditions = fact["where"].as_object().cloned().unwrap_or_default();
    let matching = rows.iter().filter(|row| {
        let mut conditions = conditions.iter();
        conditions.all(|(column, wanted)| is_cell(wanted, row.get(column)))
    });
    let found: i64 = if kind == "rows" {
        i64::try_from(matching.count()).expect("a count")
    } else {
        let column = fact["column"].as_str().expect("a column");
        matching.map(|row| number(row, column)).sum()
    };
    holds(is_one_of(is, &json!(found)), || found.to_string())
}

fn number(row: &Row, column: &str) -> i64 {
    let cell = row
        .get(column)
        .unwrap_or_else(|| panic!("there is no column {column}"));
    match cell.as_str() {
        "" => 0,
        digits => digits.parse().expect("a whole number"),
    }
}

/// Rows of the mart `customers` by id.
fn by_id(outcome: &Outcome) -> Result<BTreeMap<&str, &Row>, String> {
    let rows = mart("customers", outcome)?.iter();
    Ok(rows.map(|row| (row["customer_id"].as_str(), row)).collect())
}

/// Customers and columns of a fact, each with its value.
fn wanted_cells(fact: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let customers = fact.as_object().expect("customers by id").iter();
    customers.flat_map(|(id, columns)| {
        let columns = columns.as_object().expect("columns by name").iter();
        columns.map(move |(column, value)| (id, column, value))
    })
}

pub(super) fn customers(fact: &Value, outcome: &Outcome) -> Result<(), String> {
    let rows = by_id(outcome)?;
    let mut wrong = Vec::new();
    for (id, column, value) in wanted_cells(fact) {
        let cell = rows.get(id.as_str()).and_then(|row| row.get(column));
        if !is_cell(value, cell) {
            wrong.push(format!("{id}.{column} = {cell:?}"));
        }
    }
    holds(wrong.is_empty(), || wrong.join(", "))
}

pub(super) fn not_customers(fact: &Value, outcome: &Outcome) -> Result<(), String> {
    let Some(marts) = &outcome.marts else {
        return Ok(());
    };
    let rows = &marts["customers"];
    let mut wrong = Vec::new();
    for (id, column, value) in wanted_cells(fact) {
        let row = rows.iter().find(|row| row["customer_id"] == *id);
        if is_cell(value, row.and_then(|row| row.get(column))) {
            wrong.push(format!("{id}.{column} = {value}"));
        }
    }
    holds(wrong.is_empty(), || wrong.join(", "))
}

pub(super) fn mrr(fact: &Value, outcome: &Outcome) -> Result<(), String> {
    let wanted = fact.as_object().expect("MRR by customer").iter();
    let cells = wanted.map(|(id, value)| (id.clone(), json!({ "mrr": value })));
    customers(&Value::Object(cells.collect()), outcome)
}

/// No cell of any mart is such a text.
pub(super) fn not_published(pattern: &Regex, outcome: &Outcome) -> Result<(), String> {
    let mut found = BTreeSet::new();
    for (name, rows) in outcome.marts.iter().flatten() {
        for (column, value) in rows.iter().flatten() {
            if !value.is_empty() && pattern.is_match(value) {
                found.insert(format!("{name}.{column} = {value:?}"));
            }
        }
    }
    holds(found.is_empty(), || format!("{found:?}"))
}

/// A movement: day, customer, kind, amount, and for churn its kind and reason where the case gives them.
struct Movement<'a> {
    day: &'a str,
    customer: &'a str,
    kind: &'a str,
    amount: i64,
    churn: Option<&'a str>,
    reason: Option<&'a str>,
}

impl<'a> Movement<'a> {
    fn of(fact: &'a Value) -> Self {
        let text = |at: usize| fact[at].as_str().expect("a text");
        Self {
            day: text(0),
            customer: text(1),
            kind: text(2),
            amount: fact[3].as_i64().expect("an amount"),
            churn: fact[4].as_str(),
            reason: fact[5].as_str(),
        }
    }
}

/// Exactly these movements exist: per day and kind in `lifecycle_daily`, per customer in `customer_events`.
pub(super) fn movements(fact: &Value, outcome: &Outcome) -> Result<(), String> {
    let wanted = fact.as_array().expect("a list of movements");
    let wanted: Vec<Movement<'_>> = wanted.iter().map(Movement::of).collect();
    let mut wrong = daily(&wanted, mart("lifecycle_daily", outcome)?);
    wrong.extend(by_customer(&wanted, mart("customer_events", outcome)?));
    holds(wrong.is_empty(), || wrong.join("; "))
}

fn daily(wanted: &[Movement<'_>], rows: &[Row]) -> Vec<String> {
    let mut differences: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in rows {
        for (column, kind, _) in MOVEMENTS {
            *differences.entry((row["day"].as_str(), kind)).or_default() += number(row, column);
        }
    }
    for movement in wanted {
        *differences
            .entry((movement.day, movement.kind))
            .or_default() -= movement.amount;
    }
    let differing = differences.into_iter().filter(|(_, amount)| *amount != 0);
    let line = |((day, kind), amount)| format!("lifecycle_daily {day} {kind}: {amount:+} too much");
    differing.map(line).collect()
}

fn by_customer(wanted: &[Movement<'_>], rows: &[Row]) -> Vec<String> {
    let mut found: BTreeMap<(&str, &str, &str), (i64, &str, &str)> = BTreeMap::new();
    for row in rows {
        let known = MOVEMENTS
            .iter()
            .find(|(column, ..)| row["measure"] == *column);
        if let Some((_, kind, churn)) = known {
            let key = (row["day"].as_str(), row["customer_id"].as_str(), *kind);
            let entry = found.entry(key).or_default();
            *entry = (
                entry.0 + number(row, "value"),
                *churn,
                row["detail"].as_str(),
            );
        }
    }
    let mut wrong = Vec::new();
    for movement in wanted {
        let key = (movement.day, movement.customer, movement.kind);
        let Some((amount, churn, reason)) = found.remove(&key) else {
            wrong.push(format!("{key:?} is missing"));
            continue;
        };
        let is_same = amount == movement.amount
            && movement.churn.unwrap_or(churn) == churn
            && movement.reason.unwrap_or(reason) == reason;
        if !is_same {
            wrong.push(format!("{key:?} is {amount} {churn} {reason}"));
        }
    }
    wrong.extend(
        found
            .iter()
            .map(|(key, value)| format!("{key:?} {value:?} is unexpected")),
    );
    wrong
}
