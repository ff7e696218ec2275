//! What a topic's things are by kind: reasons of churn, tickets, churn by recent tickets, churn to
//! come.

use charming::datatype::{CompositeValue, DataFrame};
use charming::element::ItemStyle;
use charming::series::Bar;
use tidemark_shared::chart::{
    RECENT_DAYS, churn_reasons, funnel, tickets_and_churn, tickets_before, tickets_by,
};
use tidemark_shared::engine::{Evaluation, FEW, Tally, scheduled_churn, share};
use tidemark_shared::format;
use tidemark_shared::metric::Unit;
use tidemark_shared::metrics::TICKETS_CREATED;

use super::drawing::{Drawing, Ink, Tip, TipRow, number};
use super::frame::{over, value_axis};
use super::palette::Tone;
use super::ranked::{Ranked, kinds, ranked};
use crate::ui::capitalized;

const INVOLUNTARY: &str = "involuntary";

/// A machine's name as words: `too_expensive` becomes `Too expensive`.
fn words(key: &str) -> String {
    capitalized(&key.replace('_', " "))
}

/// How far first contacts come; recent ones, which may come further, are pale.
pub(crate) fn contacts(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    let steps = funnel(evaluation);
    let text = |unit, value| ink.formatter.value(unit, value);
    let bars: Vec<Ranked> = steps
        .iter()
        .map(|step| {
            let count = text(Unit::Count, step.reached);
            let share = text(Unit::Rate, step.share);
            let mut tip = vec![
                TipRow::new("Reached", count.clone(), Some(Tone::Main)),
                TipRow::new("Share of contacts", share.clone(), None),
                TipRow::new(
                    "Excluding recent contacts",
                    text(Unit::Rate, step.settled),
                    None,
                ),
            ];
            if step.key != "contact" {
                tip.push(TipRow::new(
                    "Days (median)",
                    text(Unit::Days, step.days),
                    None,
                ));
            }
            Ranked {
                name: match step.key {
                    "contact" => "First contact".to_owned(),
                    key => capitalized(key),
                },
                value: step.reached,
                pale: step.recent.unwrap_or_default(),
                label: match step.key {
                    "contact" => count,
                    _ => format!("{count} · {share}"),
                },
                tone: Tone::Main,
                tip,
            }
        })
        .collect();
    let last = steps.last();
    let summary = last.map_or_else(String::new, |last| {
        format!(
            "{} of {} first contacts became customers ({}), typically within {}.",
            text(Unit::Count, last.reached),
            text(Unit::Count, steps.first().and_then(|first| first.reached)),
            text(Unit::Rate, last.share),
            text(Unit::Days, last.days)
        )
    });
    let settled = last.and_then(|last| last.settled);
    let days = format::count(i64::from(RECENT_DAYS));
    let drawing = ranked("entities", &bars, summary.clone(), ink);
    Drawing {
        note: format!(
            "{summary} Lighter: first contacted in the last {days} days, so still early; excluding them, {} became customers.",
            text(Unit::Rate, settled)
        ),
        ..drawing
    }
}

/// Why customers left, the most frequent reason first.
pub(crate) fn reasons(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    let reasons = churn_reasons(evaluation);
    let reasons: Vec<&Tally> = reasons
        .iter()
        .filter(|one| {
            let key = if one.key(1) == INVOLUNTARY {
                INVOLUNTARY
            } else {
                "voluntary"
            };
            !ink.hidden.contains(key)
        })
        .collect();
    let total = reasons.iter().map(|one| one.sum(0)).sum();
    let bars: Vec<Ranked> = reasons
        .iter()
        .map(|one| {
            let involuntary = one.key(1) == INVOLUNTARY;
            let customers = format::count(one.sum(0));
            let part = ink.formatter.value(Unit::Rate, share(one.sum(0), total));
            let mrr = ink.formatter.value(Unit::Money, Some(one.sum(1) as f64));
            let kind = capitalized(one.key(1));
            Ranked {
                name: words(one.key(0)),
                value: Some(one.sum(0) as f64),
                pale: 0.0,
                // The kind in letters, so that colour is not the only sign.
                label: match involuntary {
                    true => format!("{customers} · {part} · invol."),
                    false => format!("{customers} · {part}"),
                },
                tone: match involuntary {
                    true => Tone::ChurnInvoluntary,
                    false => Tone::Churn,
                },
                tip: vec![
                    TipRow::new("Customers", customers, None),
                    TipRow::new("Share", part, None),
                    TipRow::new("MRR", mrr, None),
                    TipRow::new("Kind", kind, None),
                ],
            }
        })
        .collect();
    let summary = match bars.first() {
        Some(first) => format!(
            "{} customers left; the most frequent reason is {}: {}.",
            format::count(total),
            first.name,
            first.label
        ),
        None => "No customers left in this period.".to_owned(),
    };
    Drawing {
        legend: kinds(&[
            ("voluntary", "Voluntary", Tone::Churn),
            (INVOLUNTARY, "Involuntary (invol.)", Tone::ChurnInvoluntary),
        ]),
        ..ranked("reasons", &bars, summary, ink)
    }
}

