//! Values of records: their types, how they are written in JSON and CSV, and how they compare.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

/// A field's type, as a description names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The record's own id.
    Id,
    /// Another record's id.
    Reference,
    /// Text.
    Text,
    /// One of a list of words.
    Picklist,
    /// True or false.
    Boolean,
    /// A whole number.
    Int,
    /// A number with decimals: money too.
    Double,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A compound address: only in REST, never in Bulk, never compared.
    Address,
}

impl Kind {
    /// The word of a description.
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Reference => "reference",
            Self::Text => "string",
            Self::Picklist => "picklist",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Double => "double",
            Self::Date => "date",
            Self::Instant => "datetime",
            Self::Address => "address",
        }
    }
}

/// One value. Numbers stay as they are written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// Text, ids and picklist values.
    Text(String),
    /// A truth value.
    Boolean(bool),
    /// A number as it is written.
    Number(String),
    /// A day.
    Date(NaiveDate),
    /// An instant in UTC.
    Instant(DateTime<Utc>),
    /// A compound value.
    Compound(Value),
}

impl Cell {
    /// Reads what a test gives for a field.
    ///
    /// # Panics
    ///
    /// If the value is not of the field's type: the test is wrong.
    pub fn read(kind: Kind, value: &Value) -> Self {
        let wrong = || panic!("{value} is no {}", kind.word());
        match (kind, value) {
            (_, Value::Null) => Self::Null,
            (Kind::Boolean, Value::Bool(value)) => Self::Boolean(*value),
            (Kind::Int | Kind::Double, Value::Number(value)) => Self::Number(value.to_string()),
            (Kind::Date, Value::String(text)) => text.parse().map_or_else(|_| wrong(), Self::Date),
            (Kind::Instant, Value::String(text)) => DateTime::parse_from_rfc3339(text)
                .map_or_else(|_| wrong(), |at| Self::Instant(at.to_utc())),
            (Kind::Id | Kind::Reference | Kind::Text | Kind::Picklist, Value::String(text)) => {
                Self::Text(text.clone())
            }
            (Kind::Address, Value::Object(_)) => Self::Compound(value.clone()),
            _ => wrong(),
        }
    }

    /// As REST answers give it: instants end in `+0000`.
    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_str()),
            Self::Boolean(value) => Value::from(*value),
            Self::Number(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            Self::Date(day) => Value::from(day.to_string()),
            Self::Instant(at) => Value::from(at.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()),
            Self::Compound(value) => value.clone(),
        }
    }

    /// As Bulk results give it, without quotes: instants end in `Z`, no value is empty.
    pub fn csv(&self) -> String {
        match self {
            Self::Null | Self::Compound(_) => String::new(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Boolean(value) => value.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Instant(at) => at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        }
    }

    /// Order of two values of one field; no value comes first, as in SOQL.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => number(a).total_cmp(&number(b)),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Instant(a), Self::Instant(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
