//! The list itself: who is on it, with what amounts; then who of them is shown, in which order.

use std::sync::Arc;

use chrono::NaiveDate;
use thiserror::Error;

use super::amounts::{Counting, Part, month_of, parts};
use super::data::{Events, People};
use super::reach::{Reach, reach};
use crate::columns::NULL_DAY;
use crate::date::{add_months, month_end, to_days};
use crate::mart::CUSTOMERS;
use crate::metric::{Kind, Metric, ROWS, Rows, Sum, Unit, daily, plus};
use crate::view::{Field, Filters, ListView, Listing, Mark, Sort, Span, Stage};

const ACQUIRED: Sum = daily(&[plus("customers_new")]);
const ACQUIRED_MRR: Sum = daily(&[plus("mrr_new")]);

/// Why there is no list.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ListError {
    /// The number is not made of amounts of customers.
    #[error("{0} has no list of customers. {1}")]
    NoList(&'static str, &'static str),
    /// The customers are known as they are on the snapshot's day, which is not the last one shown.
    #[error(
        "The customers in {0} are known only for {1}, the latest day of the data. Choose a period that ends on that day."
    )]
    OnlyOn(&'static str, String),
    /// The metric has no value under a filter.
    #[error("{0} cannot be filtered by {1}.")]
    CannotFollow(&'static str, String),
    /// No day is shown.
    #[error("The period has no data.")]
    NoDays,
    /// The month of a cohort's cell is not over.
    #[error("This month is not complete on {0}, the latest day of the data.")]
    NotOver(String),
    /// The facts are not at hand.
    #[error("The events behind this number are not loaded.")]
    NoEvents,
}

/// Who is listed. Those who are no customer or account (unconverted leads, tickets without a
/// customer) come after those who are.
#[derive(Debug)]
pub struct Roster {
    pub(super) people: Arc<People>,
    /// Rows of `customers`.
    pub(super) rows: Vec<u32>,
    /// Ids of the others.
    pub(super) others: Vec<String>,
    /// Amounts, one per position: first the rows, then the others.
    pub(super) parts: Vec<Part>,
    /// What is listed.
    pub(super) listing: Option<Listing>,
}

/// How many there are of each kind among those who pass the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// By stage, whatever stages are chosen.
    pub stages: Vec<(Stage, usize)>,
    /// By mark, within the stages chosen, whatever marks are.
    pub marks: Vec<(Mark, usize)>,
}

/// Sums over those shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// How many.
    pub listed: usize,
    /// Their MRR on the snapshot's day, in cents.
    pub mrr: i64,
    /// Their amounts, by column.
    pub amounts: Vec<i64>,
}

impl Roster {
    /// Lists who a view asks for over the days shown.
    ///
    /// # Errors
    /// There is no such list; the reason is a sentence.
    pub fn new(
        people: Arc<People>,
        events: Option<&Events>,
        listing: Option<Listing>,
        filters: &Filters,
        shown: Span,
    ) -> Result<Roster, ListError> {
        match listing {
            None => Ok(Roster::of_rows(people, filters, None, |_| true, Vec::new())),
            Some(Listing::Cohort {
                month,
                months_since,
            }) => {
                let events = events.ok_or(ListError::NoEvents)?;
                let (parts, keep) = cohort(events, people.as_of, filters, month, months_since)?;
                Ok(Roster::of_events(people, events, listing, parts, |code| {
                    keep[code]
                }))
            }
            Some(Listing::Metric(metric)) => {
                if shown.is_empty() {
                    return Err(ListError::NoDays);
                }
                let way = reach(metric).map_err(|why| ListError::NoList(metric.label, why))?;
                if let Some(dimension) = metric.cannot_follow(filters).first() {
                    let name = dimension.label().to_lowercase();
                    return Err(ListError::CannotFollow(metric.label, name));
                }
                if way != Reach::Events && shown.to != people.as_of {
                    let day = crate::format::date(people.as_of);
                    return Err(ListError::OnlyOn(metric.label, day));
                }
                match way {
                    Reach::Events => {
                        let events = events.ok_or(ListError::NoEvents)?;
                        let parts = parts(events, metric, filters, shown);
                        let keep = |code: usize| parts.iter().any(|part| part.amounts[code] != 0);
                        let kept: Vec<bool> =
                            (0..events.customers.values.len()).map(keep).collect();
                        Ok(Roster::of_events(people, events, listing, parts, |code| {
                            kept[code]
                        }))
                    }
                    Reach::Stage(stage) => {
                        let own = people.stages.clone();
                        let part = one_each(
                            metric,
                            |row| i64::from(own[row] == Some(stage)),
                            people.len(),
                        );
                        let keep = move |row: usize| own[row] == Some(stage);
                        Ok(Roster::of_rows(people, filters, listing, keep, vec![part]))
                    }
                    Reach::AsOf => {
                        let part = as_of(&people, metric);
                        let amounts = part.amounts.clone();
                        Ok(Roster::of_rows(
                            people,
                            filters,
                            listing,
                            move |row| amounts[row] != 0,
                            vec![part],
                        ))
                    }
                }
            }
        }
    }

