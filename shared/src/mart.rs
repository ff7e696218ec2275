//! Every mart and column: the one list the server writes by and the app reads by.

use std::fmt;

use crate::dimension::Dimension;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A calendar date; a month is its first day.
    Date,
    /// Text, dictionary-encoded on the wire.
    Text,
    /// A whole number.
    Int64,
    /// Yes or no.
    Bool,
}

/// What a measure counts. Every measure adds over rows; flows also add over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureUnit {
    /// A number of things.
    Count,
    /// Minor units of the reporting currency.
    Cents,
    /// What the row's column `measure` names: things or minor units. It adds over rows of one
    /// measure.
    Named,
}

/// Which side of zero a column's numbers may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Zero or more.
    NotNegative,
    /// Zero or less.
    NotPositive,
    /// Any, or no number.
    Either,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Part of the row's identity, and no dimension.
    Grain,
    /// One of the five dimensions.
    Dimension(Dimension),
    /// A number that adds over rows (and, in marts by day, over days).
    Measure(MeasureUnit),
    /// A property of the row that does not add.
    Attribute,
}

/// One column of a mart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Column name, the same in every format.
    pub name: &'static str,
    /// Type of its values.
    pub column_type: ColumnType,
    /// Whether values may be missing.
    pub nullable: bool,
    /// What it is for.
    pub role: Role,
    /// Which numbers it may hold.
    pub sign: Sign,
    /// Whether it may hold the name of a person.
    pub personal: bool,
    /// One sentence for the data dictionary.
    pub help: &'static str,
}

impl ColumnSpec {
    const fn signed(self, sign: Sign) -> ColumnSpec {
        ColumnSpec { sign, ..self }
    }

    const fn personal(self) -> ColumnSpec {
        ColumnSpec {
            personal: true,
            ..self
        }
    }
}

/// One mart.
#[derive(PartialEq, Eq)]
pub struct MartSpec {
    /// Name, also of its files.
    pub name: &'static str,
    /// One sentence: what a row is.
    pub description: &'static str,
    /// Columns in published order; the grain (with the dimensions that belong to it) comes first.
    pub columns: &'static [ColumnSpec],
    /// How many of the first columns identify a row and order the rows.
    pub grain: usize,
}

impl fmt::Debug for MartSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mart {}", self.name)
    }
}

impl MartSpec {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Columns that identify a row, in sort order.
    pub fn grain_columns(&self) -> &'static [ColumnSpec] {
        &self.columns[..self.grain]
    }

    /// Whether the mart carries a dimension, and so can follow a filter on it.
    pub fn has_dimension(&self, dimension: Dimension) -> bool {
        self.column(dimension.key()).is_some()
    }
}

/// A mart by name.
pub fn find(name: &str) -> Option<&'static MartSpec> {
    MARTS.iter().copied().find(|mart| mart.name == name)
}

const fn column(
    name: &'static str,
    column_type: ColumnType,
    nullable: bool,
    role: Role,
    help: &'static str,
) -> ColumnSpec {
    ColumnSpec {
        name,
        column_type,
        nullable,
        role,
        sign: Sign::Either,
        personal: false,
        help,
    }
}

const fn dim(dimension: Dimension, help: &'static str) -> ColumnSpec {
    let role = Role::Dimension(dimension);
    column(dimension.key(), ColumnType::Text, false, role, help)
}

const fn date(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Date, false, Role::Grain, help)
}

const fn key(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Text, false, Role::Grain, help)
}

const fn number_key(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Int64, false, Role::Grain, help).signed(Sign::NotNegative)
}

const fn count(name: &'static str, help: &'static str) -> ColumnSpec {
    let role = Role::Measure(MeasureUnit::Count);
    column(name, ColumnType::Int64, false, role, help).signed(Sign::NotNegative)
}

const fn cents(name: &'static str, help: &'static str) -> ColumnSpec {
    let role = Role::Measure(MeasureUnit::Cents);
    column(name, ColumnType::Int64, false, role, help).signed(Sign::NotNegative)
}

const fn text(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Text, true, Role::Attribute, help)
}

const fn text_always(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Text, false, Role::Attribute, help)
}

const fn date_maybe(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Date, true, Role::Attribute, help)
}

const fn flag(name: &'static str, help: &'static str) -> ColumnSpec {
    column(name, ColumnType::Bool, false, Role::Attribute, help)
}

const PLAN: ColumnSpec = dim(
    Dimension::Plan,
    "Product name of the plan; none before the first one.",
);
const REGION: ColumnSpec = dim(Dimension::Region, "Region of the billing country.");
const INDUSTRY: ColumnSpec = dim(Dimension::Industry, "Industry of the account.");
const SIZE: ColumnSpec = dim(
    Dimension::CompanySize,
    "Band of the account's number of employees.",
);
const CHANNEL: ColumnSpec = dim(
    Dimension::AcquisitionChannel,
    "How the customer was first won; fixed for a customer.",
);
const DAY: ColumnSpec = date("day", "Calendar day in the reporting time zone.");
const MONTH: ColumnSpec = date("month", "First day of the month.");

mod list;
pub use list::{
    ACQUISITION_FUNNEL, ANNOTATIONS, CHURN_REASONS, CUSTOMER_EVENTS, CUSTOMERS, LIFECYCLE_DAILY,
    MARKETING_SPEND, MARTS, RETENTION_12M, RETENTION_COHORTS, SALES_CYCLE, STAGE_TRANSITIONS,
    SUPPORT_DAILY, SUPPORT_DURATIONS, TICKETS_AND_CHURN,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mart_is_described_and_its_grain_comes_first() {
        for mart in MARTS {
            assert!(!mart.description.is_empty(), "{}", mart.name);
            assert!(mart.grain >= 1 && mart.grain <= mart.columns.len());
            for (at, column) in mart.columns.iter().enumerate() {
                assert!(column.help.ends_with('.'), "{}.{}", mart.name, column.name);
                let same = mart.columns.iter().filter(|c| c.name == column.name);
                assert_eq!(same.count(), 1, "{}.{}", mart.name, column.name);
                let identifies = match column.role {
                    Role::Grain => true,
                    Role::Dimension(_) => mart.name != "customers",
                    Role::Measure(_) | Role::Attribute => false,
                };
                assert_eq!(at < mart.grain, identifies, "{}.{}", mart.name, column.name);
                if at < mart.grain {
                    assert!(!column.nullable, "{}.{}", mart.name, column.name);
                }
            }
            assert_eq!(find(mart.name), Some(*mart));
        }
    }

    #[test]
    fn dimensions_stand_in_their_fixed_order() {
        for mart in MARTS {
            let found: Vec<Dimension> = mart
                .columns
                .iter()
                .filter_map(|column| match column.role {
                    Role::Dimension(dimension) => Some(dimension),
                    _ => None,
                })
                .collect();
            let mut sorted = found.clone();
            sorted.sort();
            assert_eq!(found, sorted, "{}", mart.name);
        }
    }
}
