//! The sources and their tables: how far each reaches, and whether as much came in as usual.

use leptos::prelude::*;
use tidemark_shared::api::{
    CheckResult, Freshness, MeasuredTable, Outcome, QualityReport, SourceEntry, SourceState, Volume,
};
use tidemark_shared::format;

use super::source_name;
use crate::ui::{Cell, Column, counted, data_table, fold, section, span};

/// Id and title.
pub(super) const PART: (&str, &str) = ("sources", "Sources");

/// Every source, those without data last.
pub(super) fn part(sources: &[SourceEntry], report: &QualityReport) -> AnyView {
    let (missing, there): (Vec<_>, Vec<_>) = sources
        .iter()
        .partition(|source| source.status == SourceState::NotConnected);
    let there = there.into_iter().map(|source| connected(source, report));
    let items = there
        .chain(missing.into_iter().map(not_connected))
        .collect();
    let about = "What was read, how old the newest record is, and whether the volume is as usual (the median of the 8 periods before).";
    section(PART.0, PART.1, vec![], about.to_owned(), items)
}

fn not_connected(source: &SourceEntry) -> AnyView {
    view! {
        <div class="fold-line" data-testid=format!("source-{}", source.name)>
            <strong>{source_name(&source.name)}</strong>
            {span("badge", "not connected".to_owned())}
            {span("muted", absent(&source.name))}
        </div>
    }
    .into_any()
}

/// What it means that a source is not there.
fn absent(source: &str) -> String {
    let name = source_name(source);
    match source {
        "billing" | "crm" | "support" => {
            format!(
                "Optional: tables from any other {} system.",
                if source == "crm" { &name } else { source }
            )
        }
        _ => format!(
            "{name} is not connected: the raw folder has no files for it. Metrics that need it have no value."
        ),
    }
}

/// `stripe__invoices` is a table of `stripe`.
fn source_of(table: &str) -> &str {
    table.split_once("__").map_or(table, |(source, _)| source)
}

/// `stripe__invoice_lines` is called `invoice lines` below its source.
fn object_of(table: &str) -> String {
    let object = table.split_once("__").map_or(table, |(_, object)| object);
    object.replace('_', " ")
}

/// Whether a check of this kind did not pass on the table.
fn noticed(checks: &[CheckResult], table: &str, kind: &str) -> bool {
    checks
        .iter()
        .any(|c| c.target == table && c.kind == kind && c.outcome != Outcome::Pass)
}

fn connected(source: &SourceEntry, report: &QualityReport) -> AnyView {
    // What is promised and compared first.
    let own: Vec<&MeasuredTable> = [true, false]
        .into_iter()
        .flat_map(|judged| {
            report.tables.iter().filter(move |table| {
                source_of(&table.table) == source.name
                    && (table.freshness.is_some() || table.volume.is_some()) == judged
            })
        })
        .collect();
    let odd = |kind| own.iter().any(|t| noticed(&report.checks, &t.table, kind));
    let (class, state) = match source.status {
        SourceState::Stale => ("badge warn", "out of date"),
        _ if odd("freshness") => ("badge warn", "partly out of date"),
        _ if odd("volume_as_before") => ("badge warn", "unusual volume"),
        _ if source.data_through.is_none() => ("badge", "read"),
        _ => ("badge good", "fresh"),
    };
    let through = source
        .data_through
        .map_or_else(String::new, |day| format!("through {}", format::date(day)));
    let name = source_name(&source.name);
    let columns = [
        Column::text("Table"),
        Column::number("Newest record"),
        Column::number("Age"),
        Column::number("Expected within"),
        Column::number("New"),
        Column::number("Usual"),
        Column::number("Rows"),
    ];
    let rows = own.iter().map(|table| row(table, &report.checks)).collect();
    let table = data_table(format!("Tables of {name}"), &columns, rows);
    let summary = vec![
        view! { <strong>{name}</strong> }.into_any(),
        span(class, state.to_owned()),
        span("muted", through),
        span(
            "muted end",
            counted(&format::count(source.rows as i64), "record"),
        ),
    ];
    let id = format!("source-{}", source.name);
    fold(id, class == "badge warn", summary, vec![table])
}

fn row(table: &MeasuredTable, checks: &[CheckResult]) -> Vec<Cell> {
    let fresh = table.freshness.as_ref();
    let volume = table.volume.as_ref();
    let marked = |kind, text: String| match noticed(checks, &table.table, kind) {
        true => Cell::View(span("badge warn", text)),
        false => Cell::Text(text),
    };
    vec![
        object_of(&table.table).into(),
        day(fresh).into(),
        marked("freshness", age(fresh)),
        promise(fresh).into(),
        marked("volume_as_before", came(volume)),
        usual(volume).into(),
        format::count(table.rows as i64).into(),
    ]
}

fn day(fresh: Option<&Freshness>) -> String {
    let day = fresh.and_then(|fresh| fresh.newest_on);
    day.map_or_else(|| format::NO_VALUE.to_owned(), format::date)
}

fn age(fresh: Option<&Freshness>) -> String {
    match fresh.and_then(|fresh| fresh.age_days) {
        None => format::NO_VALUE.to_owned(),
        Some(0) => "same day".to_owned(),
        Some(days) => counted(&format::count(days), "day"),
    }
}

fn promise(fresh: Option<&Freshness>) -> String {
    let limit = fresh.and_then(|fresh| fresh.warn_after_days.or(fresh.error_after_days));
    limit.map_or_else(
        || format::NO_VALUE.to_owned(),
        |days| format!("within {}", counted(&format::count(days), "day")),
    )
}

fn came(volume: Option<&Volume>) -> String {
    volume.map_or_else(
        || format::NO_VALUE.to_owned(),
        |volume| {
            format!(
                "{} in {}",
                format::count(volume.last),
                counted(&format::count(volume.days), "day")
            )
        },
    )
}

fn usual(volume: Option<&Volume>) -> String {
    let usual = volume.and_then(|volume| volume.usual);
    usual.map_or_else(|| format::NO_VALUE.to_owned(), format::count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_as_a_reader_says_it() {
        assert_eq!(source_of("stripe__invoice_lines"), "stripe");
        assert_eq!(object_of("stripe__invoice_lines"), "invoice lines");
        let fresh = Freshness {
            newest_on: None,
            age_days: Some(1),
            warn_after_days: None,
            error_after_days: Some(5),
        };
        assert_eq!(age(Some(&fresh)), "1 day");
        assert_eq!(promise(Some(&fresh)), "within 5 days");
        assert_eq!(day(Some(&fresh)), format::NO_VALUE);
        assert_eq!(promise(None), format::NO_VALUE);
        let volume = Volume {
            days: 31,
            last: 1_204,
            usual: None,
        };
        assert_eq!(came(Some(&volume)), "1,204 in 31 days");
        assert_eq!(usual(Some(&volume)), format::NO_VALUE);
    }
}
