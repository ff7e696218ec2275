//! A mart in memory: one vector per column, text as small codes into a list of values.

mod ints;

pub use ints::Ints;

use crate::mart::{ColumnType, MartSpec};

/// A missing date in a date column.
pub const NULL_DAY: i32 = i32::MIN;

/// Codes of a text column, in the narrowest type that holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// Up to 255 values.
    U8(Vec<u8>),
    /// Up to 65 535 values.
    U16(Vec<u16>),
    /// Up to 2³² values.
    U32(Vec<u32>),
}

impl Codes {
    /// Packs codes for a column of `values` distinct values; the code `values` itself (missing)
    /// fits too.
    pub fn pack(codes: &[u32], values: usize) -> Codes {
        if values <= usize::from(u8::MAX) {
            Codes::U8(codes.iter().map(|code| *code as u8).collect())
        } else if values <= usize::from(u16::MAX) {
            Codes::U16(codes.iter().map(|code| *code as u16).collect())
        } else {
            Codes::U32(codes.to_vec())
        }
    }

    /// The same codes in the narrowest type for `values` distinct values.
    pub(crate) fn narrowed(self, values: usize) -> Codes {
        match self {
            Codes::U32(codes) => Codes::pack(&codes, values),
            Codes::U16(codes) if values <= usize::from(u8::MAX) => {
                Codes::U8(codes.iter().map(|code| *code as u8).collect())
            }
            codes => codes,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Codes::U8(codes) => codes.len(),
            Codes::U16(codes) => codes.len(),
            Codes::U32(codes) => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row; panics past the end, like a slice.
    pub fn get(&self, row: usize) -> usize {
        match self {
            Codes::U8(codes) => usize::from(codes[row]),
            Codes::U16(codes) => usize::from(codes[row]),
            Codes::U32(codes) => codes[row] as usize,
        }
    }
}

/// A text column: `values` are distinct and ascending; the code `values.len()` means missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextColumn {
    /// One code per row.
    pub codes: Codes,
    /// The distinct values, ascending.
    pub values: Vec<String>,
}

impl TextColumn {
    /// Builds the column from one optional text per row.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = Option<&'a str>>) -> TextColumn {
        let rows: Vec<Option<&str>> = rows.into_iter().collect();
        let mut values: Vec<&str> = rows.iter().copied().flatten().collect();
        values.sort_unstable();
        values.dedup();
        let missing = values.len() as u32;
        let codes: Vec<u32> = rows
            .iter()
            .map(|row| row.map_or(missing, |text| values.partition_point(|v| *v < text) as u32))
            .collect();
        TextColumn {
            codes: Codes::pack(&codes, values.len()),
            values: values.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The text of a row, `None` when missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.values.get(self.codes.get(row)).map(String::as_str)
    }
}

/// One column of a mart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Days since 1970-01-01, [`NULL_DAY`] when missing.
    Date(Vec<i32>),
    /// Text, possibly missing.
    Text(TextColumn),
    /// Counts or cents, never missing.
    Int(Ints),
    /// Yes or no, never missing.
    Bool(Vec<bool>),
}

impl Column {
    /// Whether its values are of this type.
    pub fn has_type(&self, column_type: ColumnType) -> bool {
        matches!(
            (column_type, self),
            (ColumnType::Date, Column::Date(_))
                | (ColumnType::Text, Column::Text(_))
                | (ColumnType::Int64, Column::Int(_))
                | (ColumnType::Bool, Column::Bool(_))
        )
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Column::Date(days) => days.len(),
            Column::Text(text) => text.codes.len(),
            Column::Int(values) => values.len(),
            Column::Bool(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// All columns of one mart, in the order of its specification, all of the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    spec: &'static MartSpec,
    rows: usize,
    columns: Vec<Column>,
}

impl Columns {
    /// Joins columns to a mart. Fails with a sentence when their number, type or length is not the
    /// mart's.
    pub fn new(spec: &'static MartSpec, columns: Vec<Column>) -> Result<Columns, String> {
        if columns.len() != spec.columns.len() {
            return Err(format!(
                "{} has {} columns, {} were given",
                spec.name,
                spec.columns.len(),
                columns.len()
            ));
        }
        let rows = columns.first().map_or(0, Column::len);
        for (column, wanted) in columns.iter().zip(spec.columns) {
            if !column.has_type(wanted.column_type) {
                return Err(format!("{}.{} has the wrong type", spec.name, wanted.name));
            }
            if column.len() != rows {
                return Err(format!(
                    "{}.{} has {} rows, the first column has {rows}",
                    spec.name,
                    wanted.name,
                    column.len()
                ));
            }
        }
        Ok(Columns {
            spec,
            rows,
            columns,
        })
    }

    /// The mart's specification.
    pub fn spec(&self) -> &'static MartSpec {
        self.spec
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All columns in the mart's order.
    pub fn all(&self) -> &[Column] {
        &self.columns
    }

    /// Gives the columns away, in the mart's order.
    pub fn into_all(self) -> Vec<Column> {
        self.columns
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let at = self.spec.columns.iter().position(|c| c.name == name)?;
        self.columns.get(at)
    }

    /// Counts or cents of a column, if it is one of those.
    pub fn ints(&self, name: &str) -> Option<&Ints> {
        match self.column(name)? {
            Column::Int(values) => Some(values),
            _ => None,
        }
    }

    /// Day numbers of a date column.
    pub fn days(&self, name: &str) -> Option<&[i32]> {
        match self.column(name)? {
            Column::Date(days) => Some(days),
            _ => None,
        }
    }

    /// A text column.
    pub fn text(&self, name: &str) -> Option<&TextColumn> {
        match self.column(name)? {
            Column::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A yes-or-no column.
    pub fn bools(&self, name: &str) -> Option<&[bool]> {
        match self.column(name)? {
            Column::Bool(values) => Some(values),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_coded_in_order_and_missing_text_stays_missing() {
        let column = TextColumn::from_rows([Some("b"), None, Some("a"), Some("b"), Some("")]);
        assert_eq!(column.values, ["", "a", "b"]);
        let rows: Vec<Option<&str>> = (0..5).map(|row| column.get(row)).collect();
        assert_eq!(rows, [Some("b"), None, Some("a"), Some("b"), Some("")]);
    }

    #[test]
    fn codes_widen_before_the_missing_code_would_not_fit() {
        assert!(matches!(Codes::pack(&[255], 255), Codes::U8(_)));
        assert!(matches!(Codes::pack(&[256], 256), Codes::U16(_)));
        assert!(matches!(Codes::pack(&[65_536], 65_536), Codes::U32(_)));
    }

    #[test]
    fn columns_that_do_not_fit_the_mart_are_refused() {
        let spec = crate::mart::find("marketing_spend").expect("a mart");
        assert!(Columns::new(spec, vec![]).is_err());
        let wrong = vec![
            Column::Int(vec![1].into()),
            Column::Int(vec![1].into()),
            Column::Int(vec![1].into()),
        ];
        assert!(Columns::new(spec, wrong).is_err());
        let uneven = vec![
            Column::Date(vec![1]),
            Column::Text(TextColumn::from_rows([Some("Web")])),
            Column::Int(Ints::new()),
        ];
        assert!(Columns::new(spec, uneven).is_err());
    }
}
