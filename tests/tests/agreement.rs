//! Marts that count the same thing from different sides must agree through the engine, under any filter that both can follow.
//!
//! The marts are those of the acceptance sets, which are not part of the project: `TIDEMARK_ACCEPTANCE` names the folder that has
//! them, else one beside the checkout is tried; without either the test says that it skips.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use tidemark_shared::columns::{Column, NULL_DAY, TextColumn};
use tidemark_shared::date::{add_months, month_end, month_start, parse_iso, to_days};
use tidemark_shared::engine::{Dataset, Evaluation, Marts};
use tidemark_shared::mart::{ColumnType, LIFECYCLE_DAILY, MARTS, MartSpec};
use tidemark_shared::metric::{Kind, Quantity, Sum, plus};
use tidemark_shared::metrics::{
    ACTIVE_CUSTOMERS, ARR, CHURN_RATE_TICKETS_4, METRICS, MRR, STAGE_ACTIVE, TICKETS_CREATED,
};
use tidemark_shared::view::{Span, View, parse};
use tidemark_shared::{Columns, Metric};

/// A count of one mart's column, which is no metric of its own.
const fn counted(id: &'static str, quantity: Quantity) -> Metric {
    Metric {
        id,
        kind: Kind::Is(quantity),
        ..ACTIVE_CUSTOMERS
    }
}

const fn sum(mart: &'static str, terms: &'static [tidemark_shared::metric::Term]) -> Sum {
    Sum { mart, terms }
}

static COHORT_CUSTOMERS: Metric = counted(
    "active of all cohorts",
    Quantity::LastMonth(sum("retention_cohorts", &[plus("customers_active")])),
);
static COHORT_MRR: Metric = counted(
    "MRR of all cohorts",
    Quantity::LastMonth(sum("retention_cohorts", &[plus("mrr_active")])),
);
static YEAR_CUSTOMERS: Metric = counted(
    "customers of a year ago",
    Quantity::LastMonth(sum("retention_12m", &[plus("customers")])),
);
static YEAR_MRR: Metric = counted(
    "MRR of a year ago",
    Quantity::LastMonth(sum("retention_12m", &[plus("mrr_then")])),
);
static OBSERVED: Metric = counted(
    "customers observed for churn",
    Quantity::Flow(sum("tickets_and_churn", &[plus("customers")])),
);
static SUPPORT_TICKETS: Metric = counted(
    "tickets of support",
    Quantity::Flow(sum("support_daily", &[plus("tickets_created")])),
);
static LISTED_MRR: Metric = counted(
    "MRR of the customers' list",
    Quantity::AsOf(sum("customers", &[plus("mrr")])),
);

/// Filters to look through.
const FILTERS: &[&str] = &[
    "",
    "plan=Pro",
    "region=Europe",
    "company_size=!1-10&plan=!Pro",
];

fn folder(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/acceptance");
    let sets = env::var_os("TIDEMARK_ACCEPTANCE").map_or(beside, PathBuf::from);
    let folder = sets.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: the acceptance set {name} is not here");
    None
}

fn column(rows: &[csv::StringRecord], at: usize, kind: ColumnType) -> Column {
    let cells = rows.iter().map(|row| row.get(at).unwrap_or_default());
    match kind {
        ColumnType::Date => Column::Date(
            cells
                .map(|c| parse_iso(c).map_or(NULL_DAY, to_days))
                .collect(),
        ),
        ColumnType::Text => Column::Text(TextColumn::from_rows(
            cells.map(|cell| (!cell.is_empty()).then_some(cell)),
        )),
        ColumnType::Int64 => {
            Column::Int(cells.map(|c| c.parse().expect("a whole number")).collect())
        }
        ColumnType::Bool => Column::Bool(cells.map(|cell| cell == "true").collect()),
    }
}

fn dataset(folder: &Path, spec: &'static MartSpec, as_of: chrono::NaiveDate) -> Dataset {
    let file = folder.join("marts").join(format!("{}.csv", spec.name));
    let mut reader = csv::Reader::from_path(file).expect("a mart");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let columns = spec.columns.iter().enumerate();
    let columns = columns.map(|(at, c)| column(&rows, at, c.column_type));
    let columns = Columns::new(spec, columns.collect()).expect("the mart's columns");
    Dataset::new(columns, as_of).expect("a dataset")
}

