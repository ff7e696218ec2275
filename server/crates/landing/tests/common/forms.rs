//! One table of billing periods, written in every form that landing reads.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray,
};
use chrono::{Days, NaiveDate};
use parquet::arrow::ArrowWriter;
use tidemark_landing::{DecimalMark, Dialect};

/// A period of a subscription.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    pub(crate) id: i64,
    pub(crate) name: Option<String>,
    pub(crate) plan: String,
    /// Days since 1970.
    pub(crate) start: i32,
    pub(crate) end: Option<i32>,
    pub(crate) cents: i64,
}

/// The names of the columns.
pub(crate) const COLUMNS: [&str; 8] = [
    "subscription_id",
    "customer_id",
    "customer_name",
    "plan",
    "start_date",
    "end_date",
    "monthly_amount",
    "currency",
];

/// How text files are written.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) separator: char,
    pub(crate) quotes_all: bool,
    pub(crate) line_end: &'static str,
    pub(crate) encoding: Encoding,
    pub(crate) numbers: Numbers,
    pub(crate) dates: &'static str,
    /// Ids as pandas writes a column with gaps: `123.0`.
    pub(crate) float_ids: bool,
    /// Whether the settings say what can be detected as well.
    pub(crate) is_set: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// `1249.90`
    Plain,
    /// `$1,249.90`
    Point,
    /// `1.249,90 €`
    Comma,
}

impl Form {
    /// The settings that this form needs, or may have.
    pub(crate) fn dialect(&self) -> Dialect {
        let must_say_dates = !matches!(self.dates, "%Y-%m-%d" | "%d.%m.%Y");
        Dialect {
            encoding: (self.encoding == Encoding::Windows1252).then(|| "windows-1252".to_owned()),
            separator: self.is_set.then(|| u8::try_from(self.separator).unwrap()),
            decimal: self.is_set.then_some(match self.numbers {
                Numbers::Comma => DecimalMark::Comma,
                _ => DecimalMark::Point,
            }),
            date_format: (self.is_set || must_say_dates).then(|| self.dates.to_owned()),
            ..Dialect::default()
        }
    }

    fn number(&self, cents: i64) -> String {
        let (whole, rest) = (cents / 100, cents % 100);
        let grouped = |mark: char| {
            let digits = whole.to_string();
            let mut text = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    text.push(mark);
                }
                text.push(digit);
            }
            text
        };
        match self.numbers {
            Numbers::Plain => format!("{whole}.{rest:02}"),
            Numbers::Point => format!("€{}.{rest:02}", grouped(',')),
            Numbers::Comma => format!("{},{rest:02} €", grouped('.')),
        }
    }

    fn cells(&self, period: &Period) -> Vec<String> {
        let date = |days: i32| day(days).format(self.dates).to_string();
        let point = if self.float_ids { ".0" } else { "" };
        vec![
            format!("{}{point}", period.id),
            format!("{}{point}", period.id + 1),
            period.name.clone().unwrap_or_default(),
            period.plan.clone(),
            date(period.start),
            period.end.map(date).unwrap_or_default(),
            self.number(period.cents),
            "EUR".to_owned(),
        ]
    }

    /// The table as a CSV file.
    pub(crate) fn csv(&self, periods: &[Period]) -> Vec<u8> {
        let header = COLUMNS.map(str::to_owned).to_vec();
        let rows = periods.iter().map(|period| self.cells(period));
        let mut text = String::new();
        for row in std::iter::once(header).chain(rows) {
            let cells = row.iter().map(|cell| {
                let special = [self.separator, '"', '\n', '\r'];
                if self.quotes_all || cell.contains(special) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.clone()
                }
            });
            text += &cells.collect::<Vec<_>>().join(&self.separator.to_string());
            text += self.line_end;
        }
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf16Le => utf16(&text, u16::to_le_bytes),
            Encoding::Utf16Be => utf16(&text, u16::to_be_bytes),
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        }
    }

    /// The table as JSON objects, one per line; numbers as JSON's own where `tokens`.
    pub(crate) fn json_lines(&self, periods: &[Period], tokens: bool) -> String {
        let mut text = String::new();
        for period in periods {
            let cells = self.cells(period);
            let mut members = serde_json::Map::new();
            for (name, cell) in COLUMNS.iter().zip(cells) {
                let value = match *name {
                    _ if cell.is_empty() => serde_json::Value::Null,
                    "subscription_id" if tokens => period.id.into(),
                    "monthly_amount" if tokens => (period.cents as f64 / 100.0).into(),
                    _ => cell.into(),
                };
                members.insert((*name).to_owned(), value);
            }
            writeln!(text, "{}", serde_json::Value::Object(members)).unwrap();
        }
        text
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
    marked.flat_map(bytes).collect()
}

