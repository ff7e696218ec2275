//! Retention by month of acquisition.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::cells::Cells;
use super::dataset::DataError;
use crate::columns::Columns;
use crate::date::{add_months, from_days, month_end, month_start, months_between};
use crate::view::{CohortShow, Filters, Span};

/// Longest distance between a cohort and a month, in months; more is a broken row.
const MAX_MONTHS: i64 = 12 * 200;

/// The mart `retention_cohorts`, ready to be filtered.
#[derive(Debug)]
pub struct RetentionData {
    as_of: NaiveDate,
    cells: Cells,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    cohort: NaiveDate,
    months: usize,
    acquired: CohortCell,
    active: CohortCell,
}

/// Customers and their MRR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CohortCell {
    /// Number of customers.
    pub customers: i64,
    /// MRR in cents.
    pub mrr: i64,
}

impl CohortCell {
    fn add(&mut self, other: CohortCell) {
        self.customers = self.customers.saturating_add(other.customers);
        self.mrr = self.mrr.saturating_add(other.mrr);
    }

    /// What the chart shows of the cell, given the size of its cohort; none for a share of nothing.
    pub fn shown(self, size: CohortCell, show: CohortShow) -> Option<f64> {
        let (part, whole) = if show.is_mrr() {
            (self.mrr as f64, size.mrr as f64)
        } else {
            (self.customers as f64, size.customers as f64)
        };
        match (show.is_rate(), whole != 0.0) {
            (false, _) => Some(part),
            (true, true) => Some(part / whole),
            (true, false) => None,
        }
    }
}

/// One cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    /// First day of the month of acquisition.
    pub month: NaiveDate,
    /// Customers acquired and their initial MRR.
    pub size: CohortCell,
    /// What was left at the end of month 0, 1, …; none for months not over on the snapshot's day.
    pub cells: Vec<Option<CohortCell>>,
}

/// Cohorts, oldest first, all with the same number of cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CohortTable {
    /// The cohorts.
    pub rows: Vec<CohortRow>,
}

impl CohortTable {
    /// Number of months shown per cohort.
    pub fn months(&self) -> usize {
        self.rows
            .iter()
            .map(|row| row.cells.len())
            .max()
            .unwrap_or(0)
    }

    /// What is shown in one cell.
    pub fn shown(&self, row: usize, months: usize, show: CohortShow) -> Option<f64> {
        let row = self.rows.get(row)?;
        row.cells.get(months).copied()??.shown(row.size, show)
    }

    /// [`CohortTable::overall`] as far as it stands for the cohorts: no value for a month that
    /// fewer than half of them, or cohorts with fewer than half of the customers, have reached. The
    /// few old cohorts of the last months would make it jump.
    pub fn typical(&self, show: CohortShow) -> Vec<Option<f64>> {
        let customers: i64 = self.rows.iter().map(|row| row.size.customers).sum();
        let stands = |months: usize| {
            let reached = self
                .rows
                .iter()
                .filter(|row| matches!(row.cells.get(months), Some(Some(_))));
            let sizes: Vec<i64> = reached.map(|row| row.size.customers).collect();
            2 * sizes.len() >= self.rows.len() && 2 * sizes.iter().sum::<i64>() >= customers
        };
        let all = self.overall(show).into_iter().enumerate();
        all.map(|(months, value)| value.filter(|_| stands(months)))
            .collect()
    }

    /// For each distance in months, all cohorts that are that old taken together: what is left of
    /// what there was.
    pub fn overall(&self, show: CohortShow) -> Vec<Option<f64>> {
        (0..self.months())
            .map(|months| {
                let mut size = CohortCell::default();
                let mut left = CohortCell::default();
                let mut found = false;
                for row in &self.rows {
                    if let Some(cell) = row.cells.get(months).copied().flatten() {
                        size.add(row.size);
                        left.add(cell);
                        found = true;
                    }
                }
                found.then(|| left.shown(size, show)).flatten()
            })
            .collect()
    }
}

impl RetentionData {
    /// Takes over the decoded columns of `retention_cohorts`.
    pub fn new(columns: &Columns, as_of: NaiveDate) -> Result<RetentionData, DataError> {
        let mart = columns.spec().name;
        let missing = |column| DataError::NoColumn { mart, column };
        let cohorts = columns
            .days("cohort_month")
            .ok_or_else(|| missing("cohort_month"))?;
        let ints = |column| columns.ints(column).ok_or_else(|| missing(column));
        let months = ints("months_since")?;
        let acquired = (ints("customers_acquired")?, ints("mrr_initial")?);
        let active = (ints("customers_active")?, ints("mrr_active")?);
        let mut rows = Vec::with_capacity(columns.rows());
        for (row, (cohort, months)) in cohorts.iter().zip(months.iter()).enumerate() {
            let cohort = month_start(from_days(*cohort));
            if !(0..=MAX_MONTHS).contains(&months) || cohort > as_of {
                return Err(DataError::DayOutOfRange {
                    mart,
                    day: cohort,
                    as_of,
                });
            }
            rows.push(Row {
                cohort,
                months: months as usize,
                acquired: CohortCell {
                    customers: acquired.0.get(row),
                    mrr: acquired.1.get(row),
                },
                active: CohortCell {
                    customers: active.0.get(row),
                    mrr: active.1.get(row),
                },
            });
        }
        Ok(RetentionData {
            as_of,
            cells: Cells::build(columns),
            rows,
        })
    }
}

/// The cohorts acquired in the months that `span` touches, followed up to the snapshot's day.
///
/// A month of acquisition counts whole, as retention is defined by month. Cohorts without customers
/// under the filters are left out.
pub fn cohorts(data: &RetentionData, filters: &Filters, span: Span) -> CohortTable {
    let allowed = data.cells.allowed(filters);
    let first = month_start(span.from);
    let mut found: BTreeMap<NaiveDate, (CohortCell, BTreeMap<usize, CohortCell>)> = BTreeMap::new();
    for (row, cell) in data.rows.iter().zip(&data.cells.of_row) {
        if !allowed[*cell as usize] || row.cohort < first || row.cohort > span.to {
            continue;
        }
        let (size, months) = found.entry(row.cohort).or_default();
        // Size and initial MRR repeat on every row of a cohort; the row of month 0 is always there.
        if row.months == 0 {
            size.add(row.acquired);
        }
        months.entry(row.months).or_default().add(row.active);
    }
    let complete = |cohort: NaiveDate| {
        let last = months_between(cohort, data.as_of);
        let whole = month_end(add_months(cohort, last)) <= data.as_of;
        (if whole { last + 1 } else { last }).max(0) as usize
    };
    let width = found
        .keys()
        .map(|cohort| complete(*cohort))
        .max()
        .unwrap_or(0);
    let rows = found
        .into_iter()
        .map(|(month, (size, months))| CohortRow {
            month,
            size,
            cells: (0..width)
                .map(|at| {
                    // A complete month without a row has no customers left.
                    (at < complete(month)).then(|| months.get(&at).copied().unwrap_or_default())
                })
                .collect(),
        })
        .collect();
    CohortTable { rows }
}
