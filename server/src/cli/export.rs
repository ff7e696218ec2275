//! `tidemark export`: the table behind a shared dashboard link, by the code the page runs.

use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use tidemark_shared::api::Format;
use tidemark_shared::chart::{self, ChartId};
use tidemark_shared::engine::people;
use tidemark_shared::engine::{Dataset, Evaluation, Marts, RetentionData};
use tidemark_shared::view::{self, View};
use tidemark_shared::{Columns, mart, wire};
use tidemark_snapshot::{Encoding, Snapshot, SnapshotId, Store};

use super::Context;
use crate::Failure;

/// Flags of `export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The link, or its query: `range=12m&plan=Pro&chart=mrr`; `chart` names the table, `list` who is behind a number; without them all metrics over time
    #[arg(value_name = "QUERY", default_value = "")]
    query: String,
    /// Folder of the published snapshots
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Format of the table
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    format: TableFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    Csv,
    Json,
}

impl Export {
    pub(super) fn run(self, mut context: Context) -> Result<(), Failure> {
        context.set("data", self.data.as_deref())?;
        let (path, query) = people::split(&self.query);
        let (view, ignored) = view::parse(query);
        let store = Store::open_read_only(&context.settings.data);
        let snapshot = open(&store, &view, context.today())?;
        let as_of = snapshot.manifest().as_of;
        let chart = view.chart.unwrap_or(ChartId::Metrics);
        let marts = marts(&snapshot, chart)?;
        let (view, unknown) = marts.daily().known(&view);
        for part in ignored.iter().chain(&unknown) {
            eprintln!("ignored: {}={}: {}", part.name, part.value, part.reason);
        }
        let list = people::asks_for_list(path, &view);
        for metric in chart.metrics().iter().filter(|_| !list) {
            for dimension in metric.cannot_follow(&view.filters) {
                let key = dimension.key();
                eprintln!("no value: {} cannot be filtered by {key}", metric.id);
            }
        }
        let retention = match chart.needs_cohorts() {
            true => {
                let cohorts = columns(&snapshot, "retention_cohorts")?;
                Some(RetentionData::new(&cohorts, as_of).map_err(Failure::failed)?)
            }
            false => None,
        };
        let evaluation = Evaluation::new(Arc::new(marts), &view);
        let table = if list {
            let events = people::needs_events(&view.people);
            let events = events.then(|| columns(&snapshot, "customer_events"));
            let customers = columns(&snapshot, "customers")?;
            people::listed(customers, events.transpose()?, &evaluation).map_err(Failure::Failed)?
        } else {
            chart::table(chart, &evaluation, retention.as_ref())
        };
        match self.format {
            TableFormat::Csv => print!("{}", table.to_csv()),
            TableFormat::Json => println!("{}", table.to_json()),
        }
        Ok(())
    }
}

/// The snapshot a view is pinned to, else the latest.
fn open(store: &Store, view: &View, today: NaiveDate) -> Result<Snapshot, Failure> {
    match &view.snapshot {
        Some(id) => store
            .open_snapshot(&id.parse::<SnapshotId>().map_err(Failure::usage)?)
            .map_err(Failure::failed),
        None => store
            .open_latest(today)
            .map_err(Failure::failed)?
            .ok_or_else(|| {
                Failure::Failed(format!(
                    "nothing is published in {} yet; run `tidemark build` first",
                    store.folder().display()
                ))
            }),
    }
}

/// The marts that a chart's metrics are formed from, and the daily flows, whose days are the days there are.
fn marts(snapshot: &Snapshot, chart: ChartId) -> Result<Marts, Failure> {
    let dataset = |name: &str| {
        let columns = columns(snapshot, name)?;
        Dataset::new(columns, snapshot.manifest().as_of).map_err(Failure::failed)
    };
    let daily = dataset("lifecycle_daily")?;
    let others = chart.marts().into_iter();
    others
        .filter(|name| *name != "lifecycle_daily")
        .try_fold(Marts::new(daily), |marts, name| {
            Ok(marts.with(dataset(name)?))
        })
}

/// A mart of a snapshot, decoded.
pub(super) fn columns(snapshot: &Snapshot, name: &str) -> Result<Columns, Failure> {
    let spec =
        mart::find(name).ok_or_else(|| Failure::Failed(format!("no mart {name} is specified")))?;
    let bytes = snapshot
        .read(name, Format::Arrow, Encoding::Identity)
        .map_err(Failure::failed)?;
    wire::decode(spec, &bytes).map_err(|error| Failure::Failed(format!("mart {name}: {error}")))
}
