//! What other engines write, read back as the marts that were meant.
use arrow_array::types::Int32Type;
use arrow_array::{Decimal128Array, DictionaryArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;

use super::*;
use crate::testing::{freeze, spends};
use crate::{MartData, Store};

fn spend() -> &'static MartSpec {
    tidemark_shared::mart::find("marketing_spend").unwrap()
}

fn write(path: &Path, batch: &RecordBatch) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

/// A mart as a warehouse writes it: other case and order of columns, decimals, times, dictionaries.
fn foreign(days: &[i64], channels: &[&str], amounts: &[i128]) -> RecordBatch {
    let day = days.iter().map(|day| Some(day * 86_400_000_000));
    let amount = Decimal128Array::from_iter_values(amounts.iter().copied());
    let channel: DictionaryArray<Int32Type> = channels.iter().copied().collect();
    batch(vec![
        (
            "AMOUNT",
            Arc::new(amount.with_precision_and_scale(38, 2).unwrap()),
        ),
        ("ACQUISITION_CHANNEL", Arc::new(channel)),
        ("DAY", Arc::new(day.collect::<TimestampMicrosecondArray>())),
    ])
}

#[test]
fn parts_of_a_warehouse_become_the_mart_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let part = |name: &str| folder.path().join("MARKETING_SPEND").join(name);
    write(
        &part("part-0.parquet"),
        &foreign(&[2, 1], &["b", "b"], &[200, 300]),
    );
    write(&part("part-1.parquet"), &foreign(&[1], &["a"], &[100]));
    fs::write(part("_SUCCESS"), "").unwrap();
    fs::write(part(".part-0.parquet.crc"), "x").unwrap();
    let read = read_mart(spend(), folder.path()).unwrap().unwrap();
    assert_eq!(
        read.column(0).as_primitive::<Date32Type>().values(),
        &[1, 1, 2]
    );
    let channels: Vec<_> = read.column(1).as_string::<i32>().iter().flatten().collect();
    assert_eq!(channels, ["a", "b", "b"]);
    assert_eq!(
        read.column(2).as_primitive::<Int64Type>().values(),
        &[1, 3, 2]
    );
    // What was read can be published.
    let store = Store::open(folder.path().join("data")).unwrap();
    let mart = MartData {
        name: "marketing_spend".to_owned(),
        batch: read,
    };
    store.publish(&freeze(std::slice::from_ref(&mart))).unwrap();
}

#[test]
fn what_was_published_reads_back_equal() {
    let folder = tempfile::tempdir().unwrap();
    let mart = spends(300);
    write(&folder.path().join("marketing_spend.parquet"), &mart.batch);
    let read = read_mart(spend(), folder.path()).unwrap().unwrap();
    assert_eq!(read.columns(), mart.batch.columns());
    let arrow = tempfile::tempdir().unwrap();
    let file = File::create(arrow.path().join("marketing_spend.arrow")).unwrap();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(file, &mart.batch.schema()).unwrap();
    writer.write(&mart.batch).unwrap();
    writer.finish().unwrap();
    let read = read_mart(spend(), arrow.path()).unwrap().unwrap();
    assert_eq!(read.columns(), mart.batch.columns());
    assert!(
        read_mart(spend(), &folder.path().join(".."))
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_does_not_fit_is_named_with_its_file_and_row() {
    let refusal = |batch: RecordBatch| {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("marketing_spend.parquet"), &batch);
        read_mart(spend(), folder.path()).unwrap_err().to_string()
    };
    let error = refusal(foreign(&[1], &["a"], &[150]));
    assert!(
        error.contains("marketing_spend.parquet: column amount has a value in row 1"),
        "{error}"
    );
    let day: ArrayRef = Arc::new(Date32Array::from(vec![1]));
    let channel: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let amount: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let error = refusal(batch(vec![
        ("day", day.clone()),
        ("acquisition_channel", channel.clone()),
    ]));
    assert!(error.contains("column amount is missing"), "{error}");
    let error = refusal(batch(vec![
        ("day", day),
        ("acquisition_channel", channel.clone()),
        ("amount", amount.clone()),
        ("note", channel.clone()),
    ]));
    assert!(error.contains("no column note"), "{error}");
    let noon = TimestampMicrosecondArray::from(vec![43_200_000_000]);
    let error = refusal(batch(vec![
        ("day", Arc::new(noon)),
        ("acquisition_channel", channel),
        ("amount", amount),
    ]));
    assert!(
        error.contains("column day has a time in row 1 that is no day"),
        "{error}"
    );
}
