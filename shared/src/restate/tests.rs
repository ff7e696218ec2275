//! tests of restatements: nothing differs from itself, every value is the engine's own, and both
//! directions give the same result.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::columns::{Column, TextColumn};
use crate::date::{add_days, from_days, month_end, month_start, to_days};
use crate::engine::Dataset;
use crate::engine::oracle::{self, AS_OF, Row};
use crate::mart::{CUSTOMER_EVENTS, LIFECYCLE_DAILY, MARTS};
use crate::metrics::METRICS;
use crate::view::{Filters, Span};

/// A fact: customer, day, measure, record, plan; and what it counts for.
type Fact = (u8, i32, usize, u8, u8);
type Facts = BTreeMap<Fact, i64>;

/// In the order of the alphabet, as in the mart.
const MEASURES: [&str; 4] = [
    "customers_new",
    "mrr_expansion",
    "mrr_new",
    "trials_started_converted",
];

fn manifest(as_of: i32) -> serde_json::Value {
    serde_json::json!({
        "snapshot_id": format!("0a1b2c3d{as_of}"), "as_of": from_days(as_of), "generated_at": "2026-11-01T04:00:00Z",
        "timezone": "UTC", "currency": "usd", "policies": {"mrr_discounts": "all", "churn_date": "service_end"},
        "marts": [], "sources": [], "quality": {"status": "pass", "errors": 0, "warnings": 0},
        "made_by": {"version": "1", "models": "m"},
    })
}

fn events(facts: &Facts) -> Columns {
    let text = |cell: &dyn Fn(&Fact) -> String| {
        let cells: Vec<String> = facts.keys().map(cell).collect();
        Column::Text(TextColumn::from_rows(
            cells.iter().map(|cell| Some(cell.as_str())),
        ))
    };
    let columns = CUSTOMER_EVENTS
        .columns
        .iter()
        .map(|column| match column.name {
            "customer_id" => text(&|fact| format!("c{}", fact.0)),
            "day" => Column::Date(facts.keys().map(|fact| fact.1).collect()),
            "measure" => text(&|fact| MEASURES[fact.2].to_owned()),
            "record" => text(&|fact| format!("r{}", fact.3)),
            "plan" => text(&|fact| format!("p{}", fact.4)),
            "value" => Column::Int(facts.values().copied().collect()),
            _ => text(&|_| "x".to_owned()),
        });
    Columns::new(&CUSTOMER_EVENTS, columns.collect()).expect("the mart")
}

/// A snapshot of the rows until a day, and of facts.
fn side(rows: &[Row], facts: &Facts, as_of: i32) -> Side {
    let known: Vec<Row> = rows
        .iter()
        .filter(|row| row.day() <= from_days(as_of))
        .cloned()
        .collect();
    let dataset =
        |spec| Dataset::new(oracle::columns(&known, spec), from_days(as_of)).expect("a dataset");
    let others = MARTS.iter().filter(|spec| **spec != &LIFECYCLE_DAILY);
    let marts = others.fold(Marts::new(dataset(&LIFECYCLE_DAILY)), |marts, spec| {
        marts.with(dataset(spec))
    });
    let facts = facts.iter().filter(|(fact, _)| fact.1 <= as_of);
    Side {
        manifest: Arc::new(serde_json::from_value(manifest(as_of)).expect("a manifest")),
        marts: Arc::new(marts),
        facts: Some(Arc::new(events(
            &facts.map(|(fact, value)| (*fact, *value)).collect(),
        ))),
        customers: None,
    }
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let fact = (
        0..4u8,
        AS_OF - 90..=AS_OF,
        0..MEASURES.len(),
        0..3u8,
        0..2u8,
    );
    proptest::collection::btree_map(fact, -5i64..5, 0..30)
}

/// The same facts, but for some.
fn changed(facts: &Facts, other: &Facts, keep: &[bool]) -> Facts {
    let kept = facts
        .iter()
        .zip(keep.iter().cycle())
        .filter(|(_, keep)| **keep);
    let mut all: Facts = kept.map(|(one, _)| (*one.0, *one.1)).collect();
    all.extend(other.iter().take(3).map(|(fact, value)| (*fact, *value)));
    all
}

