//! Rows in, Arrow columns out: growable typed columns that can be appended to one another.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, TimeUnit};

use crate::record::{Date, Instant};
use crate::schema::{ColumnSchema, ColumnType, Table};

/// One cell of a row on its way into a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Bool(bool),
    Instant(i64),
    Date(i32),
    /// The `_ordinal` of the row written last into the given table.
    Parent(Table),
}

/// The cells of a row, without `_ordinal`, in the order of the schema.
pub(crate) type Row<'a> = Vec<Value<'a>>;

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! into_value {
    ($($from:ty => $make:expr),* $(,)?) => {
        $(impl<'a> From<$from> for Value<'a> {
            fn from(value: $from) -> Self {
                $make(value)
            }
        })*
    };
}

into_value! {
    Cow<'a, str> => Value::Text,
    &'a str => |text| Value::Text(Cow::Borrowed(text)),
    String => |text| Value::Text(Cow::Owned(text)),
    i64 => Value::Int,
    bool => Value::Bool,
    Instant => |instant: Instant| Value::Instant(instant.0),
    Date => |date: Date| Value::Date(date.0),
}

impl Value<'_> {
    /// The same value, independent of the text it was read from.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Null => Value::Null,
            Value::Int(n) => Value::Int(n),
            Value::Bool(b) => Value::Bool(b),
            Value::Instant(n) => Value::Instant(n),
            Value::Date(n) => Value::Date(n),
            Value::Parent(table) => Value::Parent(table),
        }
    }
}

#[derive(Debug)]
enum Data {
    Text { ends: Vec<i32>, bytes: Vec<u8> },
    Int(Vec<i64>),
    Bool(Vec<bool>),
    Date(Vec<i32>),
}

#[derive(Debug)]
struct Column {
    data: Data,
    valid: NullBufferBuilder,
}

/// More text than one Arrow column can address.
#[derive(Debug)]
pub(crate) struct ColumnFull {
    pub(crate) column: &'static str,
}

impl Column {
    fn new(kind: ColumnType) -> Self {
        let data = match kind {
            ColumnType::Text => Data::Text {
                ends: Vec::new(),
                bytes: Vec::new(),
            },
            ColumnType::Int | ColumnType::Timestamp => Data::Int(Vec::new()),
            ColumnType::Bool => Data::Bool(Vec::new()),
            ColumnType::Date => Data::Date(Vec::new()),
        };
        Self {
            data,
            valid: NullBufferBuilder::new(0),
        }
    }

    fn push_default(&mut self) {
        match &mut self.data {
            Data::Text { ends, .. } => ends.push(ends.last().copied().unwrap_or(0)),
            Data::Int(values) => values.push(0),
            Data::Bool(values) => values.push(false),
            Data::Date(values) => values.push(0),
        }
    }

    fn push(&mut self, value: Value<'_>, column: &'static ColumnSchema) -> Result<(), ColumnFull> {
        match (&mut self.data, value) {
            (Data::Text { ends, bytes }, Value::Text(text)) => {
                bytes.extend_from_slice(text.as_bytes());
                let end = i32::try_from(bytes.len()).map_err(|_| ColumnFull {
                    column: column.name,
                })?;
                ends.push(end);
            }
            (Data::Int(values), Value::Int(n) | Value::Instant(n)) => values.push(n),
            (Data::Bool(values), Value::Bool(b)) => values.push(b),
            (Data::Date(values), Value::Date(n)) => values.push(n),
            (_, value) => {
                debug_assert!(
                    value == Value::Null && column.nullable,
                    "{} cannot hold {value:?}",
                    column.name
                );
                self.push_default();
                self.valid.append_null();
                return Ok(());
            }
        }
        self.valid.append_non_null();
        Ok(())
    }

