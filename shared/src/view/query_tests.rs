//! URL round trips and forgiving reading.

use proptest::prelude::*;

use super::*;
use crate::date::from_days;
use crate::view::{Field, Filters, ListView, Listing, MAX_AMOUNTS, Mark, Sort, Stage};

/// Reads a query and writes back what was understood, with the names of what was ignored.
fn check(query: &str, canonical: &str, ignored: &[&str]) {
    let (view, notices) = parse(query);
    assert_eq!(view.to_query(), canonical, "{query}");
    let names: Vec<&str> = notices.iter().map(|notice| notice.name.as_str()).collect();
    assert_eq!(names, ignored, "{query}");
}

#[test]
fn defaults_are_left_out_and_the_order_is_fixed() {
    check("", "", &[]);
    check("?", "", &[]);
    check("range=12m&grain=month&compare=previous", "", &[]);
    check("cohort=customers_rate", "", &[]);
    check(
        "snapshot=0a1b2c3d&chart=mrr&plan=Team,Pro,Team&compare=none&grain=day&range=ytd",
        "range=ytd&grain=day&compare=none&plan=Pro,Team&chart=mrr&snapshot=0a1b2c3d",
        &[],
    );
    check(
        "snapshot=0a1b2c3d&against=0a1b2c3e",
        "against=0a1b2c3e&snapshot=0a1b2c3d",
        &[],
    );
    check("range=30d&grain=day", "range=30d", &[]);
    check(
        "explain=arpa&cohort=mrr&by=region&plan=Pro",
        "plan=Pro&by=region&cohort=mrr&explain=arpa",
        &[],
    );
    check("explain=mrr", "", &[]);
    check(
        "to=2026-02-28&from=2026-01-01",
        "from=2026-01-01&to=2026-02-28",
        &[],
    );
    check("from=2026-01-01", "from=2026-01-01", &[]);
    check(
        "customer=a%2Fb&sort=mrr&q=M%C3%BCller+%26&stage=trial,active,trial&mark=delinquent&list=mrr_new",
        "list=mrr_new&stage=trial,active&mark=delinquent&q=M%C3%BCller%20%26&sort=mrr&customer=a%2Fb",
        &[],
    );
    check(
        "sort=-mrr&q=&customer=&list=cohort.2026-01.3",
        "list=cohort.2026-01.3&sort=-mrr",
        &[],
    );
    check("sort=-amount&list=mrr", "list=mrr", &[]);
}

#[test]
fn values_are_decoded_after_they_are_split() {
    check("plan=A%2CB,C", "plan=A%2CB,C", &[]);
    check("plan=!Pro", "plan=!Pro", &[]);
    check("plan=%21Pro", "plan=%21Pro", &[]);
    check("company_size=1001%2B", "company_size=1001%2B", &[]);
    check("region=North+America", "region=North%20America", &[]);
    check("industry=Cr%C3%A8me", "industry=Cr%C3%A8me", &[]);
    check("plan=50%25%20off", "plan=50%25%20off", &[]);
    let (view, _) = parse("plan=A%2CB");
    let values = view.filters.get(Dimension::Plan).map(|f| f.values.clone());
    assert_eq!(values, Some(vec!["A,B".to_owned()]));
}

#[test]
fn what_is_unknown_or_broken_is_ignored_and_told() {
    check("utm_source=x&plan=Pro", "plan=Pro", &["utm_source"]);
    check("range=5y", "", &["range"]);
    check("grain=hour&compare=last", "", &["grain", "compare"]);
    check("from=2026-02-30&to=2026-03-01", "to=2026-03-01", &["from"]);
    check("from=2026-03-02&to=2026-03-01", "", &["from, to"]);
    check("range=ytd&from=2026-03-02", "from=2026-03-02", &["range"]);
    check("plan=Pro&plan=Team", "plan=Pro", &["plan"]);
    check(
        "plan=&region=!&industry=,",
        "",
        &["plan", "region", "industry"],
    );
    check("snapshot=../../etc", "", &["snapshot"]);
    check("against=latest", "", &["against"]);
    check("chart=pie", "", &["chart"]);
    check(
        "list=pie&stage=active,gone&mark=&sort=-",
        "",
        &["list", "stage", "mark", "sort"],
    );
    check("by=colour&explain=ltv", "", &["by", "explain"]);
    check("%FF=1", "", &["%FF"]);
    check("plan=%FF", "", &["plan"]);
    check(&"x".repeat(MAX_QUERY_BYTES + 1), "", &["query"]);
}

#[test]
fn notices_are_short_and_show_nothing_invisible() {
    let (_, notices) = parse(&format!("\u{202e}{}=1", "y".repeat(500)));
    let name = &notices[0].name;
    assert!(name.chars().count() <= MAX_SHOWN + 1);
    assert!(!name.contains('\u{202e}'));
    let many: Vec<String> = (0..10_000).map(|n| format!("p{n}=1")).collect();
    let (_, notices) = parse(&many.join("&"));
    assert!(notices.len() <= MAX_NOTICES);
}

