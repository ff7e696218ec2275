//! Reads a seed's CSV into a frame: whole numbers and dates as such, all else as text.

use chrono::NaiveDate;
use polars::prelude::*;

use crate::EngineError;

/// The frame of a seed. A column is numbers if all its values are, else dates if all are, else text.
pub(crate) fn read(name: &str, text: &str) -> Result<DataFrame, EngineError> {
    let wrong = |reason: String| EngineError::Seed {
        name: name.to_owned(),
        reason,
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| wrong(e.to_string()))?.clone();
    let records = reader
        .records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| wrong(e.to_string()))?;
    let columns = headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let values: Vec<&str> = records
                .iter()
                .map(|r| r.get(index).unwrap_or_default())
                .collect();
            Column::from(typed(header, &values))
        })
        .collect();
    DataFrame::new(records.len(), columns).map_err(|e| wrong(e.to_string()))
}

fn typed(header: &str, values: &[&str]) -> Series {
    let name: PlSmallStr = header.into();
    if let Ok(numbers) = values
        .iter()
        .map(|v| v.parse::<i64>())
        .collect::<Result<Vec<_>, _>>()
    {
        return Series::new(name, numbers);
    }
    if let Ok(dates) = values
        .iter()
        .map(|v| v.parse::<NaiveDate>())
        .collect::<Result<Vec<_>, _>>()
    {
        return Series::new(name, dates);
    }
    Series::new(name, values)
}
