//! One table gives the same rows in every form that landing reads, and whatever the bytes, no
//! record is lost in silence. `PROPTEST_CASES` sets how many tables and files are tried.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/forms.rs"]
mod forms;

use std::fs;

use arrow_array::RecordBatch;
use forms::{Encoding, Form, Numbers, Period, packed, parquet};
use proptest::prelude::*;
use tidemark_landing::{Dialect, Landed, LandingError, LandingOptions, land};

fn land_billing(name: &str, bytes: &[u8], dialect: Dialect) -> Result<Landed, LandingError> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("billing")).unwrap();
    fs::write(folder.path().join("billing").join(name), bytes).unwrap();
    let options = LandingOptions {
        dialects: [("billing".to_owned(), dialect)].into(),
        null_words: ["NULL", "None", "nan", "N/A"].map(str::to_owned).to_vec(),
        ..LandingOptions::default()
    };
    land(folder.path(), &options, &mut |_| {})
}

/// The rows of the table, after a check that none of the records is elsewhere.
fn rows(name: &str, bytes: &[u8], dialect: Dialect) -> RecordBatch {
    let landed = land_billing(name, bytes, dialect).unwrap();
    assert!(
        landed.quarantine.is_empty(),
        "{name}: {:?}",
        landed.quarantine
    );
    let mut tables = landed.tables.into_iter();
    let table = tables.find(|table| table.name == "billing__subscription_periods");
    table.unwrap().batch
}

fn periods() -> impl Strategy<Value = Vec<Period>> {
    let period = (
        1i64..1_000_000_000_000,
        prop::option::of("K[A-Za-zÄöéß ,;|\t\"'\n.{}0-9]{0,12}[a-z]"),
        "P[A-Za-zÄöéß ,;|\t\"'\n.{}0-9]{0,12}[a-z]",
        10_000i32..25_000,
        prop::option::of(1i32..2_000),
        0i64..10_000_000,
    );
    let period = period.prop_map(|(id, name, plan, start, length, cents)| Period {
        id,
        name,
        plan,
        start,
        end: length.map(|length| start + length),
        cents,
    });
    prop::collection::vec(period, 1..6)
}

fn form() -> impl Strategy<Value = Form> {
    use Encoding::{Utf8, Utf8Mark, Utf16Be, Utf16Le, Windows1252};
    let encodings = vec![Utf8, Utf8Mark, Utf16Le, Utf16Be, Windows1252];
    (
        prop::sample::select(vec![',', ';', '\t', '|']),
        any::<bool>(),
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::sample::select(encodings),
        prop::sample::select(vec![Numbers::Plain, Numbers::Point, Numbers::Comma]),
        prop::sample::select(vec![
            "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y",
        ]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(separator, quotes_all, line_end, encoding, numbers, dates, float_ids, is_set)| Form {
                separator,
                quotes_all,
                line_end,
                encoding,
                numbers,
                dates,
                float_ids,
                is_set,
            },
        )
}

/// The form that needs no settings.
fn plain() -> Form {
    Form {
        separator: ',',
        quotes_all: false,
        line_end: "\n",
        encoding: Encoding::Utf8,
        numbers: Numbers::Plain,
        dates: "%Y-%m-%d",
        float_ids: false,
        is_set: false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_the_same_in_every_form(
        periods in periods(),
        form in form(),
        types in any::<[u8; 4]>(),
        packing in any::<u8>(),
        tokens in any::<bool>(),
    ) {
        const CSV: &str = "subscription_periods.csv";
        let expected = rows(CSV, &plain().csv(&periods), Dialect::default());
        prop_assert_eq!(expected.num_rows(), periods.len());

        let (ending, bytes) = packed(form.csv(&periods), packing);
        let name = format!("{CSV}{ending}");
        prop_assert_eq!(&rows(&name, &bytes, form.dialect()), &expected, "{} {:?}", name, form);

        let lines = form.json_lines(&periods, tokens);
        let list = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
        let envelope = format!("{{\"has_more\": false, \"data\": {list}}}");
        let texts = [("jsonl", &lines), ("ndjson", &lines), ("json", &lines), ("json", &list), ("json", &envelope)];
        for (format, text) in texts {
            let (ending, bytes) = packed(text.clone().into_bytes(), packing);
            let name = format!("subscription_periods.{format}{ending}");
            let dialect = Dialect { encoding: None, ..form.dialect() };
            prop_assert_eq!(&rows(&name, &bytes, dialect), &expected, "{} {}", name, text);
        }

        let bytes = parquet(&periods, types);
        let found = rows("subscription_periods.parquet", &bytes, Dialect::default());
        prop_assert_eq!(&found, &expected, "Parquet {:?}", types);
    }

    #[test]
    fn a_damaged_file_is_read_or_refused_and_no_record_is_lost(
        periods in periods(),
        form in form(),
        kind in 0usize..5,
        types in any::<[u8; 4]>(),
        packing in any::<u8>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 0..8),
        noise in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let (name, mut bytes) = match kind {
            0 => ("csv", form.csv(&periods)),
            1 => ("jsonl", form.json_lines(&periods, true).into_bytes()),
            2 => ("json", format!("[{}]", form.json_lines(&periods, true).trim_end().replace('\n', ",")).into_bytes()),
            3 => ("parquet", parquet(&periods, types)),
            _ => ("csv", noise.clone()),
        };
        for (place, byte, how) in damage {
            let at = place.index(bytes.len() + 1);
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if at < bytes.len() => bytes[at] ^= 1 << (byte % 8),
                3 if byte < 32 => bytes.truncate(at),
                _ => {
                    bytes.splice(at..at, noise.iter().copied());
                }
            }
        }
        let (ending, bytes) = if kind == 3 { ("", bytes) } else { packed(bytes, packing) };
        let name = format!("subscription_periods.{name}{ending}");
        // Landing itself checks that every record is a row, in quarantine, or removed by a rule; a broken sum and a
        // panic of a reader are both reported as defects.
        if let Err(error) = land_billing(&name, &bytes, form.dialect()) {
            let error = error.to_string();
            prop_assert!(!error.contains("defect"), "{name}: {error}");
            prop_assert!(error.contains(&name), "{name}: {error}");
        }
    }
}
