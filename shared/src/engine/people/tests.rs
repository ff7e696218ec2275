//! Lists against the numbers they are behind, on random facts.

use std::sync::Arc;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::columns::Columns;
use crate::date::{add_months, from_days, month_end, month_start, to_days};
use crate::dimension::Dimension;
use crate::engine::oracle::{AS_OF, Row, Value, any_view, columns, marts};
use crate::engine::{Evaluation, Marts};
use crate::mart::{
    CHURN_REASONS, CUSTOMER_EVENTS, CUSTOMERS, ColumnSpec, ColumnType, LIFECYCLE_DAILY, MartSpec,
    Role, STAGE_TRANSITIONS, SUPPORT_DAILY,
};
use crate::metric::{Kind, Metric, Quantity};
use crate::metrics::{METRICS, MRR_FLOWS};
use crate::table::Cell;
use crate::view::{Field, Filters, ListView, Listing, Mark, Sort, Span, Stage};

/// A fact as a person would write it down.
#[derive(Debug, Clone)]
struct Noted {
    customer: usize,
    day: NaiveDate,
    measure: &'static str,
    dims: [&'static str; Dimension::COUNT],
    value: i64,
}

/// A customer.
#[derive(Debug, Clone)]
struct Person {
    stage: Stage,
    mrr: i64,
    leaves: bool,
    flags: u8,
    dims: [&'static str; Dimension::COUNT],
}

/// Customers with ids by their place, and facts of them and of more.
#[derive(Debug, Clone)]
struct World {
    people: Vec<Person>,
    facts: Vec<Noted>,
}

const NAMES: [&str; 6] = [
    "Ärger & Co",
    "beta",
    "Beta",
    "<img onerror=x>",
    "",
    "Zeta beta",
];

fn id(at: usize) -> String {
    format!("c{at:02}")
}

/// Columns of marts that facts count for.
fn measures() -> Vec<&'static str> {
    let columns = LIFECYCLE_DAILY.columns.iter().chain(SUPPORT_DAILY.columns);
    let measures = columns.filter(|column| matches!(column.role, Role::Measure(_)));
    measures.map(|column| column.name).collect()
}

fn any_world() -> impl Strategy<Value = World> {
    let dims = || proptest::array::uniform5(proptest::sample::select(vec!["a", "b", "unknown"]));
    let person = (
        proptest::sample::select(&Stage::ALL),
        -5i64..90,
        any::<bool>(),
        0u8..8,
        dims(),
    );
    let person = person.prop_map(|(stage, mrr, leaves, flags, dims)| Person {
        stage,
        mrr: mrr.max(0),
        leaves,
        flags,
        dims,
    });
    let fact = (
        0usize..9,
        0i32..400,
        proptest::sample::select(measures()),
        dims(),
        -20i64..40,
    );
    let fact = fact.prop_map(|(customer, age, measure, dims, value)| Noted {
        customer,
        day: from_days(AS_OF - age),
        measure,
        dims,
        value,
    });
    (
        proptest::collection::vec(person, 0..7),
        proptest::collection::vec(fact, 0..60),
    )
        .prop_map(|(people, facts)| World { people, facts })
}

/// A row of a mart in which everything but the given values is empty.
fn row(spec: &'static MartSpec, dims: &[&str; Dimension::COUNT], given: &[(&str, Value)]) -> Row {
    let value = |column: &ColumnSpec| {
        let own = given.iter().find(|(name, _)| *name == column.name);
        match (own, column.role, column.column_type) {
            (Some((_, value)), ..) => value.clone(),
            (None, Role::Dimension(dimension), _) => text(dims[dimension.index()]),
            (None, _, ColumnType::Date) => Value::Day(None),
            (None, _, ColumnType::Text) => text("x"),
            (None, _, ColumnType::Int64) => Value::Number(0),
            (None, _, ColumnType::Bool) => Value::Flag(false),
        }
    };
    let values = spec.columns.iter().map(value).collect();
    Row { spec, values }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

impl World {
    /// All marts that hold these facts.
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (at, person) in self.people.iter().enumerate() {
            let leaves = person.leaves.then(|| from_days(AS_OF + 3));
            let given = [
                ("customer_id", text(&id(at))),
                ("name", text(NAMES[at % NAMES.len()])),
                ("stage", text(person.stage.key())),
                ("mrr", Value::Number(person.mrr)),
                ("scheduled_churn_on", Value::Day(leaves)),
                ("delinquent", Value::Flag(person.flags & 1 > 0)),
                ("reconstructed", Value::Flag(person.flags & 2 > 0)),
                ("open_tickets", Value::Number(i64::from(person.flags >> 2))),
            ];
            rows.push(row(&CUSTOMERS, &person.dims, &given));
            let given = [
                ("day", Value::Day(Some(from_days(AS_OF - at as i32)))),
                ("from_stage", text("none")),
                ("to_stage", text(person.stage.key())),
                ("entities", Value::Number(1)),
            ];
            rows.push(row(&STAGE_TRANSITIONS, &person.dims, &given));
        }
        for fact in &self.facts {
            let day = || ("day", Value::Day(Some(fact.day)));
            let value = || Value::Number(fact.value);
            let given = [
                day(),
                ("customer_id", text(&id(fact.customer))),
                ("measure", text(fact.measure)),
                ("value", value()),
            ];
            rows.push(row(&CUSTOMER_EVENTS, &fact.dims, &given));
            for spec in [&LIFECYCLE_DAILY, &SUPPORT_DAILY] {
                if spec.column(fact.measure).is_some() {
                    rows.push(row(spec, &fact.dims, &[day(), (fact.measure, value())]));
                }
            }
            let reason = match fact.measure {
                "customers_churned_voluntary" | "customers_churned_involuntary" => "customers",
                "mrr_churn_voluntary" | "mrr_churn_involuntary" => "mrr",
                _ => continue,
            };
            rows.push(row(&CHURN_REASONS, &fact.dims, &[day(), (reason, value())]));
        }
        rows
    }

    fn marts(&self) -> Arc<Marts> {
        marts(&self.rows())
    }

    fn people(&self) -> Arc<People> {
        Arc::new(People::new(self.columns(&CUSTOMERS), from_days(AS_OF)).expect("people"))
    }

    fn events(&self) -> Events {
        Events::new(self.columns(&CUSTOMER_EVENTS), from_days(AS_OF)).expect("events")
    }

    fn columns(&self, spec: &'static MartSpec) -> Columns {
        columns(&self.rows(), spec)
    }

    fn list(
        &self,
        listing: Option<Listing>,
        filters: &Filters,
        shown: Span,
    ) -> Result<Roster, ListError> {
        Roster::new(self.people(), Some(&self.events()), listing, filters, shown)
    }
}

/// Whether a calendar month lies in the span from its first to its last day.
fn has_whole_month(span: Span) -> bool {
    let mut days = (to_days(span.from)..=to_days(span.to)).map(from_days);
    days.any(|day| day == month_start(day) && month_end(day) <= span.to)
}

/// A metric's value from the sums of its columns of amounts.
fn put_together(metric: &Metric, parts: &[Part], span: Span) -> Option<f64> {
    let Kind::Ratio { over, under, scale } = metric.kind else {
        return Some(parts[0].total() as f64);
    };
    let mut sums = parts.iter().map(Part::total);
    let mut product = |quantities: &[Quantity]| {
        quantities.iter().try_fold(1.0, |product, quantity| {
            let sum = sums.next().expect("a column per quantity") as f64;
            let value = match quantity {
                Quantity::MeanDaily(_) => sum / f64::from(span.days()),
                Quantity::MonthlyFlow(_) if !has_whole_month(span) => {
                    sum * (365.0 / 12.0) / f64::from(span.days())
                }
                _ => sum,
            };
            (!quantity.divides() || value != 0.0).then_some(product * value)
        })
    };
    let (over, under) = (product(over), product(under));
    let (over, under) = (over?, under?);
    (under != 0.0).then(|| over * scale / under)
}

fn in_order<T: Ord>(a: &T, b: &T, descending: bool) -> bool {
    if descending { a >= b } else { a <= b }
}

/// The words searched for, the slow way.
fn found(roster: &Roster, at: usize, words: &str) -> bool {
    let name = match roster.cell(at, Field::Name) {
        Cell::Text(name) => name,
        _ => String::new(),
    };
    let all = format!("{name}\n{}\nx", roster.id(at)).to_lowercase();
    words
        .to_lowercase()
        .split_whitespace()
        .all(|word| all.contains(word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_customers_contribute_is_the_number(world in any_world(), view in any_view()) {
        let evaluation = Evaluation::new(world.marts(), &view);
        let shown = evaluation.window().shown;
        for metric in METRICS {
            let value = evaluation.total(metric).value;
            let list = world.list(Some(Listing::Metric(metric)), &view.filters, shown);
            match (&list, reach(metric)) {
                (Ok(roster), Ok(way)) => {
                    let whole = way != Reach::Events || super::reach::is_whole(metric);
                    if let Some(value) = value.filter(|_| whole) {
                        let sum = put_together(metric, roster.parts(), shown);
                        prop_assert_eq!(sum, Some(value), "{}", metric.id);
                    }
                    let whole_list: Vec<u32> = (0..roster.len() as u32).collect();
                    let totals = roster.totals(&whole_list);
                    let sums: Vec<i64> = roster.parts().iter().map(Part::total).collect();
                    prop_assert_eq!(totals.amounts, sums);
                    for at in 0..roster.len() {
                        prop_assert!(roster.parts().iter().any(|part| part.amounts[at] != 0), "{}", metric.id);
                    }
                }
                (Ok(_), Err(_)) => prop_assert!(false, "{} has a list that reach() denies", metric.id),
                (Err(error), Ok(_)) => {
                    let filtered = !metric.cannot_follow(&view.filters).is_empty();
                    let earlier = shown.to != from_days(AS_OF);
                    prop_assert!(shown.is_empty() || filtered || earlier, "{}: {}", metric.id, error);
                }
                (Err(_), Err(_)) => {}
            }
        }
    }

    #[test]
    fn a_cell_of_the_cohorts_is_who_was_acquired_and_what_is_left(
        world in any_world(),
        view in any_view(),
        age in 0i32..13,
        later in 0u32..14,
    ) {
        let month = add_months(month_start(from_days(AS_OF)), -age);
        let end = month_end(add_months(month, later as i32));
        let cell = Listing::Cohort { month, months_since: later };
        let list = world.list(Some(cell), &view.filters, evaluation_span());
        if end > from_days(AS_OF) {
            prop_assert!(matches!(list, Err(ListError::NotOver(_))));
            return Ok(());
        }
        let roster = list.expect("a list");
        for customer in 0..9 {
            let own = world.facts.iter().filter(|fact| fact.customer == customer);
            let passes = |fact: &&Noted| {
                let filters = view.filters.iter();
                let mut filters = filters.map(|(d, filter)| filter.allows(fact.dims[d.index()]));
                filters.all(|passes| passes)
            };
            let within = |fact: &&Noted| month_start(fact.day) == month && passes(fact);
            let sum = |measure: &str| -> i64 {
                own.clone().filter(within).filter(|fact| fact.measure == measure).map(|fact| fact.value).sum()
            };
            let acquired = sum("customers_new");
            let mrr: i64 = own
                .clone()
                .filter(|fact| fact.day <= end && MRR_FLOWS.terms.iter().any(|term| term.column == fact.measure))
                .map(|fact| fact.value)
                .sum();
            let at = (0..roster.len()).find(|at| roster.id(*at) == id(customer));
            prop_assert_eq!(at.is_some(), acquired != 0);
            if let Some(at) = at {
                let amounts: Vec<i64> = roster.parts().iter().map(|part| part.amounts[at]).collect();
                prop_assert_eq!(amounts, [mrr, i64::from(mrr > 0), sum("mrr_new")]);
            }
        }
    }

    #[test]
    fn a_list_shows_exactly_who_it_is_asked_for_in_order(
        world in any_world(),
        metric in proptest::option::of(Just(&crate::metrics::MRR)),
        stages in proptest::collection::vec(proptest::sample::select(&Stage::ALL), 0..3),
        marks in proptest::collection::vec(proptest::sample::select(&Mark::ALL), 0..2),
        search in proptest::sample::select(vec!["", " ", "BETA", "beta z", "c0", "ä", "onerror", "absent"]),
        field in proptest::sample::select(&Field::ALL),
        descending in any::<bool>(),
    ) {
        let listing = metric.map(Listing::Metric);
        let roster = world.list(listing, &Filters::default(), evaluation_span()).expect("a list");
        let list = ListView {
            listing,
            stages,
            marks,
            search: search.to_owned(),
            sort: Some(Sort { field, descending }),
            customer: None,
        };
        let shown = roster.shown(&list);
        let bears = |at: usize, mark: &Mark| match mark {
            Mark::Scheduled => matches!(roster.cell(at, Field::ScheduledChurnOn), Cell::Date(_)),
            Mark::Delinquent => roster.cell(at, Field::Delinquent) == Cell::Bool(true),
            Mark::Reconstructed => roster.cell(at, Field::Reconstructed) == Cell::Bool(true),
            Mark::OpenTickets => matches!(roster.cell(at, Field::OpenTickets), Cell::Int(1..)),
        };
        let of_stage = |at: usize| {
            let stage = roster.cell(at, Field::Stage);
            let mut stages = list.stages.iter();
            list.stages.is_empty() || stages.any(|one| stage == Cell::Text(one.key().to_owned()))
        };
        let wanted = |at: &usize| {
            found(&roster, *at, search) && of_stage(*at) && list.marks.iter().all(|mark| bears(*at, mark))
        };
        let mut sorted = shown.clone();
        sorted.sort_unstable();
        let plain: Vec<u32> = (0..roster.len()).filter(wanted).map(|at| at as u32).collect();
        prop_assert_eq!(sorted, plain);
        // Neighbours are in order; what has no value comes last.
        for pair in shown.windows(2) {
            let cells = [pair[0], pair[1]].map(|at| roster.cell(at as usize, field));
            let known = [pair[0], pair[1]].map(|at| roster.row(at as usize).is_some());
            match &cells {
                _ if !known[0] => prop_assert!(!known[1]),
                _ if !known[1] => {}
                [Cell::Empty, after] => prop_assert_eq!(after, &Cell::Empty),
                [Cell::Int(a), Cell::Int(b)] => prop_assert!(in_order(a, b, descending)),
                [Cell::Text(a), Cell::Text(b)] if field == Field::ChurnReason => {
                    prop_assert!(in_order(a, b, descending));
                }
                [Cell::Text(a), Cell::Text(b)] if field == Field::Name => {
                    let (a, b) = (a.to_lowercase(), b.to_lowercase());
                    let nameless = [a.starts_with('c'), b.starts_with('c')];
                    prop_assert!(nameless != [false; 2] || in_order(&a, &b, descending));
                }
                _ => {}
            }
        }
        // Every choice of a stage would show as many as its chip says.
        for (stage, count) in roster.counts(&list).stages {
            let only = ListView { stages: vec![stage], ..list.clone() };
            prop_assert_eq!(roster.shown(&only).len(), count);
        }
        for (mark, count) in roster.counts(&list).marks {
            let only = ListView { marks: vec![mark], ..list.clone() };
            prop_assert_eq!(roster.shown(&only).len(), count);
        }
        let table = roster.table(&shown);
        prop_assert_eq!(table.rows.len(), shown.len());
        for row in &table.rows {
            prop_assert_eq!(row.len(), table.columns.len());
        }
    }

    #[test]
    fn a_story_ends_with_the_customers_mrr(world in any_world(), customer in 0usize..10) {
        let story = timeline(&world.events(), &id(customer));
        let own = world.facts.iter().filter(|fact| fact.customer == customer);
        let flows = own.filter(|fact| MRR_FLOWS.terms.iter().any(|term| term.column == fact.measure));
        let mrr: i64 = flows.map(|fact| fact.value).sum();
        prop_assert_eq!(story.steps.last().map_or(0, |step| step.mrr), mrr);
        prop_assert!(story.steps.windows(2).all(|pair| pair[0].day < pair[1].day));
        prop_assert!(story.facts.windows(2).all(|pair| pair[0].day >= pair[1].day));
        for (x, y) in story.outline(from_days(AS_OF)) {
            prop_assert!((0.0..=1.0).contains(&x) && y <= 1.0, "{x} {y}");
        }
    }
}

/// The last month of the data.
fn evaluation_span() -> Span {
    Span {
        from: from_days(AS_OF - 30),
        to: from_days(AS_OF),
    }
}

mod words;
