//! The charts of the product and the tables behind them: the same for the page, its CSV and the export.

mod explain;

use std::collections::BTreeSet;

use crate::engine::{Branch, Bucket, Evaluation, Movements, RetentionData, Subject, cohorts};
use crate::metric::{Metric, Unit};
use crate::metrics::{
    self, ACTIVE_CUSTOMERS, ARPA, ARR, ASP, CAC, CHURN_RATE_TICKETS_0, CHURN_RATE_TICKETS_1,
    CHURN_RATE_TICKETS_2_3, CHURN_RATE_TICKETS_4, COHORT_CUSTOMER_RETENTION, COHORT_MRR_RETENTION,
    CSAT, CUSTOMER_CHURN_RATE, CUSTOMER_RETENTION_12M, CUSTOMERS_CHURNED,
    CUSTOMERS_CHURNED_INVOLUNTARY, CUSTOMERS_CHURNED_VOLUNTARY, CUSTOMERS_NEW,
    CUSTOMERS_REACTIVATED, FIRST_REPLY_P50, FIRST_REPLY_P90, FULL_RESOLUTION_P50,
    FULL_RESOLUTION_P90, GROSS_MRR_CHURN_RATE, GRR, LEADS_CONVERTED, LEADS_CREATED, METRICS,
    MONTHLY_CHURN_RATE, MRR, MRR_CHURN, MRR_CHURN_INVOLUNTARY, MRR_CHURN_VOLUNTARY,
    MRR_CONTRACTION, MRR_EXPANSION, MRR_MOVED, MRR_NEW, MRR_REACTIVATION, NET_MRR_CHURN_RATE,
    NET_NEW_MRR, NRR, OPPORTUNITIES_CREATED, OPPORTUNITIES_WON, QUICK_RATIO, SALES_CYCLE_MEDIAN,
    STAGES, TICKET_BACKLOG, TICKETS_CREATED, TICKETS_PER_100_CUSTOMERS, TICKETS_REOPENED,
    TICKETS_SOLVED, TRIAL_CONVERSION_RATE, TRIALS_STARTED, WIN_RATE,
};
use crate::table::{Cell, Table};
use crate::view::CohortShow;

pub use explain::{Step, floor, sentence, steps};

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

/// What the steps from one period to another lead to.
static BRIDGE_METRICS: &[&Metric] = &[&MRR, &ACTIVE_CUSTOMERS];

static COHORT_METRICS: &[&Metric] = &[&COHORT_CUSTOMER_RETENTION, &COHORT_MRR_RETENTION];
static YEAR_METRICS: &[&Metric] = &[&NRR, &GRR, &CUSTOMER_RETENTION_12M];
static SUPPORT_METRICS: &[&Metric] = &[
    &TICKETS_CREATED,
    &TICKETS_SOLVED,
    &TICKETS_REOPENED,
    &TICKET_BACKLOG,
];
static SUPPORT_TIME_METRICS: &[&Metric] = &[
    &FIRST_REPLY_P50,
    &FIRST_REPLY_P90,
    &FULL_RESOLUTION_P50,
    &FULL_RESOLUTION_P90,
];
static TICKETS_AND_CHURN_METRICS: &[&Metric] = &[
    &MONTHLY_CHURN_RATE,
    &CHURN_RATE_TICKETS_0,
    &CHURN_RATE_TICKETS_1,
    &CHURN_RATE_TICKETS_2_3,
    &CHURN_RATE_TICKETS_4,
];

/// Metrics of the page on acquisition, along the way from lead to customer.
pub static ACQUISITION: &[&Metric] = &[
    &LEADS_CREATED,
    &LEADS_CONVERTED,
    &OPPORTUNITIES_CREATED,
    &OPPORTUNITIES_WON,
    &WIN_RATE,
    &SALES_CYCLE_MEDIAN,
    &TRIALS_STARTED,
    &TRIAL_CONVERSION_RATE,
    &CUSTOMERS_NEW,
    &MRR_NEW,
    &ASP,
    &CAC,
];

