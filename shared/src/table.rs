//! A table of typed cells: what a chart shows, as rows; the one form of table views, CSV and
//! exports.

use chrono::NaiveDate;
use serde_json::Value;

use crate::csv::CsvWriter;
use crate::metric::Unit;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Empty,
    /// A text cell.
    Text(String),
    /// A calendar date.
    Date(NaiveDate),
    /// A count, or an amount in cents.
    Int(i64),
    /// A share, a ratio, or a mean (of cents, if the unit is money).
    Float(f64),
    /// Yes or no.
    Bool(bool),
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Name in files.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// How its numbers are written; none for what is no number, or differs by row.
    pub unit: Option<Unit>,
}

/// Columns and rows, every row with one cell per column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// A number; whole ones of whole units become integers.
    pub fn number(value: Option<f64>, whole: bool) -> Cell {
        match value {
            None => Cell::Empty,
            Some(value) if whole => Cell::Int(value as i64),
            Some(value) => Cell::Float(value),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Date(date) => Value::from(date.to_string()),
            Cell::Int(value) => Value::from(*value),
            Cell::Float(value) => Value::from(*value),
            Cell::Bool(value) => Value::from(*value),
        }
    }
}

impl Table {
    /// Adds a column.
    pub fn column(&mut self, key: &str, label: &str, unit: Option<Unit>) {
        self.columns.push(TableColumn {
            key: key.to_owned(),
            label: label.to_owned(),
            unit,
        });
    }

    /// The table as CSV, with a header of column keys. Money is in cents, shares are of one.
    pub fn to_csv(&self) -> String {
        let mut csv = CsvWriter::new();
        for column in &self.columns {
            csv.text(&column.key);
        }
        csv.end_row();
        for row in &self.rows {
            for cell in row {
                match cell {
                    Cell::Empty => csv.empty(),
                    Cell::Text(text) => csv.text(text),
                    Cell::Date(date) => csv.date(*date),
                    Cell::Int(value) => csv.int(*value),
                    Cell::Float(value) => csv.float(*value),
                    Cell::Bool(value) => csv.bool(*value),
                };
            }
            csv.end_row();
        }
        csv.finish()
    }

    /// The table as a JSON array of row objects, with keys in the order of the columns.
    pub fn to_json(&self) -> String {
        let row = |row: &Vec<Cell>| {
            let cells = self.columns.iter().zip(row);
            let pairs: Vec<String> = cells
                .map(|(column, cell)| {
                    format!("{}:{}", Value::from(column.key.as_str()), cell.to_json())
                })
                .collect();
            format!("{{{}}}", pairs.join(","))
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        format!("[{}]", rows.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_the_same_in_csv_and_json() {
        let mut table = Table::default();
        table.column("name", "Name", None);
        table.column("mrr", "MRR", Some(Unit::Money));
        table.column("rate", "Rate", Some(Unit::Rate));
        table.rows.push(vec![
            Cell::Text("=a".to_owned()),
            Cell::number(Some(-5.0), true),
            Cell::number(Some(0.125), false),
        ]);
        table.rows.push(vec![
            Cell::Date(NaiveDate::default()),
            Cell::Bool(true),
            Cell::number(None, false),
        ]);
        assert_eq!(
            table.to_csv(),
            "name,mrr,rate\n'=a,-5,0.125\n1970-01-01,true,\n"
        );
        assert!(
            table
                .to_json()
                .starts_with(r#"[{"name":"=a","mrr":-5,"rate":0.125},"#)
        );
        let rows: Value = serde_json::from_str(&table.to_json()).expect("JSON");
        assert_eq!(rows[0]["name"], "=a");
        assert_eq!(rows[0]["mrr"], -5);
        assert_eq!(rows[1]["rate"], Value::Null);
    }
}