    fn append(
        &mut self,
        mut other: Self,
        base: i64,
        column: &'static ColumnSchema,
    ) -> Result<(), ColumnFull> {
        let length = match (&mut self.data, other.data) {
            (
                Data::Text { ends, bytes },
                Data::Text {
                    ends: more,
                    bytes: text,
                },
            ) => {
                let full = |_| ColumnFull {
                    column: column.name,
                };
                let start = i32::try_from(bytes.len()).map_err(full)?;
                i32::try_from(bytes.len() + text.len()).map_err(full)?;
                bytes.extend_from_slice(&text);
                ends.extend(more.iter().map(|end| end + start));
                more.len()
            }
            (Data::Int(values), Data::Int(more)) => {
                values.extend(more.iter().map(|n| n + base));
                more.len()
            }
            (Data::Bool(values), Data::Bool(more)) => {
                values.extend_from_slice(&more);
                more.len()
            }
            (Data::Date(values), Data::Date(more)) => {
                values.extend_from_slice(&more);
                more.len()
            }
            _ => unreachable!("columns of one schema have one type"),
        };
        match other.valid.finish() {
            Some(valid) => self.valid.append_buffer(&valid),
            None => self.valid.append_n_non_nulls(length),
        }
        Ok(())
    }

    fn permute(&mut self, order: &[usize]) {
        fn taken<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|&at| values[at]).collect()
        }
        match &mut self.data {
            Data::Text { ends, bytes } => {
                let mut moved = Vec::with_capacity(bytes.len());
                let mut moved_ends = Vec::with_capacity(ends.len());
                for &at in order {
                    // Offsets count up from zero, so they are no longer than the bytes and fit.
                    let start = at.checked_sub(1).map_or(0, |before| ends[before] as usize);
                    moved.extend_from_slice(&bytes[start..ends[at] as usize]);
                    moved_ends.push(moved.len() as i32);
                }
                (*ends, *bytes) = (moved_ends, moved);
            }
            Data::Int(values) => *values = taken(values, order),
            Data::Bool(values) => *values = taken(values, order),
            Data::Date(values) => *values = taken(values, order),
        }
        if let Some(valid) = self.valid.finish() {
            for &at in order {
                self.valid.append(valid.is_valid(at));
            }
        } else {
            self.valid.append_n_non_nulls(order.len());
        }
    }

    fn finish(mut self, kind: ColumnType) -> ArrayRef {
        let valid = self.valid.finish();
        match self.data {
            Data::Text { ends, bytes } => {
                let mut offsets = ends;
                offsets.insert(0, 0);
                // Only whole `str`s were appended, so the bytes are UTF-8 at every offset.
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(StringArray::new(offsets, Buffer::from_vec(bytes), valid))
            }
            Data::Int(values) if kind == ColumnType::Timestamp => {
                Arc::new(TimestampMicrosecondArray::new(values.into(), valid))
            }
            Data::Int(values) => Arc::new(Int64Array::new(values.into(), valid)),
            Data::Bool(values) => Arc::new(BooleanArray::new(BooleanBuffer::from(values), valid)),
            Data::Date(values) => Arc::new(Date32Array::new(values.into(), valid)),
        }
    }
}

/// A raw table being filled.
#[derive(Debug)]
pub(crate) struct TableBuilder {
    columns: Vec<Column>,
    rows: usize,
    /// What orders the rows; empty while no row has it.
    keys: Vec<i64>,
}

/// The key of a row that has none: it comes before all that do.
const NO_KEY: i64 = i64::MIN;

