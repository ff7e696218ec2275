//! How rows compare: by numbers or texts, up or down, nulls first or last.

use std::cmp::Ordering;

use polars::prelude::*;

/// How a column orders rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

/// A column to sort by, ready to compare.
pub(crate) enum Key {
    /// Numbers, dates, instants and flags in ascending order: turned around for a descending one, nulls at the end they belong to.
    Number(Vec<i64>),
    Text {
        values: StringChunked,
        descending: bool,
        nulls_first: bool,
    },
}

impl Key {
    pub(crate) fn of(series: &Series, order: Order) -> PolarsResult<Self> {
        if series.dtype() == &DataType::String {
            return Ok(Key::Text {
                values: series.str()?.rechunk().into_owned(),
                descending: order.descending,
                nulls_first: order.nulls_first,
            });
        }
        let numbers = series.to_physical_repr().cast(&DataType::Int64)?;
        let null = if order.nulls_first {
            i64::MIN
        } else {
            i64::MAX
        };
        let value = |value: Option<i64>| match value {
            None => null,
            // Bitwise negation turns the order around and, unlike `-`, fits every value.
            Some(value) if order.descending => !value,
            Some(value) => value,
        };
        Ok(Key::Number(numbers.i64()?.iter().map(value).collect()))
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Key::Number(values) => values[a].cmp(&values[b]),
            Key::Text {
                values,
                descending,
                nulls_first,
            } => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) if *descending => b.cmp(a),
                (Some(a), Some(b)) => a.cmp(b),
                (None, None) => Ordering::Equal,
                (None, Some(_)) if *nulls_first => Ordering::Less,
                (Some(_), None) if !*nulls_first => Ordering::Less,
                _ => Ordering::Greater,
            },
        }
    }
}

/// The order of two rows by several columns.
pub(crate) fn compare(keys: &[Key], a: usize, b: usize) -> Ordering {
    keys.iter()
        .map(|key| key.compare(a, b))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