    /// Of the rows of `customers` that pass filters and are kept; parts are by row.
    fn of_rows(
        people: Arc<People>,
        filters: &Filters,
        listing: Option<Listing>,
        keep: impl Fn(usize) -> bool,
        mut parts: Vec<Part>,
    ) -> Roster {
        let allowed = people.cells.allowed(filters);
        let passes = |row: &u32| {
            let row = *row as usize;
            allowed[people.cells.of_row[row] as usize] && keep(row)
        };
        let rows: Vec<u32> = (0..people.len() as u32).filter(passes).collect();
        for part in &mut parts {
            part.amounts = rows.iter().map(|row| part.amounts[*row as usize]).collect();
        }
        Roster {
            people,
            rows,
            others: Vec::new(),
            parts,
            listing,
        }
    }

    /// Of the customers of the facts that are kept; parts are by code.
    fn of_events(
        people: Arc<People>,
        events: &Events,
        listing: Option<Listing>,
        mut parts: Vec<Part>,
        keep: impl Fn(usize) -> bool,
    ) -> Roster {
        let known = events.rows_of(&people);
        let kept = (0..known.len()).filter(|code| keep(*code));
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            kept.partition(|code| known[*code].is_some());
        let rows = order.iter().filter_map(|code| known[*code]).collect();
        let names = others
            .iter()
            .map(|code| events.customers.values[*code].clone());
        let names = names.collect();
        order.extend(others);
        for part in &mut parts {
            part.amounts = order.iter().map(|code| part.amounts[*code]).collect();
        }
        Roster {
            people,
            rows,
            others: names,
            parts,
            listing,
        }
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        self.rows.len() + self.others.len()
    }

    /// Whether no customer is listed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is listed.
    pub fn listing(&self) -> Option<Listing> {
        self.listing
    }

    /// The columns of amounts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The customers among whom these are.
    pub fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// Row of `customers` at a position; none for who is no customer.
    pub fn row(&self, at: usize) -> Option<usize> {
        self.rows.get(at).map(|row| *row as usize)
    }

    /// Id at a position.
    pub fn id(&self, at: usize) -> &str {
        match self.row(at) {
            Some(row) => self.people.ids.get(row).unwrap_or_default(),
            None => self.other(at).unwrap_or_default(),
        }
    }

    /// Id at a position, of who is no customer.
    pub(super) fn other(&self, at: usize) -> Option<&str> {
        let at = at.checked_sub(self.rows.len())?;
        self.others.get(at).map(String::as_str)
    }

    /// Columns of the list, in order: name, amounts, and what is known of a customer.
    pub fn fields(&self) -> Vec<Field> {
        let amounts = (0u8..).zip(&self.parts).map(|(at, _)| Field::Amount(at));
        let mut fields = Field::ALL.to_vec();
        fields.splice(1..1, amounts);
        fields
    }

    /// The order of a list: by MRR where it asks for a column of amounts that is not there.
    pub fn order(&self, list: &ListView) -> Sort {
        let mut order = list.order();
        if matches!(order.field, Field::Amount(at) if usize::from(at) >= self.parts.len()) {
            order.field = Field::Mrr;
        }
        order
    }

