//! Compares the keys of each raw table with those of the last published build: an object that lost many of them is
//! more likely cut off than true.

use std::collections::BTreeMap;

use tidemark_engine::Engine;
use tidemark_landing::{Landed, schema};
use tidemark_shared::api::{Finding, MeasuredTable, Severity};

use crate::{Failure, connections};

/// The share of its known keys that an object may lose.
pub(crate) const DEFAULT_MAX_SHRINK: f64 = 0.2;

/// The column that identifies a record, of the one table of an object that has all its records.
fn key_column(table: &str) -> Option<&'static str> {
    let tables = schema();
    let known = tables.iter().find(|known| known.name == table)?;
    let is_of_object = |other: &&tidemark_landing::TableSchema| {
        (other.source, other.object) == (known.source, known.object)
    };
    let first = tables.iter().find(is_of_object)?;
    // A table of reference is a whole that its owner edits.
    if known.source == "reference" || first.name != known.name {
        return None;
    }
    let column = known
        .columns
        .iter()
        .find(|column| column.name != "_ordinal")?;
    Some(column.name)
}

/// Counts the distinct keys of each table; deleted records are among them.
pub(crate) fn count_keys(engine: &Engine, tables: &mut [MeasuredTable]) -> Result<(), Failure> {
    for table in tables {
        if let Some(column) = key_column(&table.table) {
            let sql = format!(
                "select count(distinct {column}) as known_keys from {}",
                table.table
            );
            let row = engine.first_row(&table.table, &sql)?;
            table.keys = row.get("known_keys").and_then(serde_json::Value::as_u64);
        }
    }
    Ok(())
}

/// Records by `<source>__<object>` table that a pipeline marks as deleted, so that they are not among the rows.
fn deleted(landed: &Landed) -> BTreeMap<&'static str, u64> {
    let of = |table: &tidemark_landing::TableSchema| {
        let source = landed
            .sources
            .iter()
            .find(|known| known.source == table.source)?;
        let mut objects = source.objects.iter();
        let object = objects.find(|known| known.object == table.object)?;
        Some(object.deleted)
    };
    let counts = schema()
        .iter()
        .filter_map(|table| Some((table.name, of(table)?)));
    counts.collect()
}

/// A finding for each table that lost more keys than usual: an error where more than `most` of them, a share, are gone.
pub(crate) fn findings(
    before: &[MeasuredTable],
    now: &[MeasuredTable],
    landed: &Landed,
    most: f64,
) -> Vec<Finding> {
    let deleted = deleted(landed);
    let mut findings = Vec::new();
    for earlier in before {
        let Some(known) = earlier.keys.filter(|known| *known > 0) else {
            continue;
        };
        let mut tables = now.iter();
        let present = tables.find(|table| table.table == earlier.table);
        let present = present.and_then(|table| table.keys).unwrap_or_default();
        let deleted = deleted
            .get(earlier.table.as_str())
            .copied()
            .unwrap_or_default();
        if let Some(severity) = judge(known, present + deleted, most) {
            findings.push(finding(&earlier.table, known, present, severity, most));
        }
    }
    findings
}

/// How heavy it is that so many of the known keys are left; none if it is nothing.
fn judge(known: u64, left: u64, most: f64) -> Option<Severity> {
    let lost = known.saturating_sub(left) as f64 / known as f64;
    if lost > most {
        Some(Severity::Error)
    } else if lost > DEFAULT_MAX_SHRINK {
        Some(Severity::Warn)
    } else {
        None
    }
}

fn finding(table: &str, known: u64, left: u64, severity: Severity, most: f64) -> Finding {
    let (source, object) = table.split_once("__").unwrap_or((table, ""));
    let place = format!("{source} {object}");
    let counts = format!("{place} has {left} keys, and the last published build had {known}");
    let message = match severity {
        Severity::Warn => counts,
        Severity::Error => {
            let whole = if connections::is_source(source) {
                format!("run `tidemark sync {source} --full`, or export it again in full")
            } else {
                "export it again in full".to_owned()
            };
            let most = (most * 100.0).round();
            format!(
                "{counts}; at most {most} % may be lost: {whole}, or build once with --accept-shrink if this is right"
            )
        }
    };
    Finding {
        code: "shrunk".to_owned(),
        severity,
        place,
        message,
        count: known.saturating_sub(left),
        samples: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_share_of_the_known_keys_must_not_be_lost() {
        for (known, left, most, expected) in [
            (10, 8, 0.2, None),
            (10, 7, 0.2, Some(Severity::Error)),
            (666, 3, 0.2, Some(Severity::Error)),
            (666, 3, 1.0, Some(Severity::Warn)),
            (10, 7, 0.5, Some(Severity::Warn)),
            (10, 0, 0.99, Some(Severity::Error)),
            (10, 40, 0.0, None),
        ] {
            assert_eq!(judge(known, left, most), expected, "{left} of {known}");
        }
    }

    #[test]
    fn only_tables_of_whole_records_are_compared() {
        assert_eq!(key_column("stripe__customers"), Some("id"));
        assert_eq!(key_column("support__tickets"), Some("id"));
        assert_eq!(key_column("stripe__subscription_discounts"), None);
        assert_eq!(key_column("zendesk__organization_domains"), None);
        assert_eq!(key_column("reference__exchange_rates"), None);
    }
}
