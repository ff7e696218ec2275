//! The marts `customers` and `customer_events`, ready to be listed.

use std::cmp::Ordering;

use chrono::NaiveDate;

use crate::columns::{Codes, Column, Columns, Ints, TextColumn};
use crate::date::{from_days, to_days};
use crate::engine::DataError;
use crate::engine::cells::Cells;
use crate::engine::dataset::check_total;
use crate::view::{Mark, Stage};

/// The mart `customers`: one row per account, and per billing customer without one.
#[derive(Debug)]
pub struct People {
    pub(super) as_of: NaiveDate,
    pub(super) columns: Columns,
    pub(super) cells: Cells,
    pub(super) ids: TextColumn,
    pub(super) mrr: Vec<i64>,
    /// Stage of each row; none for one this version does not know.
    pub(super) stages: Vec<Option<Stage>>,
    /// Marks of each row, a bit each.
    marks: Vec<u8>,
    /// Name and ids of each row in small letters, to search in.
    pub(super) searched: Vec<String>,
    /// Place of each row when ordered by name.
    pub(super) name_places: Vec<u32>,
}

impl People {
    /// Takes over the decoded columns of `customers`.
    ///
    /// # Errors
    /// The mart is another one; amounts too large to be added.
    pub fn new(columns: Columns, as_of: NaiveDate) -> Result<People, DataError> {
        let mart = columns.spec().name;
        let no = |column| DataError::NoColumn { mart, column };
        let text = |column| columns.text(column).ok_or_else(|| no(column));
        let ints = |column| columns.ints(column).ok_or_else(|| no(column));
        let flags = |column| columns.bools(column).ok_or_else(|| no(column));
        let ids = text("customer_id")?.clone();
        let mrr = ints("mrr")?.iter().collect();
        for column in ["mrr", "tickets_30d", "open_tickets"] {
            check_total(mart, column, ints(column)?)?;
        }
        let stage = text("stage")?;
        let stages: Vec<Option<Stage>> = stage.values.iter().map(|s| Stage::from_key(s)).collect();
        let stages = (0..columns.rows()).map(|row| stages.get(stage.codes.get(row)).copied()?);
        let stages = stages.collect();
        let leaves = columns
            .days("scheduled_churn_on")
            .ok_or_else(|| no("scheduled_churn_on"))?;
        let (late, rebuilt) = (flags("delinquent")?, flags("reconstructed")?);
        let open = ints("open_tickets")?;
        let mark = |row: usize| {
            let bears = |mark: Mark| match mark {
                Mark::Scheduled => leaves[row] != crate::columns::NULL_DAY,
                Mark::Delinquent => late[row],
                Mark::Reconstructed => rebuilt[row],
                Mark::OpenTickets => open.get(row) > 0,
            };
            Mark::ALL.iter().fold(0, |bits, mark| {
                bits | (u8::from(bears(*mark)) << *mark as u8)
            })
        };
        let marks = (0..columns.rows()).map(mark).collect();
        let name = text("name")?;
        let more = [
            text("stripe_customer_ids")?,
            text("salesforce_account_id")?,
            text("zendesk_organization_id")?,
        ];
        let searched: Vec<String> = (0..columns.rows())
            .map(|row| {
                let mut all = name.get(row).unwrap_or_default().to_lowercase();
                let ids = [&ids]
                    .into_iter()
                    .chain(more)
                    .filter_map(|text| text.get(row));
                for id in ids {
                    all.push('\n');
                    all.push_str(&id.to_lowercase());
                }
                all
            })
            .collect();
        let mut order: Vec<u32> = (0..columns.rows() as u32).collect();
        order.sort_by(|a, b| searched[*a as usize].cmp(&searched[*b as usize]));
        let mut name_places = vec![0; order.len()];
        for (place, row) in (0u32..).zip(order) {
            name_places[row as usize] = place;
        }
        Ok(People {
            as_of,
            cells: Cells::build(&columns),
            ids,
            mrr,
            stages,
            marks,
            searched,
            name_places,
            columns,
        })
    }

