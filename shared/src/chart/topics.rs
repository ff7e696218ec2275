//! Tables of the charts that are not over time: moves, reasons, segments, shares.

use crate::charts::BROUGHT;
use crate::date::{add_days, month_key};
use crate::dimension::Dimension;
use crate::engine::{
    CohortTable, Evaluation, Tally, churn_segments, scheduled_churn, share, tally,
};
use crate::metric::{Metric, Unit};
use crate::metrics::{
    FUNNEL_CONTACTS, FUNNEL_CUSTOMERS, FUNNEL_DAYS_TO_CUSTOMER, FUNNEL_DAYS_TO_OPPORTUNITY,
    FUNNEL_DAYS_TO_TRIAL, FUNNEL_OPPORTUNITIES, FUNNEL_TRIALS,
};
use crate::table::{Cell, Table};
use crate::view::{CohortShow, Span};

/// What stands in the mart's stages for changed dimension values, which is no move between stages.
const MOVED: &str = "moved";

/// First contacts of the last so many days had little time to come further.
pub const RECENT_DAYS: i32 = 90;

/// How many first contacts of the days shown have reached a step.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelStep {
    /// Name in the mart.
    pub key: &'static str,
    /// How many have reached it; none if unknown under the filters.
    pub reached: Option<f64>,
    /// Those of them whose first contact lies in the last [`RECENT_DAYS`] days.
    pub recent: Option<f64>,
    /// As a share of all first contacts.
    pub share: Option<f64>,
    /// The same without recent first contacts.
    pub settled: Option<f64>,
    /// Days it typically took; none for the first contact itself.
    pub days: Option<f64>,
}

/// How far the first contacts of the days shown have come. Each step is counted by itself: not
/// everybody who pays has had an opportunity or a trial.
pub fn funnel(evaluation: &Evaluation) -> Vec<FunnelStep> {
    let window = evaluation.window();
    let shown = window.shown;
    let recent = Span {
        from: add_days(window.as_of, 1 - RECENT_DAYS).max(shown.from),
        to: shown.to,
    };
    let value = |metric: &Metric, span: Span| evaluation.slice().value(metric, span);
    // An empty span has no customers.
    let lately = |metric: &Metric| match recent.is_empty() {
        true => Some(0.0),
        false => value(metric, recent),
    };
    let contacts = value(&FUNNEL_CONTACTS, shown);
    let contacts_lately = lately(&FUNNEL_CONTACTS);
    let divided = |part: Option<f64>, whole: Option<f64>| {
        let (part, whole) = part.zip(whole)?;
        (whole != 0.0).then(|| part / whole)
    };
    let less = |all: Option<f64>, some: Option<f64>| all.zip(some).map(|(all, some)| all - some);
    let steps: [(&str, &Metric, Option<&Metric>); 4] = [
        ("contact", &FUNNEL_CONTACTS, None),
        (
            "opportunity",
            &FUNNEL_OPPORTUNITIES,
            Some(&FUNNEL_DAYS_TO_OPPORTUNITY),
        ),
        ("trial", &FUNNEL_TRIALS, Some(&FUNNEL_DAYS_TO_TRIAL)),
        (
            "customer",
            &FUNNEL_CUSTOMERS,
            Some(&FUNNEL_DAYS_TO_CUSTOMER),
        ),
    ];
    let step = |(key, count, days): (&'static str, &Metric, Option<&Metric>)| {
        let (reached, recent) = (value(count, shown), lately(count));
        FunnelStep {
            key,
            reached,
            recent,
            share: divided(reached, contacts),
            settled: divided(less(reached, recent), less(contacts, contacts_lately)),
            days: days.and_then(|days| value(days, shown)),
        }
    };
    steps.map(step).to_vec()
}

/// The dimension the metrics of [`BROUGHT`] are shown by: the one the view is broken down by, else
/// the acquisition channel.
pub fn brought_by(evaluation: &Evaluation) -> Dimension {
    let by = evaluation.view().by;
    by.unwrap_or(Dimension::AcquisitionChannel)
}

/// Values of the dimension with the metrics of [`BROUGHT`]; the most new customers first.
pub fn brought(evaluation: &Evaluation) -> Vec<(String, Vec<Option<f64>>)> {
    let mut rows = evaluation.profile(BROUGHT, brought_by(evaluation));
    rows.retain(|(_, values)| values.iter().flatten().any(|value| *value != 0.0));
    let customers = |values: &[Option<f64>]| values.get(2).copied().flatten().unwrap_or_default();
    rows.sort_by(|a, b| customers(&b.1).total_cmp(&customers(&a.1)));
    rows
}

