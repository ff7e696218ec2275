//! What a list and a story say, and how fast a long list is sorted.

use super::*;

#[test]
fn every_column_of_amounts_has_a_name_of_its_own() {
    let world = World {
        people: Vec::new(),
        facts: Vec::new(),
    };
    for metric in METRICS.iter().filter(|metric| reach(metric).is_ok()) {
        let listing = Some(Listing::Metric(metric));
        let roster = world.list(listing, &Filters::default(), evaluation_span());
        let roster = roster.expect("a list");
        let parts = roster.parts();
        assert!(
            (1..=usize::from(crate::view::MAX_AMOUNTS)).contains(&parts.len()),
            "{}",
            metric.id
        );
        for (at, part) in parts.iter().enumerate() {
            assert!(!part.label.is_empty(), "{}", metric.id);
            let same = |other: &Part| other.key == part.key || other.label == part.label;
            assert!(
                !parts[..at].iter().any(same),
                "{}: {}",
                metric.id,
                part.label
            );
        }
    }
}

#[test]
fn numbers_without_a_list_are_those_of_groups_and_places_in_an_order() {
    let groups = [
        "acquisition_funnel",
        "marketing_spend",
        "retention_12m",
        "retention_cohorts",
        "tickets_and_churn",
    ];
    for metric in METRICS {
        let of_groups = metric.marts().iter().all(|mart| groups.contains(mart));
        let in_order = matches!(metric.kind, Kind::Percentile { .. });
        let why = reach(metric).err();
        assert_eq!(why.is_some(), of_groups || in_order, "{}", metric.id);
        assert!(why.is_none_or(|why| why.ends_with('.')), "{}", metric.id);
    }
}

#[test]
fn a_story_is_told_in_words() {
    let day = |age| from_days(AS_OF - age);
    let a = ["a"; Dimension::COUNT];
    let b = ["b", "a", "a", "a", "a"];
    let noted = |age, measure, dims, value, record: &str, detail: &str| {
        let given = [
            ("day", Value::Day(Some(day(age)))),
            ("customer_id", text("c00")),
            ("measure", text(measure)),
            ("record", text(record)),
            ("value", Value::Number(value)),
            ("detail", text(detail)),
        ];
        row(&CUSTOMER_EVENTS, &dims, &given)
    };
    let rows = [
        noted(90, "opportunities_won", a, 1, "006A", ""),
        noted(90, "opportunities_won_amount", a, 120_000, "006A", ""),
        noted(90, "customers_new", a, 1, "sub_1", ""),
        noted(90, "mrr_new", a, 5_000, "sub_1", ""),
        noted(60, "customers_moved", a, -1, "none", ""),
        noted(60, "customers_moved", b, 1, "none", ""),
        noted(60, "mrr_moved", a, -5_000, "none", ""),
        noted(60, "mrr_moved", b, 5_000, "none", ""),
        noted(60, "mrr_expansion", b, 3_000, "sub_1", ""),
        noted(20, "tickets_created", b, 1, "41", "urgent"),
        noted(20, "tickets_solved", b, 1, "41", "urgent"),
        noted(
            10,
            "customers_churned_involuntary",
            b,
            1,
            "sub_1",
            "payment_failed",
        ),
        noted(
            10,
            "mrr_churn_involuntary",
            b,
            -8_000,
            "sub_1",
            "payment_failed",
        ),
    ];
    let events = Events::new(columns(&rows, &CUSTOMER_EVENTS), day(0)).expect("events");
    let story = timeline(&events, "c00");
    let usd = crate::format::Formatter::new("usd");
    let given: Vec<(String, Option<&str>)> = story
        .facts
        .iter()
        .map(|fact| (fact.words(&usd), fact.record.as_deref()))
        .collect();
    let given: Vec<(&str, Option<&str>)> = given.iter().map(|(t, r)| (t.as_str(), *r)).collect();
    assert_eq!(
        given,
        [
            (
                "Churned (involuntary): payment failed, −$80.00 MRR",
                Some("sub_1")
            ),
            ("Ticket solved (urgent)", Some("41")),
            ("Ticket opened (urgent)", Some("41")),
            ("Expansion: +$30.00 MRR", Some("sub_1")),
            ("Plan: a → b", None),
            ("New customer: +$50.00 MRR", Some("sub_1")),
            ("Opportunity won: $1,200.00", Some("006A")),
        ]
    );
    let steps: Vec<i64> = story.steps.iter().map(|step| step.mrr).collect();
    assert_eq!(steps, [5_000, 8_000, 0]);
    assert_eq!(timeline(&events, "absent"), Timeline::default());
}

// There is no clock in the browser's standard library.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn a_hundred_thousand_customers_are_sorted_and_searched_at_once() {
    let text = |n: usize| text(&format!("Customer {}", n * 7_919 % 100_003));
    let rows: Vec<Row> = (0..100_000)
        .map(|n| {
            let dims = [["a", "b", "c", "d"][n % 4]; Dimension::COUNT];
            let given = [
                ("customer_id", Value::Text(format!("c{n:06}"))),
                ("name", text(n)),
                ("stage", Value::Text("active".to_owned())),
                ("mrr", Value::Number((n * 31 % 9_001) as i64)),
            ];
            row(&CUSTOMERS, &dims, &given)
        })
        .collect();
    let people = People::new(columns(&rows, &CUSTOMERS), from_days(AS_OF)).expect("people");
    let none = Filters::default();
    let roster =
        Roster::new(Arc::new(people), None, None, &none, evaluation_span()).expect("a list");
    let mut list = ListView::default();
    let timed = |name: &str, list: &ListView| {
        let start = std::time::Instant::now();
        let shown = roster.shown(list);
        let counts = roster.counts(list);
        let totals = roster.totals(&shown);
        let took = start.elapsed();
        println!("{name}: {took:?} for {} rows", shown.len());
        assert_eq!(
            (totals.listed, counts.stages.len()),
            (shown.len(), Stage::ALL.len())
        );
        // Ten times what it should take: this machine may be busy.
        assert!(took.as_millis() < 500, "{name} took {took:?}");
    };
    timed("by MRR", &list);
    list.sort = Sort::from_key("name");
    timed("by name", &list);
    list.sort = Sort::from_key("-plan");
    timed("by plan", &list);
    list.search = "customer 99".to_owned();
    timed("search", &list);
}