fn day(days: i32) -> NaiveDate {
    NaiveDate::default() + Days::new(u64::try_from(days).unwrap())
}

/// The types of the columns of a Parquet file, by number.
pub(crate) fn parquet(periods: &[Period], types: [u8; 4]) -> Vec<u8> {
    const DAY: i64 = 86_400;
    let ids = |offset: i64| -> ArrayRef {
        let ids = periods.iter().map(|period| period.id + offset);
        match types[0] % 4 {
            0 => Arc::new(Int64Array::from_iter_values(ids)),
            1 => Arc::new(Float64Array::from_iter_values(ids.map(|id| id as f64))),
            2 => Arc::new(
                Decimal128Array::from_iter_values(ids.map(i128::from))
                    .with_precision_and_scale(38, 0)
                    .unwrap(),
            ),
            _ => Arc::new(StringArray::from_iter_values(ids.map(|id| id.to_string()))),
        }
    };
    let days = |days: Vec<Option<i32>>| -> ArrayRef {
        let seconds: Vec<Option<i64>> = days
            .iter()
            .map(|day| day.map(|day| i64::from(day) * DAY))
            .collect();
        let times = |unit: i64| seconds.iter().map(move |time| time.map(|time| time * unit));
        match types[1] % 6 {
            0 => Arc::new(Date32Array::from(days)),
            1 => Arc::new(TimestampMillisecondArray::from_iter(times(1_000))),
            2 => Arc::new(
                TimestampMicrosecondArray::from_iter(times(1_000_000)).with_timezone("UTC"),
            ),
            3 => Arc::new(
                TimestampNanosecondArray::from_iter(times(1_000_000_000)).with_timezone("+00:00"),
            ),
            4 => Arc::new(TimestampNanosecondArray::from_iter(times(1_000_000_000))),
            _ => Arc::new(StringArray::from_iter(
                days.iter()
                    .map(|days| days.map(|days| day(days).to_string())),
            )),
        }
    };
    let cents = periods.iter().map(|period| period.cents);
    let amounts: ArrayRef = match types[2] % 4 {
        0 => Arc::new(
            Decimal128Array::from_iter_values(cents.map(i128::from))
                .with_precision_and_scale(38, 2)
                .unwrap(),
        ),
        1 => Arc::new(
            Decimal128Array::from_iter_values(cents.map(|cents| i128::from(cents) * 10_000_000))
                .with_precision_and_scale(30, 9)
                .unwrap(),
        ),
        2 => Arc::new(Float64Array::from_iter_values(
            cents.map(|cents| cents as f64 / 100.0),
        )),
        _ => Arc::new(StringArray::from_iter_values(
            cents.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        )),
    };
    let names = periods.iter().map(|period| period.name.as_deref());
    let plans = periods.iter().map(|period| Some(period.plan.as_str()));
    let [names, plans]: [ArrayRef; 2] = match types[3] % 3 {
        0 => [
            Arc::new(StringArray::from_iter(names)),
            Arc::new(plans.collect::<DictionaryArray<Int32Type>>()),
        ],
        1 => [
            Arc::new(names.collect::<DictionaryArray<Int32Type>>()),
            Arc::new(LargeStringArray::from_iter(plans)),
        ],
        _ => [
            Arc::new(LargeStringArray::from_iter(names)),
            Arc::new(StringArray::from_iter(plans)),
        ],
    };
    let columns = [
        ids(0),
        ids(1),
        names,
        plans,
        days(periods.iter().map(|period| Some(period.start)).collect()),
        days(periods.iter().map(|period| period.end).collect()),
        amounts,
        Arc::new(StringArray::from_iter_values(periods.iter().map(|_| "EUR"))),
    ];
    let batch = RecordBatch::try_from_iter(COLUMNS.into_iter().zip(columns)).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// The bytes as they are, or packed, with the ending of the file's name.
pub(crate) fn packed(bytes: Vec<u8>, packing: u8) -> (&'static str, Vec<u8>) {
    match packing % 3 {
        0 => ("", bytes),
        1 => {
            let level = flate2::Compression::fast();
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
            writer.write_all(&bytes).unwrap();
            (".gz", writer.finish().unwrap())
        }
        _ => (".zst", zstd::encode_all(bytes.as_slice(), 1).unwrap()),
    }
}
