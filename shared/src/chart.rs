//! The charts of the product and the tables behind them: the same for the page, its CSV and the export.

use crate::engine::{Evaluation, Movements, RetentionData, Subject, cohorts};
use crate::metric::{Metric, Unit};
use crate::metrics::{
    ACTIVE_CUSTOMERS, ARPA, ARR, CUSTOMER_CHURN_RATE, CUSTOMERS_CHURNED, CUSTOMERS_NEW,
    CUSTOMERS_REACTIVATED, GROSS_MRR_CHURN_RATE, METRICS, MRR, MRR_CHURN, MRR_CONTRACTION,
    MRR_EXPANSION, MRR_MOVED, MRR_NEW, MRR_REACTIVATION, NET_MRR_CHURN_RATE, NET_NEW_MRR,
    QUICK_RATIO, TRIAL_CONVERSION_RATE,
};
use crate::table::{Cell, Table};
use crate::view::CohortShow;

/// Headline metrics, in the order of their tiles.
pub static HEADLINES: &[&Metric] = &[
    &MRR,
    &ARR,
    &NET_NEW_MRR,
    &ACTIVE_CUSTOMERS,
    &CUSTOMER_CHURN_RATE,
    &GROSS_MRR_CHURN_RATE,
    &NET_MRR_CHURN_RATE,
    &QUICK_RATIO,
    &ARPA,
    &TRIAL_CONVERSION_RATE,
];

static MRR_METRICS: &[&Metric] = &[&MRR];
static MOVEMENT_METRICS: &[&Metric] = &[
    &MRR_NEW,
    &MRR_REACTIVATION,
    &MRR_EXPANSION,
    &MRR_CONTRACTION,
    &MRR_CHURN,
    &MRR_MOVED,
];
static CUSTOMER_METRICS: &[&Metric] = &[&CUSTOMERS_NEW, &CUSTOMERS_REACTIVATED, &CUSTOMERS_CHURNED];
static CHURN_RATE_METRICS: &[&Metric] = &[&CUSTOMER_CHURN_RATE];

/// A chart, or a table that stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChartId {
    /// The headline tiles.
    Kpis,
    /// MRR over time.
    Mrr,
    /// How MRR moved.
    Movements,
    /// Customers acquired and churned.
    Customers,
    /// Customer churn rate over time.
    ChurnRate,
    /// Retention by month of acquisition.
    Cohorts,
    /// Every metric over time.
    Metrics,
}

impl ChartId {
    /// All charts.
    pub const ALL: [ChartId; 7] = [
        ChartId::Kpis,
        ChartId::Mrr,
        ChartId::Movements,
        ChartId::Customers,
        ChartId::ChurnRate,
        ChartId::Cohorts,
        ChartId::Metrics,
    ];

    /// URL value, also of file names and element ids.
    pub const fn key(self) -> &'static str {
        match self {
            ChartId::Kpis => "kpis",
            ChartId::Mrr => "mrr",
            ChartId::Movements => "movements",
            ChartId::Customers => "customers",
            ChartId::ChurnRate => "churn_rate",
            ChartId::Cohorts => "cohorts",
            ChartId::Metrics => "metrics",
        }
    }

    /// The chart of a URL value.
    pub fn from_key(key: &str) -> Option<ChartId> {
        Self::ALL.into_iter().find(|chart| chart.key() == key)
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            ChartId::Kpis => "Headline metrics",
            ChartId::Mrr => "MRR",
            ChartId::Movements => "MRR movements",
            ChartId::Customers => "Customers acquired and churned",
            ChartId::ChurnRate => "Customer churn rate",
            ChartId::Cohorts => "Retention by month of acquisition",
            ChartId::Metrics => "All metrics",
        }
    }

    /// Unit of its values; none where it differs. Cohorts follow what the view shows.
    pub const fn unit(self, cohort: CohortShow) -> Option<Unit> {
        match self {
            ChartId::Kpis | ChartId::Metrics => None,
            ChartId::Mrr | ChartId::Movements => Some(Unit::Money),
            ChartId::Customers => Some(Unit::Count),
            ChartId::ChurnRate => Some(Unit::Rate),
            ChartId::Cohorts => Some(match (cohort.is_rate(), cohort.is_mrr()) {
                (true, _) => Unit::Rate,
                (false, true) => Unit::Money,
                (false, false) => Unit::Count,
            }),
        }
    }

    /// The metrics whose definitions belong to it.
    pub fn metrics(self) -> &'static [&'static Metric] {
        match self {
            ChartId::Kpis => HEADLINES,
            ChartId::Mrr => MRR_METRICS,
            ChartId::Movements => MOVEMENT_METRICS,
            ChartId::Customers => CUSTOMER_METRICS,
            ChartId::ChurnRate => CHURN_RATE_METRICS,
            ChartId::Cohorts => &[],
            ChartId::Metrics => METRICS,
        }
    }
}

