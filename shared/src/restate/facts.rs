//! The facts behind the numbers that are in one snapshot only, or not the same in both: whose, of
//! which day and record.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::cause::ripens_as;
use super::difference::{Difference, How};
use super::{Side, merge};
use crate::Columns;
use crate::charts::capitalized;
use crate::date::month_start;
use crate::mart::{LIFECYCLE_DAILY, MeasureUnit, Role};
use crate::metric::Unit;
use crate::metrics;
use crate::view::Span;

/// How many facts differ, and of how many customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Facts by [`How::ALL`].
    pub facts: [usize; 4],
    /// Customers, each once.
    pub customers: usize,
}

impl Counted {
    /// Facts of all kinds.
    pub fn total(&self) -> usize {
        self.facts.iter().sum()
    }
}

/// All facts that differ, by customer, then day.
#[derive(Debug, Default)]
pub struct Differences {
    all: Vec<Difference>,
    sides: Option<[Arc<Columns>; 2]>,
    names: [Option<Arc<Columns>>; 2],
}

impl Differences {
    /// Compares the facts of two snapshots until a day; nothing if one has none at hand. If days
    /// have passed between the two, facts that came of it by definition are left out.
    pub(super) fn between(
        before: &Side,
        after: &Side,
        through: NaiveDate,
        days_passed: bool,
    ) -> Differences {
        let (Some(a), Some(b)) = (&before.facts, &after.facts) else {
            return Differences::default();
        };
        let all = merge::differing(a, b, through);
        let mut found = Differences {
            all: Vec::new(),
            sides: Some([Arc::clone(a), Arc::clone(b)]),
            names: [before.customers.clone(), after.customers.clone()],
        };
        let counts = |one: &Difference| !(days_passed && ripens_as(found.measure(one)));
        found.all = all.into_iter().filter(counts).collect();
        found
    }

    /// Whether the facts of both snapshots were at hand.
    pub fn are_known(&self) -> bool {
        self.sides.is_some()
    }

    /// Whether none differs.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them, by customer, then day.
    pub fn iter(&self) -> impl Iterator<Item = &Difference> + Clone {
        self.all.iter()
    }

    /// Those of some days.
    pub fn within(&self, span: Span) -> impl Iterator<Item = &Difference> + Clone {
        let inside = move |one: &&Difference| span.from <= one.day && one.day <= span.to;
        self.all.iter().filter(inside)
    }

    /// First days of the months they are of.
    pub fn months(&self) -> BTreeSet<NaiveDate> {
        self.all.iter().map(|one| month_start(one.day)).collect()
    }

    /// How many of them there are, and of how many customers.
    pub fn counted<'a>(&'a self, some: impl Iterator<Item = &'a Difference>) -> Counted {
        let mut counted = Counted::default();
        let mut customers = BTreeSet::new();
        for one in some {
            counted.facts[one.how as usize] += 1;
            customers.insert(self.customer(one));
        }
        counted.customers = customers.len();
        counted
    }

    /// The customer's id.
    pub fn customer(&self, one: &Difference) -> &str {
        self.text(one, "customer_id")
    }

    /// The customer's name as the newer snapshot that knows it has it, else its id.
    pub fn name(&self, one: &Difference) -> &str {
        let id = self.customer(one);
        let mut known = self.names.iter().rev().flatten();
        known.find_map(|all| name_of(all, id)).unwrap_or(id)
    }

    /// The measure: a column of the daily flows, or of support.
    pub fn measure(&self, one: &Difference) -> &str {
        self.text(one, "measure")
    }

    /// What the measure counts, for people.
    pub fn label(&self, one: &Difference) -> String {
        let measure = self.measure(one);
        let metric = metrics::find(measure).map(|metric| metric.label.to_owned());
        metric.unwrap_or_else(|| capitalized(&measure.replace('_', " ")))
    }

    /// What it is counted in.
    pub(super) fn unit(&self, one: &Difference) -> Unit {
        let column = LIFECYCLE_DAILY.column(self.measure(one));
        match column.map(|column| column.role) {
            Some(Role::Measure(MeasureUnit::Cents)) => Unit::Money,
            _ => Unit::Count,
        }
    }

    /// Id of the raw record it comes from; none for a move between groups.
    pub fn record(&self, one: &Difference) -> Option<&str> {
        Some(self.text(one, "record")).filter(|text| !matches!(*text, "" | "none"))
    }

    /// The reason of a churn or the priority of a ticket; none for all else.
    pub fn detail(&self, one: &Difference) -> Option<&str> {
        Some(self.text(one, "detail")).filter(|text| !text.is_empty())
    }

    fn text(&self, one: &Difference, column: &str) -> &str {
        let side = usize::from(one.how != How::Withdrawn);
        let columns = self.sides.as_ref().map(|sides| &sides[side]);
        let text = columns.and_then(|columns| columns.text(column)?.get(one.row));
        text.unwrap_or_default()
    }
}

/// The name of a customer; rows of `customers` ascend by id.
fn name_of<'a>(customers: &'a Columns, id: &str) -> Option<&'a str> {
    let ids = customers.text("customer_id")?;
    let code = ids
        .values
        .binary_search_by(|one| one.as_str().cmp(id))
        .ok()?;
    // An id is there once, so its place among the ids is its row, unless the mart is not in order.
    let row = match ids.codes.get(code.min(ids.codes.len().checked_sub(1)?)) == code {
        true => code,
        false => (0..customers.rows()).find(|row| ids.codes.get(*row) == code)?,
    };
    customers
        .text("name")?
        .get(row)
        .filter(|name| !name.is_empty())
}
