//! What changed and why, in a sentence and as tables.

use super::tables::{kinds, stock};
use crate::engine::{Contribution, Evaluation, Explanation};
use crate::format::Formatter;
use crate::metric::{Kind, Unit};
use crate::table::{Cell, Table};

/// From this share of the change on, what goes against it is worth a word.
const WORTH_A_WORD: f64 = 0.05;

/// Values that say no more than that nothing is known: never the reason for a change.
const NO_REASON: [&str; 2] = ["none", "unknown"];

/// The change in a sentence or two: by how much, and what most of it came from.
pub fn sentence(explanation: &Explanation, formatter: &Formatter) -> String {
    let metric = explanation.metric;
    let value = |value| formatter.short(metric.unit, Some(value));
    let change = explanation.change();
    if change == 0.0 {
        return format!(
            "{} is unchanged: {}.",
            metric.label,
            value(explanation.after)
        );
    }
    let verb = match (metric.unit, change > 0.0) {
        (Unit::Money | Unit::Count, true) => "grew",
        (_, true) => "rose",
        (_, false) => "fell",
    };
    let relative = metric.unit != Unit::Rate && explanation.before != 0.0;
    let relative = match relative {
        true => format!(" ({})", formatter.share(change / explanation.before.abs())),
        false => String::new(),
    };
    let mut text = format!(
        "{} {verb} by {}{relative}, from {} to {}.",
        metric.label,
        formatter.distance(metric.unit, change),
        value(explanation.before),
        value(explanation.after),
    );
    let known = |part: &&Contribution| !NO_REASON.contains(&part.value.as_str());
    let named = |part: &Contribution| {
        let dimension = part.dimension.label().to_lowercase();
        let by = formatter.difference(metric.unit, part.total());
        format!("{dimension} {} ({by})", part.value)
    };
    let mut parts = explanation.parts.iter().filter(known);
    if let Some(main) = parts.clone().find(|part| part.total() * change > 0.0) {
        let share = explanation.share(main).unwrap_or_default();
        let how = match share {
            1.005.. => "More than the total change",
            0.5.. => "Most of it",
            _ => "The largest part of it",
        };
        text.push_str(&format!(" {how} came from {}", named(main)));
        let against = parts.find(|part| part.total() * change < 0.0);
        let against = against.filter(|part| part.total().abs() >= WORTH_A_WORD * change.abs());
        if let Some(part) = against {
            text.push_str(&format!(
                "; {} moved in the opposite direction",
                named(part)
            ));
        }
        text.push('.');
    }
    text
}

/// The contributions, largest first.
pub(super) fn contributions(evaluation: &Evaluation) -> Table {
    let metric = evaluation.view().explained();
    let unit = Some(metric.unit);
    let mut table = Table::default();
    table.column("dimension", "Dimension", None);
    table.column("value", "Value", None);
    table.column("before", "Before", unit);
    table.column("after", "After", unit);
    table.column("contribution", "Contribution", unit);
    let ratio = !matches!(metric.kind, Kind::Is(_));
    if ratio {
        table.column("own_rate", "From its own change", unit);
        table.column("own_share", "From its share of the total", unit);
    }
    table.column("share_of_change", "Share of the change", Some(Unit::Rate));
    table.column("customers", "Customers", Some(Unit::Count));
    let Some(explanation) = evaluation.explanation() else {
        return table;
    };
    let whole = metric.is_whole();
    for part in &explanation.parts {
        let mut row = vec![
            Cell::Text(part.dimension.key().to_owned()),
            Cell::Text(part.value.clone()),
            Cell::number(part.before, whole),
            Cell::number(part.after, whole),
            Cell::number(Some(part.total()), whole),
        ];
        if ratio {
            row.push(Cell::Float(part.own));
            row.push(Cell::Float(part.mix));
        }
        row.push(Cell::number(explanation.share(part), false));
        row.push(Cell::Int(part.customers));
        table.rows.push(row);
    }
    table
}

/// The way from the period compared to the one shown, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Name in files.
    pub key: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// What it adds; of the first and the last, what there is.
    pub value: i64,
    /// What there is before it.
    pub from: i64,
    /// What there is after it.
    pub to: i64,
}

impl Step {
    /// Whether it is what there was or is, not a movement.
    pub fn is_level(&self) -> bool {
        matches!(self.key, "start" | "end")
    }
}

/// The steps: the start, what adds, what takes away, the end. Empty if the metric explained is no
/// stock, or without a comparison.
pub fn steps(evaluation: &Evaluation) -> Vec<Step> {
    let subject = evaluation.bridged();
    let moves = subject.and_then(|subject| evaluation.bridge(subject));
    let (Some(subject), Some(moves)) = (subject, moves) else {
        return Vec::new();
    };
    let mut kinds: Vec<(&str, &str, i64)> = kinds(&moves, subject)
        .into_iter()
        .map(|(key, label, values)| (key, label, values.first().copied().unwrap_or_default()))
        .collect();
    // Gains before losses, so that no step leads below nothing.
    kinds.sort_by_key(|(key, _, value)| match *key {
        "start" => 0,
        "end" => 3,
        "contraction" | "churn_voluntary" | "churn_involuntary" => 2,
        _ if *value < 0 => 2,
        _ => 1,
    });
    let mut level = 0;
    let step = |(key, label, value): (&'static str, &'static str, i64)| {
        let from = if key == "end" { 0 } else { level };
        level = from + value;
        Step {
            key,
            label,
            value,
            from,
            to: level,
        }
    };
    kinds.into_iter().map(step).collect()
}

/// Where an axis of steps begins: at zero, unless the changes would be too small to be seen then.
pub fn floor(steps: &[Step]) -> i64 {
    let levels = || steps.iter().map(|step| step.to);
    let (low, high) = (levels().min().unwrap_or(0), levels().max().unwrap_or(0));
    match low > (high - low) * 2 {
        true => low - (high - low).max(1) / 2,
        false => 0,
    }
}

pub(super) fn bridge(evaluation: &Evaluation) -> Table {
    let unit = evaluation.bridged().map(|subject| stock(subject).unit);
    let mut table = Table::default();
    table.column("step", "Step", None);
    table.column("name", "Name", None);
    table.column("value", "Value", unit);
    for step in steps(evaluation) {
        table.rows.push(vec![
            Cell::Text(step.key.to_owned()),
            Cell::Text(step.label.to_owned()),
            Cell::Int(step.value),
        ]);
    }
    table
}