/// The table behind a chart. Without retention data the cohort table has no rows.
pub fn table(chart: ChartId, evaluation: &Evaluation, retention: Option<&RetentionData>) -> Table {
    match chart {
        ChartId::Kpis => headlines(evaluation),
        ChartId::Mrr => compared(evaluation, &MRR),
        ChartId::ChurnRate => compared(evaluation, &CUSTOMER_CHURN_RATE),
        ChartId::Movements => movements(evaluation, Subject::Mrr),
        ChartId::Customers => movements(evaluation, Subject::Customers),
        ChartId::Cohorts => cohort_table(evaluation, retention),
        ChartId::Metrics => all_metrics(evaluation),
    }
}

fn headlines(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("metric", "Metric", None);
    table.column("label", "Name", None);
    table.column("value", "Value", None);
    table.column("compared", "Compared with", None);
    table.column("change", "Change", None);
    table.column("change_relative", "Relative change", Some(Unit::Rate));
    for metric in HEADLINES {
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
fn by_bucket(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("from", "From", None);
    table.column("to", "To", None);
    table.column("partial", "Partial", None);
    table.rows = evaluation
        .buckets()
        .iter()
        .map(|bucket| {
            vec![
                Cell::Date(bucket.start),
                Cell::Date(bucket.end),
                Cell::Bool(bucket.partial),
            ]
        })
        .collect();
    table
}

fn push(table: &mut Table, cells: impl IntoIterator<Item = Cell>) {
    for (row, cell) in table.rows.iter_mut().zip(cells) {
        row.push(cell);
    }
}

fn push_series(table: &mut Table, evaluation: &Evaluation, metric: &'static Metric) {
    table.column(metric.id, metric.label, Some(metric.unit));
    let values = evaluation.series(metric).values;
    let whole = metric.is_whole();
    push(table, values.into_iter().map(|v| Cell::number(v, whole)));
}

fn compared(evaluation: &Evaluation, metric: &'static Metric) -> Table {
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

fn movements(evaluation: &Evaluation, subject: Subject) -> Table {
    let moves: Movements = evaluation.movements(subject);
    let mut table = by_bucket(evaluation);
    let unit = match subject {
        Subject::Mrr => Unit::Money,
        Subject::Customers => Unit::Count,
    };
    let mut add = |key: &str, label: &str, values: Vec<i64>| {
        table.column(key, label, Some(unit));
        push(&mut table, values.into_iter().map(Cell::Int));
    };
    add("start", "Start", moves.start);
    add("new", "New", moves.new);
    add("reactivation", "Reactivation", moves.reactivation);
    if subject == Subject::Mrr {
        add("expansion", "Expansion", moves.expansion);
        add("contraction", "Contraction", moves.contraction);
    }
    add("churn_voluntary", "Voluntary churn", moves.churn_voluntary);
    add(
        "churn_involuntary",
        "Involuntary churn",
        moves.churn_involuntary,
    );
    add("moved", "Moved", moves.moved);
    add("end", "End", moves.end);
    table
}

fn cohort_table(evaluation: &Evaluation, retention: Option<&RetentionData>) -> Table {
    let view = evaluation.view();
    let show = view.cohort;
    let cohorts = retention.map_or_else(Default::default, |data| {
        cohorts(data, &view.filters, evaluation.window().shown)
    });
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

fn all_metrics(evaluation: &Evaluation) -> Table {
    let mut table = by_bucket(evaluation);
    for metric in METRICS {
        if evaluation.data().has(metric) {
            push_series(&mut table, evaluation, metric);
        }
    }
    table
}

#[cfg(test)]
mod tests;
