//! Parquet files give the same rows as JSON does.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{column, reasons, try_land};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

#[test]
fn rows_of_a_parquet_file() {
    let message = "message m {
        required binary Id (UTF8);
        optional binary Website (UTF8);
        optional int64 CreatedDate (TIMESTAMP(MILLIS,true));
        optional double NumberOfEmployees;
        optional boolean IsDeleted;
        optional binary BillingAddress (UTF8);
    }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| ByteArray::from(*text))
            .collect::<Vec<_>>()
    };

    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<ByteArrayType>()
        .write_batch(&texts(&["001", "002", "003"]), None, None)
        .unwrap();
    next.close().unwrap();
    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<ByteArrayType>()
        .write_batch(
            &texts(&["a.example", "q\"\\.example"]),
            Some(&[1, 0, 1]),
            None,
        )
        .unwrap();
    next.close().unwrap();
    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<Int64Type>()
        .write_batch(&[1_500_000], Some(&[1, 0, 0]), None)
        .unwrap();
    next.close().unwrap();
    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<DoubleType>()
        .write_batch(&[12.0, 0.5], Some(&[1, 1, 0]), None)
        .unwrap();
    next.close().unwrap();
    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<BoolType>()
        .write_batch(&[true], Some(&[0, 0, 1]), None)
        .unwrap();
    next.close().unwrap();
    let mut next = group.next_column().unwrap().unwrap();
    next.typed::<ByteArrayType>()
        .write_batch(
            &texts(&["{\"country\":\"France\"}"]),
            Some(&[1, 0, 0]),
            None,
        )
        .unwrap();
    next.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();

    let landed = try_land(&[("salesforce/account.parquet", &bytes)]).unwrap();
    assert!(reasons(&landed).is_empty());
    let cells = |name: &str| column(&landed, "salesforce__accounts", name);
    assert_eq!(cells("id"), ["001", "002", "003"]);
    assert_eq!(cells("website"), ["a.example", "-", "q\"\\.example"]);
    assert_eq!(cells("created_date"), ["1500", "-", "-"]);
    assert_eq!(cells("number_of_employees"), ["12", "-", "-"]);
    assert_eq!(cells("is_deleted"), ["false", "false", "true"]);
    assert_eq!(cells("billing_country"), ["France", "-", "-"]);
}

#[test]
fn a_table_of_another_pipeline() {
    let message = "message m {
        required binary id (UTF8);
        required binary metadata (UTF8);
        required int64 created (TIMESTAMP(MICROS,true));
        required int64 _fivetran_synced (TIMESTAMP(MICROS,true));
    }";
    let schema = Arc::new(parse_message_type(message).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for texts in [["c", "c"], ["{\"salesforce_account_id\":\"A2\"}", "{}"]] {
        let mut next = group.next_column().unwrap().unwrap();
        let texts = texts.map(ByteArray::from);
        next.typed::<ByteArrayType>()
            .write_batch(&texts, None, None)
            .unwrap();
        next.close().unwrap();
    }
    for stamps in [[5_000_000, 4_000_000], [9_000_000, 8_000_000]] {
        let mut next = group.next_column().unwrap().unwrap();
        next.typed::<Int64Type>()
            .write_batch(&stamps, None, None)
            .unwrap();
        next.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    let landed = try_land(&[
        ("stripe/customer/0.parquet", &bytes),
        ("stripe/subscriptions.jsonl", b""),
        ("stripe/invoices.jsonl", b""),
    ])
    .unwrap();
    assert!(reasons(&landed).is_empty());
    let table = "stripe__customers";
    assert_eq!(
        column(&landed, table, "account_ref"),
        ["-", "A2"],
        "the row synced last is the newest"
    );
    assert_eq!(column(&landed, table, "created"), ["4", "5"]);
}
