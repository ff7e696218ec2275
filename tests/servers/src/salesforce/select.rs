//! Runs a query on an object: checks what the vendor checks, then finds the records.

use std::cmp::Ordering;

use super::cell::{Cell, Kind};
use super::objects::{IS_DELETED, Object};
use super::problem::Problem;
use super::soql::{Comparison, Condition, Fields, Query};

/// A query that fits its object.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(crate) object: String,
    /// Places of the selected fields.
    pub(crate) fields: Vec<usize>,
    pub(crate) count: bool,
    condition: Option<Test>,
    order: Vec<(usize, bool)>,
    limit: Option<usize>,
    /// Whether deleted records are among the results.
    deleted: bool,
}

#[derive(Debug, Clone)]
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare(usize, Comparison, Vec<Cell>),
}

fn no_field(name: &str, object: &Object) -> Problem {
    Problem::bad(
        "INVALID_FIELD",
        format!(
            "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.",
            object.name
        ),
    )
}

fn visible(name: &str, object: &Object) -> Result<usize, Problem> {
    match object.field(name) {
        Some(at) if !object.fields[at].hidden => Ok(at),
        _ => Err(no_field(name, object)),
    }
}

/// A query on an object that is not there, or not for this user.
pub(crate) fn no_object(name: &str) -> Problem {
    Problem::bad(
        "INVALID_TYPE",
        format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name."
        ),
    )
}

/// Fits a query to its object; `deleted` for queryAll.
pub(crate) fn select(query: &Query, object: &Object, deleted: bool) -> Result<Selection, Problem> {
    let names = match &query.fields {
        Fields::Count => &Vec::new(),
        Fields::Named(names) => names,
    };
    let fields: Result<_, _> = names.iter().map(|name| visible(name, object)).collect();
    let order = query
        .order
        .iter()
        .map(|order| Ok((visible(&order.field, object)?, order.descending)));
    let condition = query
        .condition
        .as_ref()
        .map(|condition| test(condition, object));
    Ok(Selection {
        object: object.name.clone(),
        fields: fields?,
        count: query.fields == Fields::Count,
        condition: condition.transpose()?,
        order: order.collect::<Result<_, Problem>>()?,
        limit: query.limit,
        deleted,
    })
}

fn test(condition: &Condition, object: &Object) -> Result<Test, Problem> {
    let many = |parts: &[Condition]| {
        parts
            .iter()
            .map(|part| test(part, object))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match condition {
        Condition::All(parts) => Test::All(many(parts)?),
        Condition::Any(parts) => Test::Any(many(parts)?),
        Condition::Not(inner) => Test::Not(Box::new(test(inner, object)?)),
        Condition::Compare(name, comparison, values) => {
            let at = visible(name, object)?;
            for value in values {
                fits(name, object.fields[at].kind, *comparison, value)?;
            }
            Test::Compare(at, *comparison, values.clone())
        }
    })
}

/// Whether a literal can stand beside a field.
fn fits(name: &str, kind: Kind, comparison: Comparison, value: &Cell) -> Result<(), Problem> {
    let ordered = !matches!(
        comparison,
        Comparison::Equal | Comparison::Unequal | Comparison::In
    );
    if kind == Kind::Address || (ordered && kind == Kind::Boolean) {
        return Err(Problem::bad(
            "INVALID_FIELD",
            format!("field '{name}' can not be filtered so"),
        ));
    }
    let fits = match value {
        Cell::Null => true,
        Cell::Text(_) => matches!(
            kind,
            Kind::Id | Kind::Reference | Kind::Text | Kind::Picklist
        ),
        Cell::Boolean(_) => kind == Kind::Boolean,
        Cell::Number(_) => matches!(kind, Kind::Int | Kind::Double),
        Cell::Date(_) => kind == Kind::Date,
        Cell::Instant(_) => kind == Kind::Instant,
        Cell::Compound(_) => false,
    };
    if fits {
        return Ok(());
    }
    let what = if kind == Kind::Instant {
        "dateTime"
    } else {
        kind.word()
    };
    Err(Problem::bad(
        "INVALID_FIELD",
        format!(
            "value of filter criterion for field '{name}' must be of type {what} and should not be enclosed in quotes"
        ),
    ))
}

impl Test {
    fn holds(&self, row: &[Cell]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(row)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(row)),
            Self::Not(inner) => !inner.holds(row),
            Self::Compare(at, Comparison::In, values) => {
                values.iter().any(|value| equal(&row[*at], value))
            }
            Self::Compare(at, comparison, values) => compare(&row[*at], *comparison, &values[0]),
        }
    }
}

fn equal(cell: &Cell, value: &Cell) -> bool {
    (*cell == Cell::Null) == (*value == Cell::Null) && cell.order(value) == Ordering::Equal
}

fn compare(cell: &Cell, comparison: Comparison, value: &Cell) -> bool {
    match comparison {
        Comparison::Equal | Comparison::In => equal(cell, value),
        Comparison::Unequal => !equal(cell, value),
        // What has no value is neither more nor less.
        _ if *cell == Cell::Null || *value == Cell::Null => false,
        Comparison::Less => cell.order(value).is_lt(),
        Comparison::AtMost => cell.order(value).is_le(),
        Comparison::Greater => cell.order(value).is_gt(),
        Comparison::AtLeast => cell.order(value).is_ge(),
    }
}

impl Selection {
    /// Whether every record is selected in its own order, so that results need not be looked for.
    pub(crate) fn everything(&self) -> bool {
        self.condition.is_none() && self.order.is_empty() && self.limit.is_none()
    }

    /// Positions of the records, in order.
    pub(crate) fn find(&self, object: &Object) -> Vec<u64> {
        let mut found = Vec::new();
        for position in 0..object.positions() {
            let Some(row) = object.row(position) else {
                continue;
            };
            let there = self.deleted || row[IS_DELETED] != Cell::Boolean(true);
            if !there
                || self
                    .condition
                    .as_ref()
                    .is_some_and(|test| !test.holds(&row))
            {
                continue;
            }
            let keys: Vec<Cell> = self.order.iter().map(|(at, _)| row[*at].clone()).collect();
            found.push((keys, position));
            if self.order.is_empty() && self.limit == Some(found.len()) {
                break;
            }
        }
        found.sort_by(|(a, _), (b, _)| {
            let mut keys = a.iter().zip(b).zip(&self.order);
            let first = keys.find_map(|((a, b), (_, descending))| {
                let order = a.order(b);
                let order = if *descending { order.reverse() } else { order };
                order.is_ne().then_some(order)
            });
            first.unwrap_or(Ordering::Equal)
        });
        found.truncate(self.limit.unwrap_or(usize::MAX));
        found.into_iter().map(|(_, position)| position).collect()
    }
}