/// Tickets created by the values of a key.
pub(crate) fn tickets(evaluation: &Evaluation, key: &'static str, ink: &Ink) -> Drawing {
    let tickets = tickets_by(evaluation, key);
    let before = tickets_before(evaluation, key, &tickets);
    let total = tickets.iter().map(|one| one.sum(0)).sum();
    let bars: Vec<Ranked> = tickets
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let count = format::count(one.sum(0));
            let part = ink.formatter.value(Unit::Rate, share(one.sum(0), total));
            let mut tip = vec![
                TipRow::new(TICKETS_CREATED.label, count.clone(), Some(Tone::Main)),
                TipRow::new("Share", part.clone(), None),
            ];
            if let Some(before) = &before {
                let name = evaluation.view().compare.label();
                let count = format::count(before[at]);
                tip.push(TipRow::new(name, count, Some(Tone::Compare)));
            }
            Ranked {
                name: words(one.key(0)),
                value: Some(one.sum(0) as f64),
                pale: 0.0,
                label: format!("{count} · {part}"),
                tone: Tone::Main,
                tip,
            }
        })
        .collect();
    let summary = match bars.first() {
        Some(first) => format!(
            "Tickets by {key}: most are {}: {}.",
            first.name, first.label
        ),
        None => "No tickets in this period.".to_owned(),
    };
    ranked("tickets", &bars, summary, ink)
}

/// How many customers churned within a month, by the tickets they had before it.
pub(crate) fn churn_by_tickets(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    let groups = tickets_and_churn(evaluation);
    let rate = |group: &Tally| share(group.sum(1), group.sum(0));
    let text = |group: &Tally| ink.formatter.value(Unit::Rate, rate(group));
    let name = |group: &Tally| match group.key(0) {
        "0" => "No tickets".to_owned(),
        "1" => "1 ticket".to_owned(),
        other => format!("{} tickets", other.replace('-', "–")),
    };
    let few = groups.iter().filter(|group| group.sum(0) < FEW);
    let few: Vec<String> = few.map(&name).collect();
    let bars: Vec<Ranked> = groups
        .iter()
        .map(|group| Ranked {
            name: name(group),
            value: rate(group),
            pale: 0.0,
            label: format!("{} of {}", text(group), format::count(group.sum(0))),
            tone: Tone::Churn,
            tip: vec![
                TipRow::new("Churned within the month", text(group), Some(Tone::Churn)),
                TipRow::new("Customer months", format::count(group.sum(0)), None),
                TipRow::new("Churned", format::count(group.sum(1)), None),
            ],
        })
        .collect();
    let ends = groups.first().zip(groups.last());
    let summary = match ends {
        Some((first, last)) => format!(
            "Of customers with {} before a month, {} churned within it; with {}, {}.",
            name(first).to_lowercase(),
            text(first),
            name(last),
            text(last)
        ),
        None => "No complete month in this period.".to_owned(),
    };
    let mut drawing = ranked("churn_rate", &bars, summary.clone(), ink);
    drawing.note = format!("{summary} This is a correlation; it does not show the cause.");
    if !few.is_empty() {
        let few = few.join(" and ");
        drawing.note += &format!(" {few}: too few customers for a reliable rate.");
    }
    drawing
}

/// Customers scheduled to cancel by the month in which they do, on the snapshot's day.
pub(crate) fn scheduled(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    let months = scheduled_churn(evaluation.slice());
    let names = months.iter().map(|month| format::month(month.0)).collect();
    let color = ink.palette.tone(Tone::Churn);
    let data: DataFrame = months
        .iter()
        .map(|month| CompositeValue::from(month.1).into())
        .collect();
    let bars = Bar::new()
        .name("customers")
        .bar_width("36%")
        .item_style(ItemStyle::new().color(color))
        .data(data);
    let axis = value_axis(Unit::Count, &ink.palette);
    let chart = over(names, axis, true, &ink.palette).series(bars);
    let money = |cents: i64| ink.formatter.value(Unit::Money, Some(cents as f64));
    let tip = |month: &(chrono::NaiveDate, i64, i64)| Tip {
        title: format::month(month.0),
        rows: vec![
            TipRow::new(
                "Customers scheduled to cancel",
                format::count(month.1),
                Some(Tone::Churn),
            ),
            TipRow::new("Their MRR", money(month.2), None),
        ],
        ..Tip::default()
    };
    let customers: i64 = months.iter().map(|month| month.1).sum();
    let mrr: i64 = months.iter().map(|month| month.2).sum();
    let day = format::date(evaluation.window().as_of);
    let summary = match customers {
        0 => format!("As of {day}, no customers are scheduled to cancel."),
        _ => format!(
            "Customers scheduled to cancel as of {day}: {}, with an MRR of {}.",
            format::count(customers),
            money(mrr)
        ),
    };
    let series = |value: &dyn Fn(&(chrono::NaiveDate, i64, i64)) -> i64| {
        let values = months
            .iter()
            .map(|month| number(&Some(value(month) as f64)));
        values.collect::<Vec<_>>()
    };
    let months_named: Vec<String> = months.iter().map(|month| month.0.to_string()).collect();
    Drawing {
        option: chart.to_json(),
        tips: months.iter().map(tip).collect(),
        note: summary.clone(),
        summary,
        values: serde_json::json!({
            "months": months_named, "customers": series(&|month| month.1), "mrr": series(&|month| month.2),
        })
        .to_string(),
        ..Drawing::default()
    }
}