fn keys(all: &[Restated]) -> BTreeSet<(&'static str, NaiveDate)> {
    all.iter().map(|one| (one.metric.id, one.month)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_differs_from_itself(rows in oracle::any_facts(), facts in any_facts(), earlier in 0..60i32) {
        let one = side(&rows, &facts, AS_OF - earlier);
        let same = compare(&one, &one);
        prop_assert!(same.is_empty() && same.ripened.is_empty());
        prop_assert_eq!(same.incomparable, []);
    }

    /// Another day later, with nothing new about the days before.
    #[test]
    fn new_days_are_no_restatement(rows in oracle::any_facts(), facts in any_facts(), earlier in 1..60i32) {
        let (before, after) = (side(&rows, &facts, AS_OF - earlier), side(&rows, &facts, AS_OF));
        let comparison = compare(&before, &after);
        prop_assert!(comparison.is_empty(), "{:?} {:?}", comparison.restated, comparison.facts);
        prop_assert!(comparison.incomparable.iter().all(|one| one.metric.has_no_history()));
    }

    #[test]
    fn values_are_those_of_the_plain_reckoning(
        rows in oracle::any_facts(), others in oracle::any_facts(), cut in 0..80usize, earlier in 0..60i32,
    ) {
        let more: Vec<Row> = rows.iter().skip(cut).chain(others.iter().take(4)).cloned().collect();
        let none = Facts::new();
        let through = from_days(AS_OF - earlier);
        let (before, after) = (side(&rows, &none, AS_OF - earlier), side(&more, &none, AS_OF));
        let comparison = compare(&before, &after);
        let starts = [&before, &after].map(|side| side.marts.daily().data_start());
        let start = starts[0].min(starts[1]);
        let left_out = |metric: &Metric| comparison.incomparable.iter().any(|one| one.metric == metric);
        for metric in METRICS.iter().copied().filter(|metric| !left_out(metric)) {
            let mut month = month_start(start);
            while month <= through {
                let span = Span { from: month.max(start), to: month_end(month).min(through) };
                let plain = |rows: &[Row]| oracle::plain_value(rows, &Filters::default(), metric, span);
                let known: Vec<Row> = rows.iter().filter(|row| row.day() <= through).cloned().collect();
                let (a, b) = (plain(&known), plain(&more));
                let all = comparison.restated.iter().chain(&comparison.ripened);
                let found: Vec<_> = all.filter(|one| one.metric == metric && one.month == month).collect();
                match found[..] {
                    [] => {
                        let sum = matches!(metric.kind, crate::metric::Kind::Is(_));
                        let same = a == b || (sum && a.unwrap_or(0.0) == b.unwrap_or(0.0));
                        prop_assert!(same, "{} {month}: {a:?} {b:?}", metric.id);
                    }
                    [one] => prop_assert_eq!((one.before, one.after), (a, b), "{} {}", metric.id, month),
                    _ => prop_assert!(false, "{} {month} is reported twice", metric.id),
                }
                month = add_days(month_end(month), 1);
            }
        }
    }

    #[test]
    fn both_directions_tell_the_same(
        rows in oracle::any_facts(), others in oracle::any_facts(), facts in any_facts(), other in any_facts(),
        keep in proptest::collection::vec(any::<bool>(), 1..20), earlier in 0..40i32,
    ) {
        let a = side(&rows, &facts, AS_OF - earlier);
        let b = side(&others, &changed(&facts, &other, &keep), AS_OF);
        let (there, back) = (compare(&a, &b), compare(&b, &a));
        prop_assert_eq!(keys(&there.restated), keys(&back.restated));
        prop_assert_eq!(keys(&there.ripened), keys(&back.ripened));
        for (one, other) in there.restated.iter().zip(&back.restated) {
            prop_assert_eq!((one.before, one.after), (other.after, other.before));
            prop_assert_eq!((one.causes, one.carried), (other.causes, other.carried));
            prop_assert_eq!(&one.within, &other.within);
        }
        let mirrored = |how| match how {
            How::Added => How::Withdrawn,
            How::Withdrawn => How::Added,
            same => same,
        };
        prop_assert_eq!(there.facts.iter().count(), back.facts.iter().count());
        for (one, other) in there.facts.iter().zip(back.facts.iter()) {
            prop_assert_eq!((one.how, one.before, one.after), (mirrored(other.how), other.after, other.before));
            // A fact that changed customer is reported for its present one.
            if one.how != How::Regrouped {
                prop_assert_eq!(there.facts.customer(one), back.facts.customer(other));
            }
        }
    }

    #[test]
    fn facts_that_differ_are_found_each_once(
        facts in any_facts(), other in any_facts(), keep in proptest::collection::vec(any::<bool>(), 1..20), earlier in 0..60i32,
    ) {
        let changed = changed(&facts, &other, &keep);
        let through = AS_OF - earlier;
        let comparison = compare(&side(&[], &facts, through), &side(&[], &changed, AS_OF));
        // A measure of a customer, day and record is one fact, whatever the plans it is spread
        // over.
        type Plans = BTreeMap<u8, i64>;
        type Key = (u8, i32, usize, u8);
        let grouped = |facts: &Facts| {
            let mut groups: BTreeMap<Key, Plans> = BTreeMap::new();
            for ((customer, day, measure, record, plan), value) in facts {
                let counts = *day <= through && (earlier == 0 || MEASURES[*measure] != "trials_started_converted");
                if counts {
                    groups.entry((*customer, *day, *measure, *record)).or_default().insert(*plan, *value);
                }
            }
            groups
        };
        let (a, b) = (grouped(&facts), grouped(&changed));
        let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
        let sum = |plans: Option<&Plans>| plans.map_or(0, |plans| plans.values().sum::<i64>());
        let wanted = keys.into_iter().filter(|key| a.get(key) != b.get(key)).map(|key| {
            let (before, after) = (a.get(key), b.get(key));
            let how = match (before, after) {
                (None, _) => How::Added,
                (_, None) => How::Withdrawn,
                _ if sum(before) != sum(after) => How::Corrected,
                _ => How::Regrouped,
            };
            (*key, how, sum(before), sum(after))
        });
        let mut wanted: Vec<_> = wanted.collect();
        // What one customer lost and another got is one fact, where the first of the two stands.
        while let Some((at, other)) = (0..wanted.len()).filter(|at| wanted[*at].1 == How::Added).find_map(|at| {
            let ((_, day, measure, record), _, _, value) = wanted[at];
            let same = |((_, d, m, r), how, before, _): &(Key, How, i64, i64)| {
                *how == How::Withdrawn && (*d, *m, *r, *before) == (day, measure, record, value)
            };
            Some((at, wanted.iter().position(same)?))
        }) {
            let (key, _, _, value) = wanted[at];
            wanted[at.min(other)] = (key, How::Regrouped, value, value);
            wanted.remove(at.max(other));
        }
        let wanted = wanted.into_iter().map(|((customer, day, measure, _), how, before, after)| {
            (format!("c{customer}"), day, MEASURES[measure].to_owned(), how, before, after)
        });
        let found = comparison.facts.iter().map(|one| {
            let (customer, measure) = (comparison.facts.customer(one), comparison.facts.measure(one));
            (customer.to_owned(), to_days(one.day), measure.to_owned(), one.how, one.before, one.after)
        });
        prop_assert_eq!(found.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    }
}

/// One customer's expansion of a month ago came late: what the page shows.
#[test]
fn a_late_fact_is_told_in_a_sentence_with_its_figures() {
    let day = AS_OF - 40;
    let row = |mrr: i64| Row {
        spec: &LIFECYCLE_DAILY,
        values: LIFECYCLE_DAILY
            .columns
            .iter()
            .map(|column| match column.name {
                "day" => oracle::Value::Day(Some(from_days(day))),
                "mrr_expansion" => oracle::Value::Number(mrr),
                "plan" => oracle::Value::Text("Pro".to_owned()),
                _ if column.column_type == crate::mart::ColumnType::Text => {
                    oracle::Value::Text("x".to_owned())
                }
                _ => oracle::Value::Number(0),
            })
            .collect(),
    };
    let fact = |value| Facts::from([((7, day, 1, 2, 0), value)]);
    let before = side(&[row(1_000)], &fact(1_000), AS_OF - 5);
    let after = side(&[row(31_000)], &fact(31_000), AS_OF);
    let comparison = compare(&before, &after);
    let month = month_start(from_days(day));
    let sentence = comparison.month_sentence(month);
    assert!(
        sentence.starts_with("MRR is $310.00 instead of $10.00 (+$300.00)"),
        "{sentence}"
    );
    assert!(
        sentence.ends_with("In the month 1 fact of c7 differs (1 corrected)."),
        "{sentence}"
    );
    let mrr: Vec<&Restated> = comparison
        .restated
        .iter()
        .filter(|one| one.metric.id == "mrr")
        .collect();
    assert_eq!(
        mrr.iter().map(|one| one.carried).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(
        mrr[1].days.len(),
        1 + to_days(month_end(month)) as usize - day as usize
    );
    let carried = comparison.month_sentence(mrr[0].month);
    assert!(
        carried.contains("it carries an earlier change forward"),
        "{carried}"
    );
    assert!(
        comparison.sentence().contains("records that came late"),
        "{}",
        comparison.sentence()
    );
    assert_eq!(comparison.to_json()["facts"][0]["customer_id"], "c7");
    assert_eq!(
        comparison.to_json()["restated"][0]["causes"],
        serde_json::json!(["data"])
    );
}

/// A changed setting is the cause of what it shapes, and of nothing else.
#[test]
fn policy_code_and_data_are_distinguished_where_possible() {
    let with = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest: Manifest = serde_json::from_value(manifest(AS_OF)).expect("a manifest");
        change(&mut manifest);
        manifest
    };
    let base = with(&|_| ());
    let policy = with(&|manifest| manifest.policies.churn_date = "cancellation".to_owned());
    let reasons = Reasons::between(&base, &policy);
    let of = |reasons: &Reasons, id: &str| {
        reasons
            .of(crate::metrics::find(id).expect("a metric"))
            .words()
    };
    assert_eq!(of(&reasons, "customer_churn_rate"), "policy");
    assert_eq!(of(&reasons, "leads_created"), "late data");
    let both = Reasons {
        data: true,
        ..reasons
    };
    assert_eq!(of(&both, "customer_churn_rate"), "policy and late data");
    let code = with(&|manifest| manifest.made_by.as_mut().expect("known").models = "n".to_owned());
    let reasons = Reasons::between(&base, &code);
    assert_eq!(
        (reasons.code, of(&reasons, "mrr").as_str()),
        (Some(true), "code")
    );
    let unknown = with(&|manifest| manifest.made_by = None);
    assert_eq!(Reasons::between(&base, &unknown).code, None);
}
