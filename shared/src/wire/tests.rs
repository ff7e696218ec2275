//! Round trips, and refusal of what is not the mart.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray,
};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::{DictionaryHandling, IpcWriteOptions, StreamWriter};
use arrow_schema::DataType;
use proptest::prelude::*;

use super::*;
use crate::columns::{Codes, Column, Columns, NULL_DAY, TextColumn};
use crate::mart::{self, CUSTOMERS, ColumnSpec, ColumnType, MARKETING_SPEND, MARTS, MartSpec};

fn any_column(column: ColumnSpec, rows: usize) -> BoxedStrategy<Column> {
    use proptest::collection::vec;
    match column.column_type {
        ColumnType::Int64 => vec(any::<i64>(), rows)
            .prop_map(|values| Column::Int(values.into()))
            .boxed(),
        ColumnType::Bool => vec(any::<bool>(), rows).prop_map(Column::Bool).boxed(),
        ColumnType::Date if column.nullable => vec(prop_oneof![Just(NULL_DAY), any::<i32>()], rows)
            .prop_map(Column::Date)
            .boxed(),
        ColumnType::Date => vec(NULL_DAY + 1..i32::MAX, rows)
            .prop_map(Column::Date)
            .boxed(),
        ColumnType::Text => vec(proptest::option::of("[a-c]{0,2}|.{0,3}"), rows)
            .prop_map(move |texts| {
                let fallback = (!column.nullable).then_some("unknown");
                let rows = texts.iter().map(|text| text.as_deref().or(fallback));
                Column::Text(TextColumn::from_rows(rows))
            })
            .boxed(),
    }
}

fn any_mart() -> impl Strategy<Value = Columns> {
    (proptest::sample::select(MARTS), 0usize..12).prop_flat_map(|(spec, rows)| {
        let columns: Vec<BoxedStrategy<Column>> = spec
            .columns
            .iter()
            .map(|column| any_column(*column, rows))
            .collect();
        columns.prop_map(move |columns| Columns::new(spec, columns).expect("columns of the mart"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_mart_arrives_in_pieces_of_any_size(columns in any_mart(), size in 1usize..300) {
        let bytes = encode(&columns).expect("bytes");
        let mut decoder = Decoder::new(columns.spec(), columns.rows());
        for piece in bytes.chunks(size) {
            decoder.push(piece).expect("no fault");
        }
        prop_assert_eq!(&decoder.finish().expect("columns"), &columns);
        let mut cut = Decoder::new(columns.spec(), columns.rows());
        cut.push(&bytes[..bytes.len() - 1]).expect("no fault so far");
        prop_assert!(cut.finish().is_err());
    }

    #[test]
    fn a_mart_survives_the_stream(columns in any_mart()) {
        let bytes = encode(&columns).expect("bytes");
        prop_assert_eq!(&decode(columns.spec(), &bytes).expect("columns"), &columns);
        prop_assert_eq!(encode(&columns).expect("bytes"), bytes);
    }

    #[test]
    fn streams_of_others_are_read_as_arrow_reads_them(columns in any_mart(), wide in any::<bool>()) {
        let spec = columns.spec();
        let batch = to_batch(&columns).expect("batch");
        // Text as others write it: plain, with short or long offsets.
        let arrays = batch.columns().iter().map(|array| match array.data_type() {
            DataType::Utf8 if wide => {
                let texts = array.as_string::<i32>().iter();
                Arc::new(texts.collect::<LargeStringArray>()) as ArrayRef
            }
            _ => Arc::clone(array),
        });
        let named = spec.columns.iter().map(|column| column.name).zip(arrays);
        let named = named.map(|(name, array)| (name, array, true));
        let batch = RecordBatch::try_from_iter_with_nullable(named).expect("batch");
        let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref()).expect("writer");
        writer.write(&batch).expect("written");
        let bytes = writer.into_inner().expect("bytes");
        let mut reader = StreamReader::try_new(bytes.as_slice(), None).expect("reader");
        let read = reader.next().expect("a batch").expect("a batch");
        let expected = from_batch(spec, &read).expect("columns");
        prop_assert_eq!(decode(spec, &bytes).expect("columns"), expected);
    }

    #[test]
    fn a_mart_survives_a_batch(columns in any_mart()) {
        let batch = to_batch(&columns).expect("batch");
        prop_assert_eq!(from_batch(columns.spec(), &batch).expect("columns"), columns);
    }

    #[test]
    fn broken_bytes_are_an_error_and_never_a_panic(
        columns in any_mart(),
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
        keep in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode(&columns).expect("bytes");
        let cut = keep.index(bytes.len());
        prop_assert!(decode(columns.spec(), &bytes[..cut]).is_err());
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let _ = decode(columns.spec(), &bytes);
    }
}

fn spend(days: ArrayRef, channels: ArrayRef, amounts: ArrayRef) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("day", days, true),
        ("acquisition_channel", channels, true),
        ("amount", amounts, true),
    ])
    .expect("batch")
}