/// Metrics of the page on churn: rates, then who left and what that cost, by kind.
pub static CHURN: &[&Metric] = &[
    &CUSTOMER_CHURN_RATE,
    &GROSS_MRR_CHURN_RATE,
    &CUSTOMERS_CHURNED,
    &MRR_CHURN,
    &CUSTOMERS_CHURNED_VOLUNTARY,
    &MRR_CHURN_VOLUNTARY,
    &CUSTOMERS_CHURNED_INVOLUNTARY,
    &MRR_CHURN_INVOLUNTARY,
];

/// Metrics of the page on support: how much, how long, how well.
pub static SUPPORT: &[&Metric] = &[
    &TICKETS_CREATED,
    &TICKETS_SOLVED,
    &TICKET_BACKLOG,
    &TICKETS_REOPENED,
    &FIRST_REPLY_P50,
    &FIRST_REPLY_P90,
    &FULL_RESOLUTION_P50,
    &FULL_RESOLUTION_P90,
    &CSAT,
    &TICKETS_PER_100_CUSTOMERS,
];

/// A chart, or a table that stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Retention over twelve months, month by month.
    YearRetention,
    /// Leads and accounts by lifecycle stage.
    Stages,
    /// Tickets over time.
    Support,
    /// How long support takes.
    SupportTimes,
    /// Churn by recent tickets.
    TicketsAndChurn,
    /// Why the metric that the view explains is another one than before, by kind of movement.
    Bridge,
    /// The same by values of dimensions.
    Contributions,
    /// Every metric over time.
    Metrics,
    /// One metric over time; its key is the metric's id.
    One(&'static Metric),
}

impl ChartId {
    /// All charts but those of one metric.
    pub const ALL: [ChartId; 14] = [
        ChartId::Kpis,
        ChartId::Mrr,
        ChartId::Movements,
        ChartId::Customers,
        ChartId::ChurnRate,
        ChartId::Cohorts,
        ChartId::YearRetention,
        ChartId::Stages,
        ChartId::Support,
        ChartId::SupportTimes,
        ChartId::TicketsAndChurn,
        ChartId::Bridge,
        ChartId::Contributions,
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
            ChartId::YearRetention => "year_retention",
            ChartId::Stages => "stages",
            ChartId::Support => "support",
            ChartId::SupportTimes => "support_times",
            ChartId::TicketsAndChurn => "tickets_and_churn",
            ChartId::Bridge => "bridge",
            ChartId::Contributions => "contributions",
            ChartId::Metrics => "metrics",
            ChartId::One(metric) => metric.id,
        }
    }

    /// The chart of a URL value, which may be a metric's id.
    pub fn from_key(key: &str) -> Option<ChartId> {
        let chart = Self::ALL.into_iter().find(|chart| chart.key() == key);
        chart.or_else(|| metrics::find(key).map(ChartId::One))
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
            ChartId::YearRetention => "Retention over twelve months",
            ChartId::Stages => "Lifecycle stages",
            ChartId::Support => "Support tickets",
            ChartId::SupportTimes => "Support times",
            ChartId::TicketsAndChurn => "Churn by recent tickets",
            ChartId::Bridge => "By kind of movement",
            ChartId::Contributions => "By segment",
            ChartId::Metrics => "All metrics",
            ChartId::One(metric) => metric.label,
        }
    }

    /// Unit of its values; none where it differs. Cohorts follow what the view shows.
    pub const fn unit(self, cohort: CohortShow) -> Option<Unit> {
        match self {
            ChartId::Kpis | ChartId::Metrics | ChartId::Bridge | ChartId::Contributions => None,
            ChartId::Mrr | ChartId::Movements => Some(Unit::Money),
            ChartId::Customers | ChartId::Stages | ChartId::Support => Some(Unit::Count),
            ChartId::ChurnRate | ChartId::YearRetention | ChartId::TicketsAndChurn => {
                Some(Unit::Rate)
            }
            ChartId::SupportTimes => Some(Unit::Minutes),
            ChartId::One(metric) => Some(metric.unit),
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
            ChartId::Kpis | ChartId::Contributions => HEADLINES,
            ChartId::Bridge => BRIDGE_METRICS,
            ChartId::Mrr => MRR_METRICS,
            ChartId::Movements => MOVEMENT_METRICS,
            ChartId::Customers => CUSTOMER_METRICS,
            ChartId::ChurnRate => CHURN_RATE_METRICS,
            ChartId::Cohorts => COHORT_METRICS,
            ChartId::YearRetention => YEAR_METRICS,
            ChartId::Stages => STAGES,
            ChartId::Support => SUPPORT_METRICS,
            ChartId::SupportTimes => SUPPORT_TIME_METRICS,
            ChartId::TicketsAndChurn => TICKETS_AND_CHURN_METRICS,
            ChartId::Metrics => METRICS,
            ChartId::One(metric) => {
                let at = METRICS.iter().position(|m| *m == metric);
                at.map_or(&[], |at| &METRICS[at..=at])
            }
        }
    }
}