impl TableBuilder {
    pub(crate) fn new(table: Table) -> Self {
        let columns = &table.schema().columns[1..];
        Self {
            columns: columns
                .iter()
                .map(|column| Column::new(column.kind))
                .collect(),
            rows: 0,
            keys: Vec::new(),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Appends a row; parents must have been resolved to numbers.
    pub(crate) fn push(&mut self, table: Table, row: Row<'_>) -> Result<(), ColumnFull> {
        let schema = &table.schema().columns[1..];
        debug_assert_eq!(row.len(), schema.len(), "{}", table.schema().name);
        for ((column, value), schema) in self.columns.iter_mut().zip(row).zip(schema) {
            column.push(value, schema)?;
        }
        self.rows += 1;
        if !self.keys.is_empty() {
            self.keys.push(NO_KEY);
        }
        Ok(())
    }

    /// Gives the row pushed last what orders it.
    pub(crate) fn order_last(&mut self, key: i64) {
        self.keys.resize(self.rows, NO_KEY);
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
    }

    /// What orders the rows; nothing if they stand in order.
    pub(crate) fn keys(&self) -> &[i64] {
        &self.keys
    }

    /// Puts the rows into the given order.
    pub(crate) fn permute(&mut self, order: &[usize]) {
        for column in &mut self.columns {
            column.permute(order);
        }
        self.keys.clear();
    }

    /// Rewrites the parents of a table's rows whose order has changed.
    pub(crate) fn move_parents(&mut self, table: Table, parent: &str, moved: impl Fn(i64) -> i64) {
        let schema = &table.schema().columns[1..];
        for (column, schema) in self.columns.iter_mut().zip(schema) {
            if let Data::Int(values) = &mut column.data
                && schema.refers_to == Some(parent)
            {
                values.iter_mut().for_each(|value| *value = moved(*value));
            }
        }
    }

    /// Appends all rows of another builder; `base` gives, for a parent table, the rows that were
    /// there before those the other builder's parents refer to.
    pub(crate) fn append(
        &mut self,
        table: Table,
        other: Self,
        base: impl Fn(&str) -> i64,
    ) -> Result<(), ColumnFull> {
        let schema = &table.schema().columns[1..];
        for ((column, more), schema) in self.columns.iter_mut().zip(other.columns).zip(schema) {
            column.append(more, schema.refers_to.map_or(0, &base), schema)?;
        }
        if !(self.keys.is_empty() && other.keys.is_empty()) {
            self.keys.resize(self.rows, NO_KEY);
            self.keys.extend_from_slice(&other.keys);
            self.keys.resize(self.rows + other.rows, NO_KEY);
        }
        self.rows += other.rows;
        Ok(())
    }

    /// The table as one batch, `_ordinal` being the row number from 1.
    pub(crate) fn finish(self, table: Table) -> Result<RecordBatch, arrow_schema::ArrowError> {
        let schema = table.schema().columns;
        let count = i64::try_from(self.rows).unwrap_or(i64::MAX);
        let ordinal: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=count));
        let arrays = std::iter::once(ordinal)
            .chain(
                self.columns
                    .into_iter()
                    .zip(&schema[1..])
                    .map(|(column, schema)| column.finish(schema.kind)),
            )
            .collect();
        RecordBatch::try_new(Arc::new(arrow_schema(schema)), arrays)
    }
}

fn arrow_schema(columns: &[ColumnSchema]) -> Schema {
    let field = |column: &ColumnSchema| {
        let kind = match column.kind {
            ColumnType::Text => DataType::Utf8,
            ColumnType::Int => DataType::Int64,
            ColumnType::Bool => DataType::Boolean,
            ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            ColumnType::Date => DataType::Date32,
        };
        Field::new(column.name, kind, column.nullable)
    };
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;

    fn row(id: &str, parent: Option<i64>) -> Row<'_> {
        vec![id.into(), parent.into(), "a.example".into()]
    }

    #[test]
    fn appended_tables_keep_order_nulls_and_parents() {
        let table = Table::ZendeskOrganizationDomains;
        let mut all = TableBuilder::new(table);
        for (base, ids) in [(0, ["a", "b"]), (5, ["c", "déjà"])] {
            let mut part = TableBuilder::new(table);
            part.push(table, row(ids[0], Some(1))).unwrap();
            part.push(table, row(ids[1], None)).unwrap();
            all.append(table, part, |_| base).unwrap();
        }
        let batch = all.finish(table).unwrap();
        let ids: Vec<_> = batch
            .column(1)
            .as_string::<i32>()
            .iter()
            .flatten()
            .collect();
        assert_eq!(ids, ["a", "b", "c", "déjà"]);
        let parents: Vec<_> = batch.column(2).as_primitive::<Int64Type>().iter().collect();
        assert_eq!(parents, [Some(1), None, Some(6), None]);
        assert_eq!(batch.column(0).as_primitive::<Int64Type>().value(3), 4);
        assert_eq!(batch.column(3).null_count(), 0);
    }

    #[test]
    fn every_table_can_be_empty() {
        for &table in Table::ALL {
            let batch = TableBuilder::new(table).finish(table).unwrap();
            assert_eq!(batch.num_columns(), table.schema().columns.len());
        }
    }
}