    /// Positions that a list shows, in its order.
    pub fn shown(&self, list: &ListView) -> Vec<u32> {
        let found = self.found(list);
        let keep = |at: &u32| self.in_stage(*at, list) && self.bears_all(*at, list);
        let mut shown: Vec<u32> = found.into_iter().filter(keep).collect();
        let order = self.order(list);
        let key = self.sort_keys(order.field);
        // What has no value comes last either way; equals stay in the order of the data.
        let mut keyed: Vec<(bool, i64, u32)> = shown
            .iter()
            .map(|at| match key(*at as usize) {
                None => (true, 0, *at),
                Some(key) if order.descending => (false, !key, *at),
                Some(key) => (false, key, *at),
            })
            .collect();
        keyed.sort_unstable();
        shown.clear();
        shown.extend(keyed.into_iter().map(|(_, _, at)| at));
        shown
    }

    /// How many of each stage and mark a list could show.
    pub fn counts(&self, list: &ListView) -> Counts {
        let (mut stages, mut marks) = ([0; Stage::ALL.len()], [0; Mark::ALL.len()]);
        for at in self.found(list) {
            let Some(row) = self.row(at as usize) else {
                continue;
            };
            let in_stage = self.in_stage(at, list);
            if let (Some(stage), true) = (self.people.stages[row], self.bears_all(at, list)) {
                stages[stage as usize] += 1;
            }
            for mark in Mark::ALL.into_iter().filter(|_| in_stage) {
                marks[mark as usize] += usize::from(self.people.bears(row, mark));
            }
        }
        Counts {
            stages: Stage::ALL.into_iter().zip(stages).collect(),
            marks: Mark::ALL.into_iter().zip(marks).collect(),
        }
    }

    /// Sums over some positions.
    pub fn totals(&self, shown: &[u32]) -> Totals {
        let add = |one: &dyn Fn(usize) -> i64| {
            let amounts = shown.iter().map(|at| one(*at as usize));
            amounts.fold(0i64, i64::saturating_add)
        };
        let amounts = self.parts.iter();
        Totals {
            listed: shown.len(),
            mrr: add(&|at| self.row(at).map_or(0, |row| self.people.mrr[row])),
            amounts: amounts.map(|part| add(&|at| part.amounts[at])).collect(),
        }
    }

    /// Positions whose name or ids hold all words searched for.
    fn found(&self, list: &ListView) -> Vec<u32> {
        let all = 0..self.len() as u32;
        let search = list.search.to_lowercase();
        let words: Vec<&str> = search.split_whitespace().collect();
        if words.is_empty() {
            return all.collect();
        }
        let holds = |at: &u32| match (self.row(*at as usize), self.other(*at as usize)) {
            (Some(row), _) => words
                .iter()
                .all(|word| self.people.searched[row].contains(word)),
            (None, Some(id)) => {
                let id = id.to_lowercase();
                words.iter().all(|word| id.contains(word))
            }
            (None, None) => false,
        };
        all.filter(holds).collect()
    }

    fn in_stage(&self, at: u32, list: &ListView) -> bool {
        let stage = || self.people.stages[self.row(at as usize)?];
        list.stages.is_empty() || stage().is_some_and(|stage| list.stages.contains(&stage))
    }

    fn bears_all(&self, at: u32, list: &ListView) -> bool {
        let bears = |mark: &Mark| {
            let row = self.row(at as usize);
            row.is_some_and(|row| self.people.bears(row, *mark))
        };
        list.marks.iter().all(bears)
    }

