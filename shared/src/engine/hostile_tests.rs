//! Ten thousand malformed links: each is read, answered by every chart, and written back the same.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::cohort_tests::data;
use super::oracle::{Facts, any_facts, marts};
use super::*;
use crate::chart::{ChartId, table};
use crate::table::Table;
use crate::view::{View, parse};

const QUERIES: u32 = 10_000;
/// Text that breaks programs: markup, what turns the reading direction, what cannot be seen, what
/// looks like a path or a number.
static NASTY: [&str; 30] = [
    "",
    " ",
    "\0",
    "%00",
    "%",
    "%Z",
    "%C3",
    "%ff%fe",
    "+",
    "=",
    "==",
    "!",
    "!!",
    ",",
    ",,,",
    "#",
    "?",
    "..%2f..%2fetc",
    "<img src=x onerror=alert(1)>",
    "\u{202e}gnp.exe",
    "\u{200b}",
    "\u{feff}",
    "e\u{301}",
    "\u{e9}",
    "👩‍👩‍👧‍👦",
    "NaN",
    "inf",
    "-0",
    "1e309",
    "__proto__",
];

/// What the parameters take, and nearly that.
static WORDS: [&str; 24] = [
    "30d",
    "90d",
    "12m",
    "mtd",
    "qtd",
    "ytd",
    "all",
    "day",
    "week",
    "month",
    "quarter",
    "previous",
    "year",
    "none",
    "mrr_rate",
    "customers",
    "mrr",
    "cohorts",
    "metrics",
    "a",
    "b",
    "unknown",
    "!a,b",
    "0a1b2c3d",
];

static NAMES: [&str; 16] = [
    "range",
    "from",
    "to",
    "grain",
    "compare",
    "cohort",
    "chart",
    "snapshot",
    "plan",
    "region",
    "industry",
    "company_size",
    "acquisition_channel",
    "by",
    "top",
    "PLAN",
];

fn date() -> impl Strategy<Value = String> {
    let year = prop_oneof![-10_000..300_000i32, 2024..2028i32];
    (year, 0..14u32, 0..33u32)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(WORDS.as_slice()).prop_map(str::to_owned),
        3 => date(),
        2 => select(NASTY.as_slice()).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => any::<f64>().prop_map(|number| number.to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
    ];
    prop_oneof![
        60 => piece.clone(),
        20 => proptest::collection::vec(piece.clone(), 0..8).prop_map(|all| all.join(",")),
        1 => (piece.clone(), 0..5_000usize).prop_map(|(one, count)| vec![one; count].join(",")),
        1 => (1..80_000usize).prop_map(|length| "x".repeat(length)),
        10 => piece.prop_map(|one| one.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ]
}

/// A parameter with a value of its kind, as links mostly have.
fn right() -> impl Strategy<Value = String> {
    let of = |name: &'static str, values: &'static [&'static str]| {
        select(values).prop_map(move |value| format!("{name}={value}"))
    };
    let day = (2024..2028i32, 1..13u32, 1..29u32);
    let day = day.prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"));
    prop_oneof![
        of("range", &["30d", "90d", "12m", "mtd", "qtd", "ytd", "all"]),
        of("grain", &["day", "week", "month", "quarter"]),
        of("compare", &["previous", "year", "none"]),
        (select(&["from", "to"][..]), day).prop_map(|(name, day)| format!("{name}={day}")),
        (
            select(&NAMES[8..13]),
            select(&["a", "b", "!a", "a,b", "unknown", "!unknown,b"][..])
        )
            .prop_map(|(name, values)| format!("{name}={values}")),
    ]
}

/// Some query: parameters that exist, others, twice the same, out of order, or no query at all.
fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => select(NAMES.as_slice()).prop_map(str::to_owned),
        1 => select(NASTY.as_slice()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let pair = (name, value()).prop_map(|(name, value)| format!("{name}={value}"));
    let pair = prop_oneof![pair, right()];
    prop_oneof![
        20 => proptest::collection::vec(pair, 0..9).prop_map(|pairs| pairs.join("&")),
        1 => any::<String>(),
    ]
}

#[test]
fn a_hostile_link_is_answered_and_written_back_the_same() {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: QUERIES,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let mut draw = |_| any_facts().new_tree(&mut runner).map(|tree| tree.current());
    let facts: Facts = (0..4).filter_map(|at| draw(at).ok()).flatten().collect();
    assert!(facts.len() > 50, "too little to ask about: {}", facts.len());
    let company = marts(&facts);
    let retention = data("2026-02-28").expect("cohorts");
    // Most broken links mean the same few views; each is asked for once.
    let answered: RefCell<HashSet<String>> = RefCell::default();
    let result = runner.run(&query(), |query| {
        let (view, ignored) = parse(&query);
        prop_assert!(ignored.len() <= 25, "{} notices", ignored.len());
        for part in &ignored {
            prop_assert!(part.name.chars().count() <= 61 && part.value.chars().count() <= 61);
        }
        let written = view.to_query();
        prop_assert_eq!(parse(&written), (view.clone(), vec![]), "{}", written);
        prop_assert_eq!(view.clone().canonical(), view.clone());
        let (known, _) = company.daily().known(&view);
        if answered.borrow_mut().insert(known.to_query()) {
            answer(&known, &company, &retention)?;
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let answered = answered.borrow().len();
    assert!(answered > 500, "only {answered} different views");
}

/// Every chart's table of a view, whole and as CSV.
fn answer(
    view: &View,
    company: &Arc<Marts>,
    retention: &RetentionData,
) -> Result<(), TestCaseError> {
    let evaluation = Evaluation::new(Arc::clone(company), view);
    for chart in ChartId::ALL {
        let table: Table = table(chart, &evaluation, Some(retention));
        for row in &table.rows {
            prop_assert_eq!(
                row.len(),
                table.columns.len(),
                "{} under {:?}",
                chart.key(),
                view
            );
        }
        let csv = table.to_csv();
        prop_assert!(
            !csv.contains("NaN") && !csv.contains("inf,"),
            "{}: {}",
            chart.key(),
            csv
        );
    }
    Ok(())
}