/// Moves between two different lifecycle stages in the days shown: from, to, and how many moved. A
/// lead or account that moves on counts once per move.
pub fn stage_flows(evaluation: &Evaluation) -> Vec<Tally> {
    let keys = ["from_stage", "to_stage"];
    let mut flows = counted(evaluation, "stage_transitions", &keys, &["entities"]);
    flows.retain(|flow| flow.keys.iter().all(|stage| stage != MOVED));
    flows
}

/// Who churned in the days shown by reason and kind: reason, kind; customers, MRR in cents. The
/// most customers first.
pub fn churn_reasons(evaluation: &Evaluation) -> Vec<Tally> {
    let keys = ["churn_reason", "churn_kind"];
    let mut reasons = counted(evaluation, "churn_reasons", &keys, &["customers", "mrr"]);
    reasons.sort_by_key(|one| std::cmp::Reverse(one.sum(0)));
    reasons
}

/// Customers who were active before a complete month of the days shown, by the tickets of the
/// thirty days before it: who they were, those who churned within it, and their tickets. A customer
/// counts once per month.
pub fn tickets_and_churn(evaluation: &Evaluation) -> Vec<Tally> {
    let measures = ["customers", "churned", "tickets"];
    counted(
        evaluation,
        "tickets_and_churn",
        &["ticket_bucket"],
        &measures,
    )
}

/// Tickets created in the days shown by the values of a key of `support_daily`; the most first.
pub fn tickets_by(evaluation: &Evaluation, key: &'static str) -> Vec<Tally> {
    let mut tickets = counted(evaluation, "support_daily", &[key], &["tickets_created"]);
    tickets.retain(|one| one.sum(0) != 0);
    tickets.sort_by_key(|one| std::cmp::Reverse(one.sum(0)));
    tickets
}

/// Tickets of the days compared with, in the order of `shown`; none without a comparison.
pub fn tickets_before(
    evaluation: &Evaluation,
    key: &'static str,
    shown: &[Tally],
) -> Option<Vec<i64>> {
    let span = evaluation.window().compared?;
    let before = in_span(
        evaluation,
        "support_daily",
        &[key],
        &["tickets_created"],
        span,
    );
    let same = |one: &Tally| before.iter().find(|other| other.keys == one.keys);
    let count = |one: &Tally| same(one).map_or(0, |one| one.sum(0));
    Some(shown.iter().map(count).collect())
}

