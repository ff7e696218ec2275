//! The sources of a snapshot: how far each reaches, how long before the day of the data that is,
//! and what that means.

use chrono::NaiveDate;
use leptos::prelude::*;
use tidemark_shared::api::{Manifest, SourceEntry, SourceState};
use tidemark_shared::format;

use crate::ui::{Cell, Column, capitalized, counted, data_table, span};

/// A source as people write it.
pub(crate) fn source_name(source: &str) -> String {
    match source {
        "crm" => "CRM".to_owned(),
        _ => capitalized(source),
    }
}

/// One row per source that is there, and a line that names the others.
pub(super) fn sources_table(manifest: &Manifest) -> AnyView {
    let columns = [
        Column::text("Source"),
        Column::text("State"),
        Column::number("Newest record"),
        Column::number("Age"),
        Column::number("Records"),
    ];
    let row = |source: &SourceEntry| {
        let (class, state) = match source.status {
            SourceState::Stale => ("badge warn", "out of date"),
            _ => ("badge good", "fresh"),
        };
        vec![
            source_name(&source.name).into(),
            Cell::View(span(class, state.to_owned())),
            source.data_through.map_or_else(none, format::date).into(),
            source
                .data_through
                .map_or_else(none, |day| age(day, manifest.as_of))
                .into(),
            format::count(i64::try_from(source.rows).unwrap_or(i64::MAX)).into(),
        ]
    };
    let here = |source: &&SourceEntry| source.status != SourceState::NotConnected;
    let rows = manifest.sources.iter().filter(here).map(row).collect();
    let away = manifest.sources.iter().filter(|source| !here(source));
    let away: Vec<String> = away.map(|source| source_name(&source.name)).collect();
    let table = data_table("Sources of these numbers".to_owned(), &columns, rows);
    let away = (!away.is_empty()).then(|| {
        let text = format!("Not connected: {}.", away.join(", "));
        view! { <p class="panel-section explain muted">{text}</p> }
    });
    view! { {table} {away} }.into_any()
}

fn none() -> String {
    format::NO_VALUE.to_owned()
}

/// How long before the day of the data a source ends: `same day`, `3 days`.
fn age(through: NaiveDate, as_of: NaiveDate) -> String {
    match as_of.signed_duration_since(through).num_days() {
        ..=0 => "same day".to_owned(),
        days => counted(&format::count(days), "day"),
    }
}

/// Which sources are out of date and since when; none if none is.
pub(super) fn stale_text(manifest: &Manifest) -> Option<String> {
    let describe = |source: &SourceEntry| {
        let name = source_name(&source.name);
        match source.data_through {
            Some(day) => format!(
                "{name}: newest record is from {}, {} before the day of the data",
                format::date(day),
                age(day, manifest.as_of)
            ),
            None => format!("{name} has no records"),
        }
    };
    let stale = manifest
        .sources
        .iter()
        .filter(|source| source.status == SourceState::Stale);
    let texts: Vec<String> = stale.map(describe).collect();
    (!texts.is_empty()).then(|| format!("{}.", texts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidemark_shared::date::parse_iso;

    #[test]
    fn an_age_is_counted_back_from_the_day_of_the_data() {
        let day = |text| parse_iso(text).expect("a date");
        let as_of = day("2026-11-24");
        assert_eq!(age(as_of, as_of), "same day");
        assert_eq!(age(day("2026-11-25"), as_of), "same day");
        assert_eq!(age(day("2026-11-23"), as_of), "1 day");
        assert_eq!(age(day("2026-10-24"), as_of), "31 days");
    }
}
