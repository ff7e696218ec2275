//! Facts of a case: each is a JSON object whose one key names the kind of fact.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::cells;
use super::outcome::Outcome;

/// Checks one fact.
///
/// # Errors
/// What was found instead.
///
/// # Panics
/// On a fact of an unknown kind: it would hold whatever the build does.
pub(super) fn check(fact: &Value, outcome: &Outcome) -> Result<(), String> {
    let fields = fact.as_object().expect("a fact is an object");
    let mut kinds = fields.keys().filter(|key| *key != "is");
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        panic!("a fact has one kind: {fact}");
    };
    let wanted = &fact[kind.as_str()];
    match kind.as_str() {
        "exit" => {
            let exit = outcome.exit.map_or(Value::Null, Value::from);
            cells::holds(cells::is_one_of(wanted, &exit), || format!("exit {exit}"))
        }
        "no_crash" => cells::holds(!outcome.has_crashed(), || "a crash".to_owned()),
        "text" => {
            let none = || "no such line of output, finding or failed check".to_owned();
            cells::holds(matching_line(wanted, outcome).is_some(), none)
        }
        "not_text" => match matching_line(wanted, outcome) {
            None => Ok(()),
            Some(line) => Err(line.to_owned()),
        },
        "quarantine" => quarantine(wanted, outcome),
        "snapshot" => {
            let found = outcome.snapshot;
            cells::holds(wanted == found, || found.to_owned())
        }
        "sum" | "rows" => cells::total(kind, wanted, &fact["is"], outcome),
        "customers" => cells::customers(wanted, outcome),
        "not_customers" => cells::not_customers(wanted, outcome),
        "mrr" => cells::mrr(wanted, outcome),
        "movements" => cells::movements(wanted, outcome),
        "not_published" => cells::not_published(&anchored(wanted), outcome),
        "any" => any(wanted, outcome),
        _ => panic!("there is no kind of fact named {kind}"),
    }
}

/// Holds if one fact, or all facts of one list, hold.
fn any(alternatives: &Value, outcome: &Outcome) -> Result<(), String> {
    let mut found = Vec::new();
    for alternative in alternatives.as_array().expect("a list of facts") {
        let facts = match alternative {
            Value::Array(facts) => facts.clone(),
            fact => vec![fact.clone()],
        };
        let failed: Vec<String> = facts
            .iter()
            .filter_map(|f| check(f, outcome).err())
            .collect();
        if failed.is_empty() {
            return Ok(());
        }
        found.push(failed.join("; "));
    }
    Err(format!("none of them: {}", found.join(" | ")))
}

fn pattern(text: &Value) -> Regex {
    let text = text.as_str().expect("a pattern");
    let built = RegexBuilder::new(text).case_insensitive(true).build();
    built.expect("a valid pattern")
}

/// A pattern that a whole cell must match, letter by letter.
fn anchored(text: &Value) -> Regex {
    let text = text.as_str().expect("a pattern");
    Regex::new(&format!("^(?:{text})$")).expect("a valid pattern")
}

/// The first message that matches every pattern of a list; a single pattern is also looked up in sample rows.
fn matching_line<'a>(wanted: &Value, outcome: &'a Outcome) -> Option<&'a str> {
    let (patterns, samples) = match wanted {
        Value::Array(patterns) => (patterns.iter().map(pattern).collect(), &[] as &[String]),
        one => (vec![pattern(one)], outcome.samples.as_slice()),
    };
    let mut lines = outcome.messages.iter().chain(samples);
    let found = lines.find(|line| patterns.iter().all(|pattern| pattern.is_match(line)));
    found.map(String::as_str)
}

fn quarantine(wanted: &Value, outcome: &Outcome) -> Result<(), String> {
    let reasons: Vec<&str> = outcome
        .quarantine
        .iter()
        .map(|row| row["reason"].as_str().unwrap_or_default())
        .collect();
    let (least, most, reason) = match wanted {
        Value::Object(limits) => (
            limits.get("min").and_then(Value::as_u64).unwrap_or(0),
            limits
                .get("max")
                .and_then(Value::as_u64)
                .unwrap_or(u64::MAX),
            limits.get("reason").map(pattern),
        ),
        count => {
            let count = count.as_u64().expect("a count");
            (count, count, None)
        }
    };
    let fits = |text: &&&str| match &reason {
        Some(reason) => reason.is_match(text),
        None => true,
    };
    let found = reasons.iter().filter(fits).count() as u64;
    let first: Vec<&&str> = reasons.iter().take(4).collect();
    cells::holds((least..=most).contains(&found), || {
        format!("{found} rows: {first:?}")
    })
}