impl ChartId {
    /// Whether it can be broken down by a dimension.
    pub const fn breaks_down(self) -> bool {
        matches!(
            self,
            ChartId::Mrr
                | ChartId::ChurnRate
                | ChartId::One(_)
                | ChartId::Movements
                | ChartId::Customers
                | ChartId::Contributions
        )
    }

    /// Names of the marts its metrics are formed from, each once.
    pub fn marts(self) -> BTreeSet<&'static str> {
        let metrics = self.metrics().iter();
        metrics.flat_map(|metric| metric.marts()).collect()
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
        ChartId::Bridge => explain::bridge(evaluation),
        ChartId::Contributions => explain::contributions(evaluation),
        ChartId::One(metric) => compared(evaluation, metric),
        ChartId::YearRetention
        | ChartId::Stages
        | ChartId::Support
        | ChartId::SupportTimes
        | ChartId::TicketsAndChurn
        | ChartId::Metrics => over_time(evaluation, chart.metrics()),
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
    table.rows = evaluation.buckets().iter().map(bucket_cells).collect();
    table
}

fn bucket_cells(bucket: &Bucket) -> Vec<Cell> {
    vec![
        Cell::Date(bucket.start),
        Cell::Date(bucket.end),
        Cell::Bool(bucket.partial),
    ]
}

/// A table with a row per bucket and branch of a metric, ready for more columns; none if it is not broken down.
fn by_branch(evaluation: &Evaluation, metric: &Metric) -> Option<(Table, Vec<Branch>)> {
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
fn push_branches(table: &mut Table, values: &[Vec<Cell>]) {
    let buckets = values.first().map_or(0, Vec::len);
    let by_row = (0..buckets).flat_map(|at| values.iter().map(move |one| one[at].clone()));
    push(table, by_row);
}

/// A metric by bucket for each branch.
fn broken_down(evaluation: &Evaluation, metric: &'static Metric) -> Option<Table> {
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

fn movements(evaluation: &Evaluation, subject: Subject) -> Table {
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

fn ints(values: &[i64]) -> Vec<Cell> {
    values.iter().copied().map(Cell::Int).collect()
}

/// Start, kinds of movement and end: key, label, values by bucket.
fn kinds(moves: &Movements, subject: Subject) -> Vec<(&'static str, &'static str, &[i64])> {
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
    kinds.push(("moved", "Moved", &moves.moved));
    kinds.push(("end", "End", &moves.end));
    kinds
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

/// Metrics side by side; one of a mart that is not at hand has no column.
fn over_time(evaluation: &Evaluation, metrics: &[&'static Metric]) -> Table {
    let mut table = by_bucket(evaluation);
    let metrics = metrics.iter().copied();
    for metric in metrics.filter(|metric| evaluation.marts().has(metric)) {
        push_series(&mut table, evaluation, metric);
    }
    table
}

#[cfg(test)]
mod tests;