    /// The snapshot's day.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Number of customers and accounts.
    pub fn len(&self) -> usize {
        self.columns.rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row bears a mark.
    pub(super) fn bears(&self, row: usize, mark: Mark) -> bool {
        self.marks[row] >> mark as u8 & 1 == 1
    }

    /// The row of an id.
    pub fn row_of(&self, id: &str) -> Option<usize> {
        let code = self
            .ids
            .values
            .binary_search_by(|known| known.as_str().cmp(id));
        let code = code.ok()?;
        (0..self.len()).find(|row| self.ids.codes.get(*row) == code)
    }

    /// Text of a row in a column; none where it is missing.
    pub fn text(&self, row: usize, column: &str) -> Option<&str> {
        self.columns.text(column)?.get(row)
    }

    /// Name of a row, else its id.
    pub fn name(&self, row: usize) -> &str {
        let name = self.text(row, "name").filter(|name| !name.is_empty());
        name.or_else(|| self.ids.get(row)).unwrap_or_default()
    }

    /// MRR of a row in cents.
    pub fn mrr(&self, row: usize) -> i64 {
        self.mrr[row]
    }

    /// Stage of a row.
    pub fn stage(&self, row: usize) -> Option<Stage> {
        self.stages[row]
    }

    /// For each distinct id, its row.
    pub(super) fn rows_by_code(&self) -> Vec<u32> {
        let mut rows = vec![0; self.ids.values.len()];
        for row in 0..self.len() {
            if let Some(place) = rows.get_mut(self.ids.codes.get(row)) {
                *place = row as u32;
            }
        }
        rows
    }
}

/// The mart `customer_events`: every fact that the daily flows count.
#[derive(Debug)]
pub struct Events {
    pub(super) cells: Cells,
    pub(super) customers: TextColumn,
    pub(super) day: Vec<i32>,
    pub(super) measures: TextColumn,
    pub(super) value: Ints,
    pub(super) record: TextColumn,
    pub(super) detail: TextColumn,
}

impl Events {
    /// Takes over the decoded columns of `customer_events`.
    ///
    /// # Errors
    /// The mart is another one; a row dated after the snapshot's day; amounts too large to be
    /// added.
    pub fn new(columns: Columns, as_of: NaiveDate) -> Result<Events, DataError> {
        let spec = columns.spec();
        let mart = spec.name;
        let cells = Cells::build(&columns);
        if let Some(late) = columns
            .days("day")
            .and_then(|days| days.iter().find(|day| **day > to_days(as_of)))
        {
            let day = from_days(*late);
            return Err(DataError::DayOutOfRange { mart, day, as_of });
        }
        let mut named: Vec<(&'static str, Column)> = spec
            .columns
            .iter()
            .map(|column| column.name)
            .zip(columns.into_all())
            .collect();
        let mut take = |column: &'static str| {
            let at = named.iter().position(|(name, _)| *name == column);
            at.map(|at| named.swap_remove(at).1)
                .ok_or(DataError::NoColumn { mart, column })
        };
        let text = |column: Column, name| match column {
            Column::Text(text) => Ok(text),
            _ => Err(DataError::NoColumn { mart, column: name }),
        };
        let customers = text(take("customer_id")?, "customer_id")?;
        let measures = text(take("measure")?, "measure")?;
        let record = text(take("record")?, "record")?;
        let detail = text(take("detail")?, "detail")?;
        let (Column::Date(day), Column::Int(value)) = (take("day")?, take("value")?) else {
            return Err(DataError::NoColumn {
                mart,
                column: "value",
            });
        };
        check_total(mart, "value", &value)?;
        Ok(Events {
            cells,
            customers,
            day,
            measures,
            value,
            record,
            detail,
        })
    }

    /// Number of facts.
    pub fn len(&self) -> usize {
        self.day.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a measure.
    pub(super) fn measure(&self, name: &str) -> Option<usize> {
        let found = self
            .measures
            .values
            .binary_search_by(|known| known.as_str().cmp(name));
        found.ok()
    }

    /// For each distinct customer of the facts, the row of `customers`, if it has one. Both sides
    /// are in order.
    pub(super) fn rows_of(&self, people: &People) -> Vec<Option<u32>> {
        let rows = people.rows_by_code();
        let known = &people.ids.values;
        let mut at = 0;
        let row = |id: &String| {
            while at < known.len() && known[at] < *id {
                at += 1;
            }
            let same = known
                .get(at)
                .is_some_and(|other| other.cmp(id) == Ordering::Equal);
            same.then(|| rows[at])
        };
        self.customers.values.iter().map(row).collect()
    }

    /// Codes of the customers by fact.
    pub(super) fn codes(&self) -> &Codes {
        &self.customers.codes
    }
}
