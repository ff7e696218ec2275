//! testing: short ways to build marts for this crate's tests.
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use chrono::{DateTime, NaiveDate};
use tidemark_shared::api::{Outcome, Policies, Quality};

use crate::freeze::{Freeze, MartData};

pub(crate) fn text_column(cells: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

pub(crate) fn int_column(cells: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(cells.to_vec()))
}

pub(crate) fn bool_column(cells: &[Option<bool>]) -> ArrayRef {
    Arc::new(BooleanArray::from(cells.to_vec()))
}

pub(crate) fn date_column(cells: &[Option<&str>]) -> ArrayRef {
    let days = cells
        .iter()
        .map(|cell| cell.map(|text| text.parse::<NaiveDate>().expect("a date").to_epoch_days()));
    Arc::new(days.collect::<Date32Array>())
}

pub(crate) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).expect("columns of equal length")
}

/// Marketing spend of two days: the smallest mart there is.
pub(crate) fn spend(cents: i64) -> MartData {
    MartData {
        name: "marketing_spend".to_owned(),
        batch: batch(vec![
            (
                "day",
                date_column(&[Some("2024-02-28"), Some("2024-02-29"), Some("2024-02-29")]),
            ),
            (
                "acquisition_channel",
                text_column(&[Some("=web"), Some("Ads"), Some("Fairs, etc.")]),
            ),
            ("amount", int_column(&[Some(-100), Some(0), Some(cents)])),
        ]),
    }
}

/// A freeze of the marts; the same each time but for them.
pub(crate) fn freeze(marts: &[MartData]) -> Freeze<'_> {
    Freeze {
        marts,
        as_of: NaiveDate::from_ymd_opt(2024, 2, 29).expect("a date"),
        generated_at: DateTime::UNIX_EPOCH,
        timezone: "Europe/Berlin".to_owned(),
        currency: "eur".to_owned(),
        policies: Policies::default(),
        sources: Vec::new(),
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        documents: vec![("quality.json".to_owned(), b"{\"checks\":[]}".to_vec())],
        demo: false,
        made_by: None,
    }
}

/// Marketing spend of many rows: ten channels a day from day 12 000 on, the amount is the row's number.
pub(crate) fn spends(rows: usize) -> MartData {
    let days = (0..rows).map(|row| Some(12_000 + (row / 10) as i32));
    let channels = (0..rows).map(|row| Some(format!("channel {}", row % 10)));
    MartData {
        name: "marketing_spend".to_owned(),
        batch: batch(vec![
            ("day", Arc::new(days.collect::<Date32Array>()) as ArrayRef),
            (
                "acquisition_channel",
                Arc::new(channels.collect::<StringArray>()),
            ),
            (
                "amount",
                Arc::new(Int64Array::from_iter_values(0..rows as i64)),
            ),
        ]),
    }
}
