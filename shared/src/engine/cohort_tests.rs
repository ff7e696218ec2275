//! Cohorts: sizes, incomplete months, filters, and all cohorts taken together.

use chrono::NaiveDate;

use super::*;
use crate::columns::{Column, Columns, TextColumn};
use crate::date::{parse_iso, to_days};
use crate::dimension::Dimension;
use crate::mart::RETENTION_COHORTS;
use crate::view::{CohortShow, Filter, Filters, Span};

type Row = (&'static str, i64, &'static str, [i64; 4]);

const ROWS: &[Row] = &[
    ("2026-01-01", 0, "Pro", [2, 200, 2, 220]),
    ("2026-01-01", 0, "Team", [1, 100, 1, 100]),
    ("2026-01-01", 1, "Pro", [2, 200, 1, 120]),
    ("2026-01-01", 1, "Team", [1, 100, 0, 0]),
    ("2026-02-01", 0, "Pro", [4, 400, 3, 330]),
];

fn day(text: &str) -> NaiveDate {
    parse_iso(text).expect("a date")
}

pub(super) fn data(as_of: &str) -> Result<RetentionData, DataError> {
    let measure = |at: usize| Column::Int(ROWS.iter().map(|row| row.3[at]).collect());
    let text = |of: fn(&Row) -> &str| {
        Column::Text(TextColumn::from_rows(ROWS.iter().map(|row| Some(of(row)))))
    };
    let columns = vec![
        Column::Date(ROWS.iter().map(|row| to_days(day(row.0))).collect()),
        Column::Int(ROWS.iter().map(|row| row.1).collect()),
        text(|row| row.2),
        text(|_| "unknown"),
        text(|_| "unknown"),
        text(|_| "unknown"),
        text(|_| "unknown"),
        measure(0),
        measure(1),
        measure(2),
        measure(3),
    ];
    let columns = Columns::new(&RETENTION_COHORTS, columns).expect("columns of the mart");
    RetentionData::new(&columns, day(as_of))
}

fn table(as_of: &str, filters: &Filters, from: &str) -> CohortTable {
    let span = Span {
        from: day(from),
        to: day(as_of),
    };
    cohorts(&data(as_of).expect("data"), filters, span)
}

fn shown(table: &CohortTable, show: CohortShow) -> Vec<Vec<Option<f64>>> {
    (0..table.rows.len())
        .map(|row| {
            (0..table.months())
                .map(|at| table.shown(row, at, show))
                .collect()
        })
        .collect()
}

#[test]
fn cells_are_shares_of_the_cohort_and_incomplete_months_have_none() {
    let table = table("2026-03-15", &Filters::default(), "2026-01-01");
    assert_eq!(
        shown(&table, CohortShow::CustomersRate),
        [[Some(1.0), Some(1.0 / 3.0)], [Some(0.75), None]]
    );
    assert_eq!(
        shown(&table, CohortShow::Mrr),
        [[Some(320.0), Some(120.0)], [Some(330.0), None]]
    );
    assert_eq!(
        table.overall(CohortShow::MrrRate),
        [Some(650.0 / 700.0), Some(120.0 / 300.0)]
    );
}

#[test]
fn a_month_over_on_the_last_day_without_a_row_means_nobody_is_left() {
    let table = table("2026-03-31", &Filters::default(), "2026-01-01");
    assert_eq!(
        shown(&table, CohortShow::Customers),
        [
            [Some(3.0), Some(1.0), Some(0.0)],
            [Some(3.0), Some(0.0), None]
        ]
    );
}

#[test]
fn filters_and_the_months_of_the_range_choose_the_cohorts() {
    let team = Filters::default().with(Dimension::Plan, Filter::include(["Team"]));
    let only_team = table("2026-03-15", &team, "2026-01-01");
    assert_eq!(only_team.rows.len(), 1);
    assert_eq!(
        only_team.rows[0].size,
        CohortCell {
            customers: 1,
            mrr: 100
        }
    );
    assert_eq!(
        shown(&only_team, CohortShow::CustomersRate),
        [[Some(1.0), Some(0.0)]]
    );
    let later = table("2026-03-15", &Filters::default(), "2026-02-20");
    assert_eq!(later.rows.len(), 1);
    assert_eq!(later.rows[0].month, day("2026-02-01"));
}

#[test]
fn a_cohort_after_the_snapshots_day_is_refused() {
    assert!(matches!(
        data("2026-01-20"),
        Err(DataError::DayOutOfRange { .. })
    ));
}
