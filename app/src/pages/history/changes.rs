//! A restatement in words and tables: the whole, then month by month the metrics and the records
//! behind them.

use chrono::NaiveDate;
use leptos::prelude::*;
use tidemark_shared::View;
use tidemark_shared::date::month_end;
use tidemark_shared::format;
use tidemark_shared::restate::{Difference, How, Restated, Restatement};
use tidemark_shared::view::Span;

use crate::routes::story;
use crate::store::Store;
use crate::ui::{Cell, Column, code, counted, data_table, fold, section, span};
use crate::widgets::source_name;

/// Facts listed of a month.
const MOST_FACTS: usize = 100;

/// Everything that is known of a restatement.
pub(super) fn changes(store: Store, restatement: &Restatement) -> AnyView {
    let badge = match (
        restatement.is_empty(),
        restatement.reasons.settings.is_empty(),
        restatement.reasons.code,
    ) {
        (true, ..) => span("badge good", "unchanged".to_owned()),
        (_, false, _) => span("badge warn", "policy".to_owned()),
        (_, _, Some(true)) => span("badge warn", "code".to_owned()),
        _ => span("badge warn", "late data".to_owned()),
    };
    let mut whole = vec![sources(restatement)];
    whole.extend((!restatement.ripened.is_empty()).then(|| line(restatement.ripening())));
    let whole = section(
        "restated",
        "Restated values",
        vec![badge],
        restatement.sentence(),
        whole,
    );
    // A month in which nothing happened itself only repeats what changed before.
    let (own, carried): (Vec<NaiveDate>, Vec<NaiveDate>) = restatement
        .months()
        .into_iter()
        .partition(|month| happened(restatement, *month));
    let changed = |month: &NaiveDate| restatement.of_month(*month).any(|one| !one.carried);
    let opened = own.iter().position(changed).unwrap_or(0);
    let months = own
        .iter()
        .enumerate()
        .map(|(at, month)| self::month(store, restatement, *month, at == opened));
    let mut months: Vec<AnyView> = months.collect();
    if !carried.is_empty() {
        let rows = carried.iter().map(|month| {
            vec![
                format::month(*month).into(),
                restatement.month_sentence(*month).into(),
            ]
        });
        let columns = ["Month", "Change"].map(Column::text);
        let table = data_table(
            "Months affected only by earlier changes".to_owned(),
            &columns,
            rows.collect(),
        );
        let count = counted(&format::count(carried.len() as i64), "month");
        let title = view! { <strong>{format!("{count} more")}</strong> }.into_any();
        let why = "Nothing changed in these months themselves: balances such as MRR, and rates based on them, carry forward an earlier change.";
        let summary = vec![title, span("muted", why.to_owned())];
        months.push(fold(
            "history-carried".to_owned(),
            false,
            summary,
            vec![table],
        ));
    }
    let months = (!months.is_empty()).then(|| {
        let about = "Newest first. Click a name to open the customer.".to_owned();
        section("restated-months", "Month by month", vec![], about, months)
    });
    view! { {whole} {months} }.into_any()
}

fn happened(restatement: &Restatement, month: NaiveDate) -> bool {
    restatement.of_month(month).any(|one| !one.carried)
        || restatement.facts.within(whole(month)).next().is_some()
}

fn whole(month: NaiveDate) -> Span {
    Span {
        from: month,
        to: month_end(month),
    }
}

fn line(text: String) -> AnyView {
    view! { <p class="more muted">{text}</p> }.into_any()
}

/// How the sources have grown.
fn sources(restatement: &Restatement) -> AnyView {
    let rows: Vec<Vec<Cell>> = restatement
        .reasons
        .sources
        .iter()
        .map(|one| vec![source_name(&one.name).into(), one.words().into()])
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let columns = ["Source", "Records read"].map(Column::text);
    data_table("Records read for both snapshots".to_owned(), &columns, rows)
}

/// One month: its sentence, its metrics, its facts.
fn month(store: Store, restatement: &Restatement, month: NaiveDate, open: bool) -> AnyView {
    let name = format::month(month);
    let title = view! { <strong>{name.clone()}</strong> }.into_any();
    let summary = vec![title, span("", restatement.month_sentence(month))];
    let mut rows: Vec<&Restated> = restatement.of_month(month).collect();
    // Stable: what happened in the month itself comes first.
    rows.sort_by_key(|one| one.carried);
    let mut body = Vec::new();
    if !rows.is_empty() {
        let columns = [
            Column::text("Metric"),
            Column::number("Before"),
            Column::number("Now"),
            Column::number("Difference"),
            Column::text("Cause"),
        ];
        let rows = rows
            .into_iter()
            .map(|one| metric(restatement, one))
            .collect();
        body.push(data_table(format!("Metrics of {name}"), &columns, rows));
    }
    body.extend(facts(store, restatement, whole(month), &name));
    fold(
        format!("history-{}", month.format("%Y-%m")),
        open,
        summary,
        body,
    )
}

fn metric(restatement: &Restatement, one: &Restated) -> Vec<Cell> {
    let figures = restatement.figures(one);
    let cause = match one.carried {
        true => format!("{}, carried forward", one.causes.words()),
        false => one.causes.words(),
    };
    vec![
        one.metric.label.to_owned().into(),
        figures.before.into(),
        figures.after.into(),
        figures
            .by
            .unwrap_or_else(|| format::NO_VALUE.to_owned())
            .into(),
        cause.into(),
    ]
}

/// The facts of some days that differ; nothing if none does.
fn facts(store: Store, restatement: &Restatement, days: Span, month: &str) -> Vec<AnyView> {
    let all: Vec<&Difference> = restatement.facts.within(days).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let columns = [
        Column::text("Customer"),
        Column::text("Event"),
        Column::number("Day"),
        Column::number("Before"),
        Column::number("Now"),
        Column::text("Record"),
        Column::text("Change"),
    ];
    let rows = all
        .iter()
        .take(MOST_FACTS)
        .map(|one| fact(store, restatement, one));
    let table = data_table(format!("Records of {month}"), &columns, rows.collect());
    let more = all.len().saturating_sub(MOST_FACTS);
    let more = (more > 0).then(|| {
        let more = counted(&format::count(more as i64), "fact");
        line(format!(
            "… and {more} more; `tidemark snapshots diff --json` lists all of them."
        ))
    });
    [Some(table), more].into_iter().flatten().collect()
}

fn fact(store: Store, restatement: &Restatement, one: &Difference) -> Vec<Cell> {
    let facts = &restatement.facts;
    let figures = restatement.fact_figures(one);
    // Who is in the first snapshot only has a story there.
    let pinned = (one.how == How::Withdrawn).then(|| restatement.before.snapshot_id.clone());
    let view = store.view.get_untracked();
    let view = View {
        snapshot: pinned.or(view.snapshot.clone()),
        ..view
    };
    let name = facts.name(one).to_owned();
    let who = view! { <a href=story(&view, facts.customer(one))>{name}</a> }.into_any();
    let record = facts
        .record(one)
        .map(|record| Cell::View(code(record.to_owned())));
    vec![
        Cell::View(who),
        facts.label(one).into(),
        format::date(one.day).into(),
        figures.before.into(),
        figures.after.into(),
        record.unwrap_or_else(|| format::NO_VALUE.to_owned().into()),
        one.how.label().to_owned().into(),
    ]
}
