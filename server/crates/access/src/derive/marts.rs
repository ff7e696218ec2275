//! marts: the rows and values of a mart that a view shows.
//!
//! Marts hold flows with all dimensions on each row, so every identity that holds for all rows holds
//! for the rows of a policy. A mart without a dimension of the policy cannot be filtered, and is
//! shown only where the policy says so;
//! else it is there without rows, as for a company that records nothing of the kind.
use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use tidemark_shared::columns::{Column, NULL_DAY, TextColumn};
use tidemark_shared::mart::{self, MartSpec};
use tidemark_shared::{Columns, wire};
use tidemark_snapshot::{Encoding, Format, MartData, Snapshot};

use super::Definition;
use crate::error::AccessError;

/// Marts whose rows are single customers.
const LISTS: [&str; 2] = ["customers", "customer_events"];

impl Definition {
    /// The marts of a snapshot as the view shows them.
    pub(super) fn marts(&self, snapshot: &Snapshot) -> Result<Vec<MartData>, AccessError> {
        let names = snapshot.manifest().marts.iter().map(|mart| &mart.name);
        let shown = names
            .filter_map(|name| mart::find(name))
            .filter(|spec| self.shows(spec));
        shown.map(|spec| self.mart(snapshot, spec)).collect()
    }

    /// Whether the view has the mart at all.
    fn shows(&self, spec: &MartSpec) -> bool {
        self.view.lists_customers || !LISTS.contains(&spec.name)
    }

    /// Whether rows of the mart may be shown: its rows can be filtered, or the policy says so.
    fn has_rows(&self, spec: &MartSpec) -> bool {
        let has = |dimension: &String| spec.columns.iter().any(|column| column.name == dimension);
        self.policy.rows.keys().all(has) || self.policy.show.contains(spec.name)
    }

    fn mart(&self, snapshot: &Snapshot, spec: &'static MartSpec) -> Result<MartData, AccessError> {
        let wrong = |problem: String| AccessError::Mart {
            mart: spec.name.to_owned(),
            problem,
        };
        let bytes = snapshot.read(spec.name, Format::Arrow, Encoding::Identity)?;
        let columns = wire::decode(spec, &bytes).map_err(|error| wrong(error.to_string()))?;
        let rows = if self.has_rows(spec) {
            self.rows(&columns)
        } else {
            Vec::new()
        };
        let named = spec
            .columns
            .iter()
            .zip(columns.all())
            .map(|(column, values)| {
                let hidden = self.hides(spec, column.name, column.personal);
                (column.name, taken(values, &rows, hidden), column.nullable)
            });
        let batch = RecordBatch::try_from_iter_with_nullable(named);
        Ok(MartData {
            name: spec.name.to_owned(),
            batch: batch.map_err(|error| wrong(error.to_string()))?,
        })
    }

    fn hides(&self, spec: &MartSpec, column: &str, personal: bool) -> bool {
        (personal && !self.view.lists_customers)
            || self
                .policy
                .hide
                .contains(&format!("{}.{column}", spec.name))
    }

    /// The numbers of the rows that are shown.
    fn rows(&self, columns: &Columns) -> Vec<usize> {
        let mut conditions = Vec::new();
        for (dimension, allowed) in &self.policy.rows {
            if let Some(text) = columns.text(dimension) {
                conditions.push((text, codes(text, allowed)));
            }
        }
        let fits = |row: &usize| {
            let holds = |(text, allowed): &(&TextColumn, Vec<bool>)| {
                allowed
                    .get(text.codes.get(*row))
                    .is_some_and(|allowed| *allowed)
            };
            conditions.iter().all(holds)
        };
        (0..columns.rows()).filter(fits).collect()
    }
}

/// For each value of the column, whether it is one of those allowed.
fn codes(text: &TextColumn, allowed: &BTreeSet<String>) -> Vec<bool> {
    text.values
        .iter()
        .map(|value| allowed.contains(value))
        .collect()
}

/// Some rows of a column as Arrow holds them; hidden values are missing ones.
fn taken(column: &Column, rows: &[usize], hidden: bool) -> ArrayRef {
    match column {
        Column::Date(days) => {
            let day = |row: &usize| days.get(*row).copied().filter(|day| *day != NULL_DAY);
            Arc::new(Date32Array::from_iter(rows.iter().map(day)))
        }
        Column::Text(text) => {
            let value = |row: &usize| text.get(*row).filter(|_| !hidden);
            Arc::new(StringArray::from_iter(rows.iter().map(value)))
        }
        Column::Int(values) => Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| values.get(*row)),
        )),
        Column::Bool(values) => {
            let value = |row: &usize| values.get(*row).copied();
            Arc::new(BooleanArray::from_iter(rows.iter().map(value)))
        }
    }
}