fn any_filter() -> impl Strategy<Value = Option<Filter>> {
    let value = prop_oneof![
        "[a-zA-Z0-9 ,!%&=+#-]{1,8}",
        any::<String>(),
        Just("1001+".to_owned()),
    ];
    proptest::option::of(
        (any::<bool>(), proptest::collection::vec(value, 0..4))
            .prop_map(|(exclude, values)| Filter { exclude, values }),
    )
}

fn any_people() -> impl Strategy<Value = ListView> {
    let metric = proptest::sample::select(crate::metrics::METRICS).prop_map(Listing::Metric);
    let cohort = (-20_000i32..40_000, 0u32..2_400).prop_map(|(month, months_since)| {
        let month = crate::date::month_start(from_days(month));
        Listing::Cohort {
            month,
            months_since,
        }
    });
    let fields = Field::ALL.into_iter();
    let fields: Vec<Field> = fields.chain((0..MAX_AMOUNTS).map(Field::Amount)).collect();
    let sort = (proptest::sample::select(fields), any::<bool>());
    (
        proptest::option::of(prop_oneof![metric, cohort]),
        proptest::collection::vec(proptest::sample::select(&Stage::ALL), 0..4),
        proptest::collection::vec(proptest::sample::select(&Mark::ALL), 0..3),
        any::<String>(),
        proptest::option::of(sort.prop_map(|(field, descending)| Sort { field, descending })),
        proptest::option::of(any::<String>()),
    )
        .prop_map(
            |(listing, stages, marks, search, sort, customer)| ListView {
                listing,
                stages,
                marks,
                search,
                sort,
                customer,
            },
        )
}

fn any_view() -> impl Strategy<Value = View> {
    let day = || (-30_000i32..60_000).prop_map(from_days);
    let range = prop_oneof![
        proptest::sample::select(&Preset::ALL).prop_map(Range::Preset),
        (proptest::option::of(day()), proptest::option::of(day()))
            .prop_filter("in order", |(from, to)| from
                .zip(*to)
                .is_none_or(|(from, to)| from <= to))
            .prop_map(|(from, to)| Range::Dates { from, to }),
    ];
    (
        range,
        proptest::option::of(proptest::sample::select(&Grain::ALL)),
        proptest::sample::select(&Compare::ALL),
        proptest::array::uniform5(any_filter()),
        proptest::array::uniform2(proptest::option::of("[0-9a-f]{8,64}")),
        proptest::sample::select(&CohortShow::ALL),
        proptest::option::of(proptest::sample::select(&ChartId::ALL)),
        proptest::option::of(proptest::sample::select(&Dimension::ALL)),
        proptest::option::of(proptest::sample::select(
            headlines_and_rates().collect::<Vec<_>>(),
        )),
        any_people(),
    )
        .prop_map(
            |(
                range,
                chosen_grain,
                compare,
                conditions,
                [snapshot, against],
                cohort,
                chart,
                by,
                explain,
                people,
            )| {
                let mut filters = Filters::default();
                for (dimension, filter) in Dimension::ALL.into_iter().zip(conditions) {
                    filters.set(dimension, filter);
                }
                View {
                    range,
                    chosen_grain,
                    compare,
                    filters,
                    snapshot,
                    against,
                    by,
                    cohort,
                    explain,
                    chart,
                    people,
                }
                .canonical()
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn reading_what_was_written_gives_the_view_back(view in any_view()) {
        let query = view.to_query();
        let (read, ignored) = parse(&query);
        prop_assert_eq!(&ignored, &[], "{}", query);
        prop_assert_eq!(&read, &view, "{}", query);
        prop_assert_eq!(read.to_query(), query);
    }

    #[test]
    fn any_text_is_read_and_its_canonical_form_is_stable(query in any::<String>()) {
        let (view, _) = parse(&query);
        let (again, ignored) = parse(&view.to_query());
        prop_assert_eq!(&ignored, &[]);
        prop_assert_eq!(again, view);
    }

    #[test]
    fn hostile_queries_resolve_without_panic(
        parts in proptest::collection::vec(
            (
                proptest::sample::select(&["from", "to", "range", "grain", "compare", "plan", "region", "snapshot", "against", "chart", "cohort", "by", "explain", "list", "stage", "mark", "q", "sort", "customer"][..]),
                prop_oneof!["[0-9-]{8,11}", "%[0-9a-fA-F]{0,2}.{0,3}", any::<String>(), Just("9999-12-31".to_owned()), Just("0000-01-01".to_owned())],
            ),
            0..12,
        ),
        as_of in -1_000i32..80_000,
        history in 0i32..8_000,
    ) {
        let text: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (view, _) = parse(&text.join("&"));
        let window = view.resolve(from_days(as_of), from_days(as_of - history));
        prop_assert!(window.shown.is_empty() || window.shown.to <= window.as_of);
        prop_assert!(window.shown.is_empty() || window.shown.from >= window.data_start);
    }
}