    /// A number per position that orders a column; none where there is no value.
    fn sort_keys(&self, field: Field) -> Box<dyn Fn(usize) -> Option<i64> + '_> {
        let people = &self.people;
        let text = |column: &'static str, compare: &dyn Fn(&str, &str) -> std::cmp::Ordering| {
            let text = people.columns.text(column);
            let values = text.map_or(&[][..], |text| &text.values);
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|a, b| compare(&values[*a], &values[*b]));
            let mut places = vec![0i64; values.len()];
            for (place, code) in (0..).zip(order) {
                places[code] = place;
            }
            move |row: usize| places.get(text?.codes.get(row)).copied()
        };
        match field {
            Field::Amount(at) => {
                let part = self.parts.get(usize::from(at));
                Box::new(move |at| Some(part?.amounts[at].saturating_abs()))
            }
            Field::Name => Box::new(|at| Some(i64::from(people.name_places[self.row(at)?]))),
            Field::Stage => Box::new(|at| Some(people.stages[self.row(at)?]? as i64)),
            Field::Mrr => Box::new(|at| Some(people.mrr[self.row(at)?])),
            Field::Dimension(dimension) => {
                let key = text(dimension.key(), &|a, b| dimension.compare_values(a, b));
                Box::new(move |at| key(self.row(at)?))
            }
            Field::ChurnKind | Field::ChurnReason | Field::MatchMethod => {
                let key = text(field.key(), &|a, b| a.cmp(b));
                Box::new(move |at| key(self.row(at)?))
            }
            Field::FirstActiveOn | Field::LastChurnedOn | Field::ScheduledChurnOn => {
                let days = people.columns.days(field.key());
                let known = |day: i32| (day != NULL_DAY).then_some(i64::from(day));
                Box::new(move |at| known(days?[self.row(at)?]))
            }
            Field::Tickets30d | Field::OpenTickets => {
                let counts = people.columns.ints(field.key());
                Box::new(move |at| Some(counts?.get(self.row(at)?)))
            }
            Field::Delinquent | Field::Reconstructed => {
                let flags = people.columns.bools(field.key());
                Box::new(move |at| Some(i64::from(flags?[self.row(at)?])))
            }
        }
    }
}

fn one_each(metric: &Metric, amount: impl Fn(usize) -> i64, rows: usize) -> Part {
    Part {
        key: metric.id.to_owned(),
        label: metric.label.to_owned(),
        unit: metric.unit,
        amounts: (0..rows).map(amount).collect(),
    }
}

/// A metric that is formed from the customers as they are.
fn as_of(people: &People, metric: &'static Metric) -> Part {
    let sum = match metric.kind {
        Kind::Is(quantity) => quantity.sum(),
        _ => metric.sums().first().copied().unwrap_or(daily(&[])),
    };
    debug_assert_eq!(sum.mart, CUSTOMERS.name);
    let amount = |row: usize| {
        let terms = sum.terms.iter().map(|term| {
            let counts = match term.rows {
                Rows::All => true,
                Rows::With(column, value) => people.text(row, column) == Some(value),
                Rows::Known(date) => {
                    let days = people.columns.days(date);
                    days.is_some_and(|days| days[row] != NULL_DAY)
                }
            };
            let value = match term.column {
                ROWS => 1,
                column => people
                    .columns
                    .ints(column)
                    .map_or(0, |values| values.get(row)),
            };
            if counts { term.factor * value } else { 0 }
        });
        terms.sum()
    };
    one_each(metric, amount, people.len())
}

/// A cell of the cohorts: initial MRR and MRR at the end of a later month, of everyone acquired in
/// a month.
fn cohort(
    events: &Events,
    as_of: NaiveDate,
    filters: &Filters,
    month: NaiveDate,
    months_since: u32,
) -> Result<(Vec<Part>, Vec<bool>), ListError> {
    let later = i32::try_from(months_since).unwrap_or(i32::MAX);
    let end = month_end(add_months(month, later));
    if end > as_of {
        return Err(ListError::NotOver(crate::format::date(as_of)));
    }
    let allowed = events.cells.allowed(filters);
    let passes = |row: usize| allowed[events.cells.of_row[row] as usize];
    let span = month_of(month);
    let new = Counting::of(events, &ACQUIRED, span);
    let acquired = new.add(events, passes);
    let keep: Vec<bool> = acquired.iter().map(|count| *count != 0).collect();
    let first = Counting::of(events, &ACQUIRED_MRR, span).add(events, passes);
    // Everything a customer is worth counts, under whatever dimension values it came later.
    let now = Counting::mrr_at(events, to_days(end)).add(events, |_| true);
    let name = crate::format::month(end);
    let part = |key: &str, label: String, unit, amounts: Vec<i64>| Part {
        key: key.to_owned(),
        label,
        unit,
        amounts,
    };
    let active = now.iter().map(|mrr| i64::from(*mrr > 0)).collect();
    let parts = vec![
        part(
            "mrr_at_end",
            format!("MRR, end of {name}"),
            Unit::Money,
            now,
        ),
        part(
            "active_at_end",
            format!("Active, end of {name}"),
            Unit::Count,
            active,
        ),
        part("mrr_initial", "Initial MRR".to_owned(), Unit::Money, first),
    ];
    Ok((parts, keep))
}