fn days(values: &[i32]) -> ArrayRef {
    Arc::new(Date32Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn ints(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

#[test]
fn several_batches_with_dictionaries_of_their_own_become_one_mart() {
    let one = from_batch(
        &MARKETING_SPEND,
        &spend(days(&[1, 2]), texts(&["Web", "Ads"]), ints(&[5, 6])),
    )
    .expect("columns");
    let two = spend(days(&[3]), texts(&["Mail"]), ints(&[7]));
    let mut writer = StreamWriter::try_new(Vec::new(), two.schema_ref()).expect("writer");
    writer
        .write(
            &to_batch(&one)
                .map(|b| b.with_schema(two.schema()).expect("schema"))
                .expect("batch"),
        )
        .expect("first");
    writer.write(&two).expect("second");
    let bytes = writer.into_inner().expect("bytes");
    let columns = decode(&MARKETING_SPEND, &bytes).expect("columns");
    let channel = columns.text("acquisition_channel").expect("text");
    assert_eq!(channel.values, ["Ads", "Mail", "Web"]);
    assert_eq!(channel.codes, Codes::U8(vec![2, 0, 1]));
    assert_eq!(columns.ints("amount"), Some(&vec![5, 6, 7].into()));
}

#[test]
fn dictionaries_are_read_whole_and_refused_in_parts() {
    let coded = |channels: &[&str]| {
        let numbers: Vec<i32> = (1..=channels.len() as i32).collect();
        let amounts: Vec<i64> = vec![1; channels.len()];
        let channels: DictionaryArray<Int8Type> = channels.iter().copied().collect();
        spend(days(&numbers), Arc::new(channels), ints(&amounts))
    };
    let (first, second) = (coded(&["Ads", "Web"]), coded(&["Ads", "Web", "Zine"]));
    let written = |handling| {
        let options = IpcWriteOptions::default().with_dictionary_handling(handling);
        let schema = first.schema_ref();
        let mut writer =
            StreamWriter::try_new_with_options(Vec::new(), schema, options).expect("writer");
        writer.write(&first).expect("first");
        writer.write(&second).expect("second");
        writer.into_inner().expect("bytes")
    };
    let bytes = written(DictionaryHandling::Resend);
    let columns = decode(&MARKETING_SPEND, &bytes).expect("columns");
    let channel = columns.text("acquisition_channel").expect("text");
    assert_eq!(channel.codes, Codes::U8(vec![0, 1, 0, 1, 2]));
    let bytes = written(DictionaryHandling::Delta);
    let error = decode(&MARKETING_SPEND, &bytes);
    let error = error.expect_err("parts").to_string();
    assert!(error.contains("in parts"), "{error}");
}

#[test]
fn what_is_not_the_mart_is_refused_with_its_reason() {
    // Whether it comes as a batch or as a stream.
    let refused = |batch: RecordBatch| {
        let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref()).expect("writer");
        writer.write(&batch).expect("written");
        let bytes = writer.into_inner().expect("bytes");
        let said = |refused: Result<Columns, WireError>| refused.expect_err("an error").to_string();
        let (as_batch, as_stream) = (
            said(from_batch(&MARKETING_SPEND, &batch)),
            said(decode(&MARKETING_SPEND, &bytes)),
        );
        assert_eq!(as_batch, as_stream);
        as_batch
    };
    let text_amount = spend(days(&[1]), texts(&["Web"]), texts(&["5"]));
    assert_eq!(
        refused(text_amount),
        "marketing_spend.amount is of type Utf8, but should be Int64"
    );
    let missing: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
    let batch = spend(days(&[1, 2]), texts(&["Web", "Web"]), missing);
    assert_eq!(
        refused(batch),
        "marketing_spend.amount has a missing value in row 1"
    );
    let renamed = RecordBatch::try_from_iter([("date", days(&[1]))]).expect("batch");
    assert!(refused(renamed).starts_with("marketing_spend: columns are date, but should be day,"));
    assert!(matches!(
        decode(&CUSTOMERS, b"<!doctype html>"),
        Err(WireError::Arrow { .. })
    ));
    assert!(matches!(
        decode(&CUSTOMERS, b""),
        Err(WireError::Arrow { .. })
    ));
}

#[test]
fn many_values_take_wider_keys() {
    let spec: &'static MartSpec = mart::find("marketing_spend").expect("a mart");
    let channels: Vec<String> = (0..300).map(|n| format!("c{n:03}")).collect();
    let rows = channels.len();
    let columns = Columns::new(
        spec,
        vec![
            Column::Date(vec![1; rows]),
            Column::Text(TextColumn::from_rows(
                channels.iter().map(|c| Some(c.as_str())),
            )),
            Column::Int(vec![0; rows].into()),
        ],
    )
    .expect("columns");
    let read = decode(spec, &encode(&columns).expect("bytes")).expect("columns");
    let text = read.text("acquisition_channel").expect("text");
    assert!(matches!(text.codes, Codes::U16(_)));
    assert_eq!(read, columns);
}
