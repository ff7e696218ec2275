//! `tidemark snapshots diff`: what was restated between two snapshots, by the code the page runs.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::sync::Arc;

use tidemark_shared::Columns;
use tidemark_shared::engine::{Dataset, Marts};
use tidemark_shared::format;
use tidemark_shared::mart::MARTS;
use tidemark_shared::restate::{self, LISTS, Restatement, Side};
use tidemark_shared::view::Span;
use tidemark_snapshot::{Snapshot, SnapshotId, Store};

use super::Context;
use super::export::columns;
use crate::Failure;

/// Facts told of a month; `--json` has them all.
const MOST_FACTS: usize = 20;

/// Prints the restatement between two snapshots.
pub(super) fn run(context: &Context, store: &Store, ids: [&SnapshotId; 2]) -> Result<(), Failure> {
    let open = |id| store.open_snapshot(id).map_err(Failure::failed);
    let [before, after] = [open(ids[0])?, open(ids[1])?];
    let told = restate::compare(&side(&before)?, &side(&after)?);
    if context.json {
        return emit(&format!("{}\n", told.to_json()));
    }
    emit(&text(&told).map_err(Failure::failed)?)
}

/// A snapshot's marts. The daily flows it must have; what else cannot be read is not compared, and the comparison says so.
fn side(snapshot: &Snapshot) -> Result<Side, Failure> {
    let manifest = snapshot.manifest();
    let dataset = |columns: Columns| Dataset::new(columns, manifest.as_of).map_err(Failure::failed);
    let daily = dataset(columns(snapshot, "lifecycle_daily")?)?;
    let mut side = Side {
        manifest: Arc::new(manifest.clone()),
        marts: Arc::new(Marts::new(daily)),
        facts: None,
        customers: None,
    };
    for mart in MARTS.iter().filter(|mart| mart.name != "lifecycle_daily") {
        let Ok(read) = columns(snapshot, mart.name) else {
            continue;
        };
        let listed = LISTS.contains(&mart.name).then(|| Arc::new(read.clone()));
        match mart.name {
            "customer_events" => side.facts = listed,
            "customers" => side.customers = listed,
            _ => {}
        }
        if let (Ok(data), true) = (dataset(read), mart.name != "customer_events") {
            side.marts = Arc::new(Marts::clone(&side.marts).with(data));
        }
    }
    Ok(side)
}

/// Prints all at once. Whoever reads only the beginning has what they want.
fn emit(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::failed(error)),
        _ => Ok(()),
    }
}

fn text(told: &Restatement) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    for (name, manifest) in [("A", &told.before), ("B", &told.after)] {
        writeln!(
            out,
            "{name}  {}  as of {}  made {}",
            manifest.snapshot_id,
            manifest.as_of,
            format::moment(manifest.generated_at)
        )?;
    }
    writeln!(out, "\n{}", told.sentence())?;
    for source in &told.reasons.sources {
        writeln!(out, "  {}: {}", source.name, source.words())?;
    }
    for month in told.months() {
        writeln!(
            out,
            "\n{}: {}",
            format::month(month),
            told.month_sentence(month)
        )?;
        for one in told.of_month(month) {
            let figures = told.figures(one);
            let carried = if one.carried { ", carried over" } else { "" };
            writeln!(
                out,
                "  {:<34} {:>16} {:>16} {:>14}  {}{carried}",
                one.metric.label,
                figures.before,
                figures.after,
                figures.by.unwrap_or_default(),
                one.causes.words()
            )?;
        }
        let span = Span {
            from: month,
            to: tidemark_shared::date::month_end(month),
        };
        let facts: Vec<_> = told.facts.within(span).collect();
        for one in facts.iter().take(MOST_FACTS) {
            let record = told.facts.record(one).unwrap_or(format::NO_VALUE);
            let figures = told.fact_figures(one);
            writeln!(
                out,
                "    {}  {:<10} {} ({})  {} {} → {}  {record}",
                one.day,
                one.how.label(),
                told.facts.name(one),
                told.facts.customer(one),
                told.facts.label(one),
                figures.before,
                figures.after
            )?;
        }
        if let Some(more) = facts.len().checked_sub(MOST_FACTS).filter(|more| *more > 0) {
            writeln!(out, "    … and {more} facts more; --json has them all")?;
        }
    }
    if !told.ripened.is_empty() {
        writeln!(out, "\n{}", told.ripening())?;
    }
    Ok(out)
}