fn marts(folder: &Path) -> Arc<Marts> {
    let as_of = fs::read_to_string(folder.join("as_of")).expect("the as-of day");
    let as_of = parse_iso(as_of.trim()).expect("a day");
    let daily = Marts::new(dataset(folder, &LIFECYCLE_DAILY, as_of));
    // Marts that came later are not in the sets.
    let there = |spec: &&&MartSpec| {
        let file = format!("marts/{}.csv", spec.name);
        **spec != &LIFECYCLE_DAILY && folder.join(file).is_file()
    };
    let all = MARTS.iter().filter(there);
    let marts = all.fold(daily, |marts, spec| {
        marts.with(dataset(folder, spec, as_of))
    });
    Arc::new(marts)
}

fn check(name: &str) {
    let Some(folder) = folder(name) else { return };
    let marts = marts(&folder);
    for query in FILTERS {
        let (view, ignored) = parse(query);
        assert_eq!(ignored, []);
        agree(name, &Evaluation::new(Arc::clone(&marts), &view), &view);
    }
    // Every metric has a value: a formula that reads nothing would have none. Nobody there wrote four tickets in a month.
    let year = Evaluation::new(Arc::clone(&marts), &View::default());
    let at_hand = |metric: &&&Metric| marts.has(metric);
    let metrics = METRICS.iter().filter(at_hand);
    let metrics = metrics.filter(|m| year.total(m).value.is_none());
    let empty: Vec<&str> = metrics.map(|metric| metric.id).collect();
    assert_eq!(empty, [CHURN_RATE_TICKETS_4.id], "{name}");
}

fn agree(name: &str, evaluation: &Evaluation, view: &View) {
    let slice = evaluation.slice();
    let window = evaluation.window();
    let place =
        |what: &Metric, span: Span| format!("{name} {} {} {span:?}", view.to_query(), what.id);
    let mut compared = 0;
    let mut month = month_start(window.data_start);
    while month_end(month) <= window.as_of {
        let span = Span {
            from: month,
            to: month_end(month),
        };
        let ago = Span {
            from: add_months(month, -12),
            to: month_end(add_months(month, -12)),
        };
        let before = Span {
            from: add_months(month, -1),
            to: month_end(add_months(month, -1)),
        };
        let mut same = |one: &Metric, at: Span, other: &Metric, then: Span| {
            // What began later than the data has no value before it began; there was nothing to count.
            let value = slice.value(one, at).unwrap_or(0.0);
            assert_eq!(
                value,
                slice.value(other, then).unwrap_or(0.0),
                "{}",
                place(one, at)
            );
            compared += i32::from(value != 0.0);
        };
        same(&STAGE_ACTIVE, span, &ACTIVE_CUSTOMERS, span);
        same(&SUPPORT_TICKETS, span, &TICKETS_CREATED, span);
        same(&OBSERVED, span, &ACTIVE_CUSTOMERS, before);
        same(&YEAR_CUSTOMERS, span, &ACTIVE_CUSTOMERS, ago);
        same(&YEAR_MRR, span, &MRR, ago);
        if view.filters.is_empty() {
            // Cohorts keep the values of their first day, so they agree without a filter only.
            same(&COHORT_CUSTOMERS, span, &ACTIVE_CUSTOMERS, span);
            same(&COHORT_MRR, span, &MRR, span);
        }
        month = add_months(month, 1);
    }
    assert!(compared > 20, "{name}: only {compared} values to compare");
    let today = Span {
        from: window.as_of,
        to: window.as_of,
    };
    assert_eq!(
        slice.value(&LISTED_MRR, today),
        slice.value(&MRR, today),
        "{name}"
    );
    assert_eq!(
        slice.value(&ARR, today),
        slice.value(&MRR, today).map(|mrr| mrr * 12.0)
    );
}

#[test]
fn the_marts_of_a_clean_company_agree() {
    check("acme");
}

#[test]
fn the_marts_of_a_dirty_company_agree() {
    check("acme-nasty");
}