fn counted(
    evaluation: &Evaluation,
    mart: &'static str,
    keys: &[&'static str],
    measures: &[&'static str],
) -> Vec<Tally> {
    in_span(evaluation, mart, keys, measures, evaluation.window().shown)
}

fn in_span(
    evaluation: &Evaluation,
    mart: &'static str,
    keys: &[&'static str],
    measures: &[&'static str],
    span: Span,
) -> Vec<Tally> {
    tally(evaluation.slice(), mart, keys, measures, span)
}

fn name(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub(super) fn stage_flow_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("from_stage", "From", None);
    table.column("to_stage", "To", None);
    table.column("entities", "Stage changes", Some(Unit::Count));
    for flow in stage_flows(evaluation) {
        table.rows.push(vec![
            name(flow.key(0)),
            name(flow.key(1)),
            Cell::Int(flow.sum(0)),
        ]);
    }
    table
}

pub(super) fn funnel_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("step", "Step", None);
    table.column("entities", "Reached", Some(Unit::Count));
    table.column("share_of_contacts", "Share of contacts", Some(Unit::Rate));
    table.column("median_days", "Days (median)", Some(Unit::Days));
    table.column("recent", "Recent contacts", Some(Unit::Count));
    table.column(
        "share_without_recent",
        "Share excluding recent contacts",
        Some(Unit::Rate),
    );
    for step in funnel(evaluation) {
        table.rows.push(vec![
            name(step.key),
            Cell::number(step.reached, true),
            Cell::number(step.share, false),
            Cell::number(step.days, false),
            Cell::number(step.recent, true),
            Cell::number(step.settled, false),
        ]);
    }
    table
}

pub(super) fn brought_table(evaluation: &Evaluation) -> Table {
    let dimension = brought_by(evaluation);
    let mut table = Table::default();
    table.column(dimension.key(), dimension.label(), None);
    for metric in BROUGHT {
        table.column(metric.id, metric.label, Some(metric.unit));
    }
    for (value, amounts) in brought(evaluation) {
        let mut row = vec![name(&value)];
        let cells = amounts.into_iter().zip(BROUGHT);
        row.extend(cells.map(|(amount, metric)| Cell::number(amount, metric.is_whole())));
        table.rows.push(row);
    }
    table
}

pub(super) fn reason_table(evaluation: &Evaluation) -> Table {
    let reasons = churn_reasons(evaluation);
    let total: i64 = reasons.iter().map(|one| one.sum(0)).sum();
    let mut table = Table::default();
    table.column("churn_reason", "Reason", None);
    table.column("churn_kind", "Kind", None);
    table.column("customers", "Customers", Some(Unit::Count));
    table.column("share", "Share", Some(Unit::Rate));
    table.column("mrr", "MRR", Some(Unit::Money));
    for one in &reasons {
        table.rows.push(vec![
            name(one.key(0)),
            name(one.key(1)),
            Cell::Int(one.sum(0)),
            Cell::number(share(one.sum(0), total), false),
            Cell::Int(one.sum(1)),
        ]);
    }
    table
}

pub(super) fn tickets_and_churn_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("ticket_bucket", "Tickets in the 30 days before", None);
    table.column("churn_rate", "Churned within the month", Some(Unit::Rate));
    table.column("customers", "Customer months", Some(Unit::Count));
    table.column("churned", "Churned", Some(Unit::Count));
    table.column("tickets", "Tickets", Some(Unit::Count));
    for group in tickets_and_churn(evaluation) {
        table.rows.push(vec![
            name(group.key(0)),
            Cell::number(share(group.sum(1), group.sum(0)), false),
            Cell::Int(group.sum(0)),
            Cell::Int(group.sum(1)),
            Cell::Int(group.sum(2)),
        ]);
    }
    table
}

pub(super) fn tickets_table(evaluation: &Evaluation, key: &'static str, label: &str) -> Table {
    let shown = tickets_by(evaluation, key);
    let before = tickets_before(evaluation, key, &shown);
    let total: i64 = shown.iter().map(|one| one.sum(0)).sum();
    let mut table = Table::default();
    table.column(key, label, None);
    table.column("tickets_created", "Tickets created", Some(Unit::Count));
    table.column("share", "Share", Some(Unit::Rate));
    if before.is_some() {
        table.column("compared", "Compared with", Some(Unit::Count));
    }
    for (at, one) in shown.iter().enumerate() {
        let mut row = vec![
            name(one.key(0)),
            Cell::Int(one.sum(0)),
            Cell::number(share(one.sum(0), total), false),
        ];
        row.extend(before.as_ref().map(|before| Cell::Int(before[at])));
        table.rows.push(row);
    }
    table
}

pub(super) fn scheduled_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("month", "Ends in", None);
    table.column("customers", "Customers", Some(Unit::Count));
    table.column("mrr", "MRR", Some(Unit::Money));
    for (month, customers, mrr) in scheduled_churn(evaluation.slice()) {
        let row = vec![Cell::Date(month), Cell::Int(customers), Cell::Int(mrr)];
        table.rows.push(row);
    }
    table
}

pub(super) fn segment_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::default();
    table.column("dimension", "Dimension", None);
    table.column("value", "Value", None);
    table.column(
        "customer_churn_rate",
        "Customer churn rate",
        Some(Unit::Rate),
    );
    table.column("churned", "Churned", Some(Unit::Count));
    table.column("opening", "Customers at start", Some(Unit::Count));
    table.column("at_least", "95 % lower bound", Some(Unit::Rate));
    table.column("few_customers", "Few customers", None);
    table.column("one_more", "One more churn adds", Some(Unit::Rate));
    for segment in churn_segments(evaluation) {
        table.rows.push(vec![
            name(segment.dimension.key()),
            name(&segment.value),
            Cell::number(segment.rate(), false),
            Cell::Int(segment.churned),
            Cell::Int(segment.opening),
            Cell::number(segment.at_least(), false),
            Cell::Bool(segment.is_small()),
            Cell::number(segment.step(), false),
        ]);
    }
    table
}

/// A row per month since acquisition: all cohorts together, then each of its own.
pub(super) fn curve_table(cohorts: &CohortTable, show: CohortShow, unit: Option<Unit>) -> Table {
    let mut table = Table::default();
    table.column("months_since", "Months since", Some(Unit::Count));
    table.column("all", "All cohorts", unit);
    for row in &cohorts.rows {
        let month = month_key(row.month);
        table.column(&format!("cohort_{month}"), &month, unit);
    }
    let whole = !show.is_rate();
    for (month, all) in cohorts.overall(show).into_iter().enumerate() {
        let mut cells = vec![Cell::Int(month as i64), Cell::number(all, whole)];
        let of = |row| Cell::number(cohorts.shown(row, month, show), whole);
        cells.extend((0..cohorts.rows.len()).map(of));
        table.rows.push(cells);
    }
    table
}
