//! A customer's own story: MRR over time, and every fact with the record it comes from.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::data::{Events, People};
use crate::date::{from_days, to_days};
use crate::dimension::Dimension;
use crate::format::{self, Formatter};
use crate::metrics::MRR_FLOWS;

/// MRR from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// First day.
    pub day: NaiveDate,
    /// MRR in cents.
    pub mrr: i64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The measure counted something; its plain name, and how often.
    Counted(&'static str, i64),
    /// MRR changed; the name of the movement and by how much, in cents.
    Mrr(&'static str, i64),
    /// An opportunity was closed; the outcome and its amount in cents.
    Closed(&'static str, i64),
    /// The customer took on another value of a dimension while active.
    Moved(Dimension, String, String),
}

/// A fact of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The day of the event.
    pub day: NaiveDate,
    /// What kind of event it is.
    pub what: Happening,
    /// Reason of a churn, priority of a ticket.
    pub detail: Option<String>,
    /// Id of the raw record it comes from.
    pub record: Option<String>,
}

/// A customer's story.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// MRR from its first day on, oldest first, a step per change.
    pub steps: Vec<Step>,
    /// The facts, newest first.
    pub facts: Vec<Fact>,
}

/// Name of what a measure counts; none for those that only repeat or refine another one.
fn counted(measure: &str) -> Option<&'static str> {
    Some(match measure {
        "leads_created" => "Lead created",
        "leads_converted" => "Lead converted",
        "opportunities_created" => "Opportunity created",
        "trials_started" => "Trial started",
        "trials_converted" => "Trial converted",
        "tickets_created" => "Ticket opened",
        "tickets_solved" => "Ticket solved",
        "tickets_reopened" => "Ticket reopened later",
        "satisfaction_good" => "Rated good",
        "satisfaction_bad" => "Rated bad",
        _ => return None,
    })
}

/// Place of a measure among facts of one day: in the order of a customer's life, and of a ticket's.
fn place(measure: &str) -> u8 {
    const ORDER: [&str; 12] = [
        "leads_created",
        "leads_converted",
        "opportunities_created",
        "opportunities_lost",
        "opportunities_won",
        "trials_started",
        "trials_converted",
        "tickets_created",
        "tickets_solved",
        "tickets_reopened",
        "satisfaction_good",
        "satisfaction_bad",
    ];
    let found = ORDER.iter().position(|one| *one == measure);
    // Movements of MRR come after how they were won and before what was asked then.
    let at = found.unwrap_or(7);
    (if found.is_some_and(|at| at >= 7) {
        at + 1
    } else {
        at
    }) as u8
}

/// Name of a movement of MRR.
fn movement(measure: &str) -> Option<&'static str> {
    Some(match measure {
        "mrr_new" => "New customer",
        "mrr_reactivation" => "Reactivation",
        "mrr_expansion" => "Expansion",
        "mrr_contraction" => "Contraction",
        "mrr_churn_voluntary" => "Churned (voluntary)",
        "mrr_churn_involuntary" => "Churned (involuntary)",
        _ => return None,
    })
}

/// Name of an outcome, and the measure that holds its amount.
fn outcome(measure: &str) -> Option<(&'static str, &'static str)> {
    Some(match measure {
        "opportunities_won" => ("Opportunity won", "opportunities_won_amount"),
        "opportunities_lost" => ("Opportunity lost", "opportunities_lost_amount"),
        _ => return None,
    })
}

/// The story of a customer, or of a lead, by id; empty for an unknown one.
pub fn timeline(events: &Events, id: &str) -> Timeline {
    let customers = &events.customers;
    let Ok(code) = customers
        .values
        .binary_search_by(|known| known.as_str().cmp(id))
    else {
        return Timeline::default();
    };
    let rows: Vec<usize> = (0..events.len())
        .filter(|row| customers.codes.get(*row) == code)
        .collect();
    let mut facts: Vec<(i32, u8, Fact)> = Vec::new();
    let mut changes: BTreeMap<i32, i64> = BTreeMap::new();
    for row in &rows {
        let measure = events.measures.get(*row).unwrap_or_default();
        if MRR_FLOWS.terms.iter().any(|term| term.column == measure) {
            *changes.entry(events.day[*row]).or_default() += events.value.get(*row);
        }
        let value = events.value.get(*row);
        let what = if let Some(name) = counted(measure) {
            Happening::Counted(name, value)
        } else if let Some((name, amount)) = outcome(measure) {
            Happening::Closed(name, amount_of(events, &rows, *row, amount))
        } else if let Some(name) = movement(measure) {
            Happening::Mrr(name, value)
        } else {
            continue;
        };
        facts.push((events.day[*row], place(measure), fact(events, *row, what)));
    }
    facts.extend(moves(events, &rows));
    facts.sort_by_key(|(day, place, _)| std::cmp::Reverse((*day, *place)));
    let mut mrr = 0;
    let steps = changes.into_iter().filter(|(_, change)| *change != 0);
    let steps = steps.map(|(day, change)| {
        mrr += change;
        Step {
            day: from_days(day),
            mrr,
        }
    });
    Timeline {
        steps: steps.collect(),
        facts: facts.into_iter().map(|(_, _, fact)| fact).collect(),
    }
}

