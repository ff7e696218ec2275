//! The table behind each chart: the same rows for the page, its file and the export.

use crate::charts::{ChartId, headlines_and_rates};
use crate::engine::{Branch, CohortTable, Evaluation, Movements, RetentionData, Subject, cohorts};
use crate::metric::{Metric, Unit};
use crate::metrics::{ACTIVE_CUSTOMERS, MRR};
use crate::table::{Cell, Table};
use crate::view::Bucket;

pub(super) fn headlines(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("metric", "Metric", None);
    table.column("label", "Name", None);
    table.column("value", "Value", None);
    table.column("compared", "Compared with", None);
    table.column("change", "Change", None);
    table.column("change_relative", "Relative change", Some(Unit::Rate));
    for metric in headlines_and_rates() {
        let total = evaluation.total(metric);
        let whole = metric.is_whole();
        table.rows.push(vec![
            Cell::Text(metric.id.to_owned()),
            Cell::Text(metric.label.to_owned()),
            Cell::number(total.value, whole),
            Cell::number(total.previous, whole),
            Cell::number(total.change.map(|change| change.absolute), whole),
            Cell::number(total.change.and_then(|change| change.relative), false),
        ]);
    }
    table
}

/// A table with the buckets as its first columns.
pub(super) fn by_bucket(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("from", "From", None);
    table.column("to", "To", None);
    table.column("partial", "Partial", None);
    table.rows = evaluation.buckets().iter().map(bucket_cells).collect();
    table
}

pub(super) fn bucket_cells(bucket: &Bucket) -> Vec<Cell> {
    vec![
        Cell::Date(bucket.start),
        Cell::Date(bucket.end),
        Cell::Bool(bucket.partial),
    ]
}

/// A table with a row per bucket and branch of a metric, ready for more columns; none if it is not
/// broken down.
pub(super) fn by_branch(evaluation: &Evaluation, metric: &Metric) -> Option<(Table, Vec<Branch>)> {
    let dimension = evaluation.broken_down_by(metric)?;
    let branches = evaluation.branches(metric);
    let mut table = by_bucket(evaluation);
    table.column(dimension.key(), dimension.label(), None);
    table.column("others", "Other values together", None);
    let buckets = evaluation.buckets().iter();
    let rows = buckets.flat_map(|bucket| {
        branches.iter().map(move |branch| {
            let mut cells = bucket_cells(bucket);
            cells.push(Cell::Text(branch.name.clone()));
            cells.push(Cell::Bool(branch.others));
            cells
        })
    });
    table.rows = rows.collect();
    Some((table, branches))
}

/// Adds the values of branches, each by bucket, to a table made by [`by_branch`].
pub(super) fn push_branches(table: &mut Table, values: &[Vec<Cell>]) {
    let buckets = values.first().map_or(0, Vec::len);
    let by_row = (0..buckets).flat_map(|at| values.iter().map(move |one| one[at].clone()));
    push(table, by_row);
}

/// A metric by bucket for each branch.
pub(super) fn broken_down(evaluation: &Evaluation, metric: &'static Metric) -> Option<Table> {
    let (mut table, branches) = by_branch(evaluation, metric)?;
    table.column(metric.id, metric.label, Some(metric.unit));
    let cells = |branch: &Branch| {
        let values = evaluation.branch_series(branch, metric).into_iter();
        let cells = values.map(|value| Cell::number(value, metric.is_whole()));
        cells.collect()
    };
    let values: Vec<Vec<Cell>> = branches.iter().map(cells).collect();
    push_branches(&mut table, &values);
    Some(table)
}

pub(super) fn push(table: &mut Table, cells: impl IntoIterator<Item = Cell>) {
    for (row, cell) in table.rows.iter_mut().zip(cells) {
        row.push(cell);
    }
}

pub(super) fn push_series(table: &mut Table, evaluation: &Evaluation, metric: &'static Metric) {
    table.column(metric.id, metric.label, Some(metric.unit));
    let values = evaluation.series(metric).values;
    let whole = metric.is_whole();
    push(table, values.into_iter().map(|v| Cell::number(v, whole)));
}

