//! A tiny company for the tests of drawings.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use tidemark_shared::columns::{Column, TextColumn};
use tidemark_shared::date::{parse_iso, to_days};
use tidemark_shared::engine::{CohortTable, Dataset, Evaluation, Marts, RetentionData, cohorts};
use tidemark_shared::format::Formatter;
use tidemark_shared::mart::{self, ColumnType};
use tidemark_shared::view::{Filters, Span, parse};
use tidemark_shared::{Columns, Dimension};

use super::{Ink, Palette};

pub(crate) fn day(text: &str) -> NaiveDate {
    parse_iso(text).expect("a date")
}

/// A row that names only what is not zero: dates by column, plan, numbers by column.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a [(&'a str, i64)]);

fn mart_of(name: &str, rows: &[Row<'_>]) -> Columns {
    let spec = mart::find(name).expect("a mart");
    let columns = spec
        .columns
        .iter()
        .map(|column| match column.column_type {
            ColumnType::Date => Column::Date(
                rows.iter()
                    .map(|row| {
                        let date = row
                            .0
                            .iter()
                            .find(|(key, _)| *key == column.name)
                            .expect("its date")
                            .1;
                        to_days(day(date))
                    })
                    .collect(),
            ),
            ColumnType::Int64 => Column::Int(
                rows.iter()
                    .map(|row| {
                        row.2
                            .iter()
                            .find(|(key, _)| *key == column.name)
                            .map_or(0, |(_, value)| *value)
                    })
                    .collect(),
            ),
            _ => Column::Text(TextColumn::from_rows(rows.iter().map(|row| {
                let is_plan = column.name == Dimension::Plan.key();
                Some(if is_plan { row.1 } else { "unknown" })
            }))),
        })
        .collect();
    Columns::new(spec, columns).expect("columns of the mart")
}

/// The view of a query on: a customer in January, a bigger one in February, a small loss in March.
pub(crate) fn evaluation(query: &str) -> Evaluation {
    let columns = mart_of(
        "lifecycle_daily",
        &[
            (&[("day", "2025-12-20")], "Pro", &[("leads_created", 1)]),
            (
                &[("day", "2026-01-10")],
                "Pro",
                &[("customers_new", 1), ("mrr_new", 10_000)],
            ),
            (
                &[("day", "2026-02-05")],
                "Team",
                &[("customers_new", 1), ("mrr_new", 30_000)],
            ),
            (&[("day", "2026-02-20")], "Pro", &[("mrr_expansion", 2_000)]),
            (
                &[("day", "2026-03-02")],
                "Team",
                &[("mrr_contraction", -5_000)],
            ),
        ],
    );
    let data = Dataset::new(columns, day("2026-03-10")).expect("a dataset");
    Evaluation::new(Arc::new(Marts::new(data)), &parse(query).0)
}

/// Two cohorts on a day in March: January followed for two months, February for one.
pub(crate) fn cohort_table() -> CohortTable {
    let numbers = |months, active| -> [(&'static str, i64); 5] {
        [
            ("months_since", months),
            ("customers_acquired", 2),
            ("mrr_initial", 20_000),
            ("customers_active", active),
            ("mrr_active", active * 10_000),
        ]
    };
    let columns = mart_of(
        "retention_cohorts",
        &[
            (&[("cohort_month", "2026-01-01")], "Pro", &numbers(0, 2)),
            (&[("cohort_month", "2026-01-01")], "Pro", &numbers(1, 1)),
            (&[("cohort_month", "2026-02-01")], "Pro", &numbers(0, 2)),
        ],
    );
    let data = RetentionData::new(&columns, day("2026-03-10")).expect("cohorts");
    let span = Span {
        from: day("2026-01-01"),
        to: day("2026-03-10"),
    };
    cohorts(&data, &Filters::default(), span)
}

pub(crate) fn ink(hidden: &[&'static str]) -> Ink {
    Ink {
        palette: Palette::from_variables(|name| format!("var({name})")),
        formatter: Formatter::new("usd"),
        hidden: hidden.iter().copied().collect::<BTreeSet<_>>(),
    }
}