fn fact(events: &Events, row: usize, what: Happening) -> Fact {
    let known = |text: Option<&str>| {
        let text = text.filter(|text| !matches!(*text, "" | "none"));
        text.map(str::to_owned)
    };
    Fact {
        day: from_days(events.day[row]),
        what,
        detail: known(events.detail.get(row)),
        record: known(events.record.get(row)),
    }
}

/// The amount that stands in another measure of the same day and record.
fn amount_of(events: &Events, rows: &[usize], row: usize, measure: &str) -> i64 {
    let same = |other: &&usize| {
        events.measures.get(**other) == Some(measure)
            && events.day[**other] == events.day[row]
            && events.record.get(**other) == events.record.get(row)
    };
    rows.iter()
        .filter(same)
        .map(|other| events.value.get(*other))
        .sum()
}

/// Changed values of dimensions, from the pairs that leave one group and enter another.
fn moves(events: &Events, rows: &[usize]) -> Vec<(i32, u8, Fact)> {
    let moved = |row: &&usize| events.measures.get(**row) == Some("customers_moved");
    let (left, entered): (Vec<usize>, Vec<usize>) = rows
        .iter()
        .filter(moved)
        .partition(|row| events.value.get(**row) < 0);
    let mut out = Vec::new();
    for (from, to) in left
        .iter()
        .flat_map(|from| entered.iter().map(move |to| (*from, *to)))
    {
        if events.day[from] != events.day[to] {
            continue;
        }
        for dimension in Dimension::ALL {
            let value = |row: usize| {
                let code = events
                    .cells
                    .code(events.cells.of_row[row] as usize, dimension);
                events
                    .cells
                    .values(dimension)
                    .get(code)
                    .cloned()
                    .unwrap_or_default()
            };
            let (old, new) = (value(from), value(to));
            if old != new {
                let what = Happening::Moved(dimension, old, new);
                out.push((events.day[to], place(""), fact(events, to, what)));
            }
        }
    }
    out
}

impl Fact {
    /// What happened, in words.
    pub fn words(&self, formatter: &Formatter) -> String {
        let detail = self.detail.as_ref().map(|detail| detail.replace('_', " "));
        match (&self.what, detail) {
            (Happening::Counted(name, count), detail) => {
                let detail = detail.map_or(String::new(), |detail| format!(" ({detail})"));
                let times = match count {
                    1 => String::new(),
                    count => format!(" × {}", format::count(*count)),
                };
                format!("{name}{detail}{times}")
            }
            (Happening::Mrr(name, change), detail) => {
                let sign = if *change > 0 { "+" } else { "" };
                let reason = detail.map_or(String::new(), |detail| format!("{detail}, "));
                let change = formatter.money(*change as f64);
                format!("{name}: {reason}{sign}{change} MRR")
            }
            (Happening::Closed(name, 0), _) => (*name).to_owned(),
            (Happening::Closed(name, amount), _) => {
                format!("{name}: {}", formatter.money(*amount as f64))
            }
            (Happening::Moved(dimension, from, to), _) => {
                format!("{}: {from} → {to}", dimension.label())
            }
        }
    }
}

impl Timeline {
    /// First and last day of a chart of the MRR; none without any.
    pub fn days(&self, as_of: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let first = self.steps.first()?.day;
        Some((first, as_of.max(first)))
    }

    /// Greatest MRR, in cents.
    pub fn greatest(&self) -> i64 {
        self.steps.iter().map(|step| step.mrr).max().unwrap_or(0)
    }

    /// The steps as places in a picture of width and height one, zero at the bottom: (x, y) of each
    /// start, and the end.
    pub fn outline(&self, as_of: NaiveDate) -> Vec<(f64, f64)> {
        let Some((first, last)) = self.days(as_of) else {
            return Vec::new();
        };
        let width = f64::from((to_days(last) - to_days(first)).max(1));
        let height = self.greatest().max(1) as f64;
        let place = |day: NaiveDate, mrr: i64| {
            (
                f64::from(to_days(day) - to_days(first)) / width,
                mrr as f64 / height,
            )
        };
        let mut places: Vec<(f64, f64)> = self.steps.iter().map(|s| place(s.day, s.mrr)).collect();
        places.extend(self.steps.last().map(|step| place(last, step.mrr)));
        places
    }
}

/// Ids of a customer in each system, with the system's name.
pub fn ids(people: &People, row: usize) -> Vec<(&'static str, String)> {
    let id = |(name, column)| {
        let ids = people.text(row, column).unwrap_or_default().split(';');
        let ids: Vec<(&'static str, String)> = ids
            .filter(|id| !id.is_empty())
            .map(|id| (name, id.to_owned()))
            .collect();
        ids
    };
    let systems = [
        ("Stripe", "stripe_customer_ids"),
        ("Salesforce", "salesforce_account_id"),
        ("Zendesk", "zendesk_organization_id"),
    ];
    systems.into_iter().flat_map(id).collect()
}