pub(super) fn compared(evaluation: &Evaluation, metric: &'static Metric) -> Table {
    if let Some(table) = broken_down(evaluation, metric) {
        return table;
    }
    let mut table = by_bucket(evaluation);
    push_series(&mut table, evaluation, metric);
    if let Some(values) = evaluation.compared_series(metric) {
        table.column("compared_from", "Compared from", None);
        let buckets = evaluation.compared_buckets().iter();
        push(
            &mut table,
            buckets.map(|bucket| bucket.map_or(Cell::Empty, |b| Cell::Date(b.start))),
        );
        let label = format!("{} compared", metric.label);
        table.column("compared", &label, Some(metric.unit));
        let whole = metric.is_whole();
        push(
            &mut table,
            values.into_iter().map(|v| Cell::number(v, whole)),
        );
    }
    table
}

/// What is left when a subject has moved: the metric that its branches are chosen by.
pub const fn stock(subject: Subject) -> &'static Metric {
    match subject {
        Subject::Mrr => &MRR,
        Subject::Customers => &ACTIVE_CUSTOMERS,
    }
}

pub(super) fn movements(evaluation: &Evaluation, subject: Subject) -> Table {
    if let Some((mut table, branches)) = by_branch(evaluation, stock(subject)) {
        let branches = branches.iter();
        let all: Vec<Movements> = branches
            .map(|branch| evaluation.branch_movements(branch, subject))
            .collect();
        for (at, (key, label, _)) in kinds(&Movements::default(), subject).iter().enumerate() {
            table.column(key, label, Some(stock(subject).unit));
            let cells = |moves| ints(kinds(moves, subject)[at].2);
            push_branches(&mut table, &all.iter().map(cells).collect::<Vec<_>>());
        }
        return table;
    }
    let mut table = by_bucket(evaluation);
    let moves = evaluation.movements(subject);
    for (key, label, values) in kinds(&moves, subject) {
        table.column(key, label, Some(stock(subject).unit));
        push(&mut table, ints(values));
    }
    table
}

pub(super) fn ints(values: &[i64]) -> Vec<Cell> {
    values.iter().copied().map(Cell::Int).collect()
}

/// Start, kinds of movement and end: key, label, values by bucket.
pub(super) fn kinds(
    moves: &Movements,
    subject: Subject,
) -> Vec<(&'static str, &'static str, &[i64])> {
    let mut kinds: Vec<(&'static str, &'static str, &[i64])> = vec![
        ("start", "Start", &moves.start),
        ("new", "New", &moves.new),
        ("reactivation", "Reactivation", &moves.reactivation),
    ];
    if subject == Subject::Mrr {
        kinds.push(("expansion", "Expansion", &moves.expansion));
        kinds.push(("contraction", "Contraction", &moves.contraction));
    }
    kinds.push(("churn_voluntary", "Voluntary churn", &moves.churn_voluntary));
    kinds.push((
        "churn_involuntary",
        "Involuntary churn",
        &moves.churn_involuntary,
    ));
    kinds.push(("moved", "Segment change", &moves.moved));
    kinds.push(("end", "End", &moves.end));
    kinds
}

pub(super) fn cohorts_of(
    evaluation: &Evaluation,
    retention: Option<&RetentionData>,
) -> CohortTable {
    retention.map_or_else(Default::default, |data| {
        cohorts(data, &evaluation.view().filters, evaluation.window().shown)
    })
}

pub(super) fn cohort_table(evaluation: &Evaluation, retention: Option<&RetentionData>) -> Table {
    let show = evaluation.view().cohort;
    let cohorts = cohorts_of(evaluation, retention);
    let mut table = Table::default();
    table.column("cohort_month", "Acquired in", None);
    table.column(
        "customers_acquired",
        "Customers acquired",
        Some(Unit::Count),
    );
    table.column("mrr_initial", "Initial MRR", Some(Unit::Money));
    let unit = ChartId::Cohorts.unit(show);
    for month in 0..cohorts.months() {
        table.column(&format!("month_{month}"), &format!("Month {month}"), unit);
    }
    for row in &cohorts.rows {
        let mut cells = vec![
            Cell::Date(row.month),
            Cell::Int(row.size.customers),
            Cell::Int(row.size.mrr),
        ];
        for cell in &row.cells {
            let value = cell.and_then(|cell| cell.shown(row.size, show));
            cells.push(Cell::number(value, !show.is_rate()));
        }
        table.rows.push(cells);
    }
    table
}

/// Metrics side by side; one of a mart that is not at hand has no column.
pub(super) fn over_time(evaluation: &Evaluation, metrics: &[&'static Metric]) -> Table {
    let mut table = by_bucket(evaluation);
    let metrics = metrics.iter().copied();
    for metric in metrics.filter(|metric| evaluation.marts().has(metric)) {
        push_series(&mut table, evaluation, metric);
    }
    table
}
