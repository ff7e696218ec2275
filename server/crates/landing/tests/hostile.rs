//! Files that ask for more than any export does are refused or cost one row, in bounded time and memory.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::io::Write as _;
use std::time::{Duration, Instant};

use common::{column, reasons, try_land};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Far more than any of these takes, far less than a scan that grows with the square of the size.
const PATIENCE: Duration = Duration::from_secs(60);

const TICKETS: &str = "ticket_id,customer_id,created_at\n";

fn gzip(parts: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    for part in parts {
        writer.write_all(&part).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_line_that_unpacks_without_end_is_refused() {
    let start = Instant::now();
    let bytes = gzip(std::iter::repeat_n(vec![b'x'; 1 << 20], 300));
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    for (name, limit) in [
        ("support/tickets.jsonl.gz", "256 MiB"),
        ("support/tickets.csv.gz", "16 MiB"),
    ] {
        let error = try_land(&[(name, &bytes)]).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(limit), "{error}");
    }
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn quotes_without_end_are_one_row_and_the_next_line_is_read() {
    let start = Instant::now();
    for unit in ["\"\"", "\"", "\"a\",", ",\"\"\""] {
        let quotes = unit.repeat((40 << 20) / unit.len());
        let text = format!("{TICKETS}1,c,2026-01-01\n{quotes}\n2,c,2026-01-02\n");
        let landed = try_land(&[("support/tickets.csv", text.as_bytes())]).unwrap();
        assert_eq!(
            column(&landed, "support__tickets", "id"),
            ["1", "2"],
            "{unit}"
        );
        assert_eq!(reasons(&landed).len(), 1, "{unit}");
        assert!(landed.quarantine[0].text.len() <= 1 << 16, "{unit}");
    }
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_record_may_have_16_mib_and_no_more() {
    let ticket = |id: u8, length: usize| {
        let note = "x".repeat(length);
        format!(
            "{{\"ticket_id\":{id},\"customer_id\":\"c\",\"created_at\":1767225600,\"note\":\"{note}\"}}\n"
        )
    };
    let lines = [ticket(1, 15 << 20), ticket(2, 17 << 20), ticket(3, 9)].concat();
    let list = format!("[{}]", lines.trim_end().replace('\n', ","));
    for (name, text) in [
        ("support/tickets.jsonl", &lines),
        ("support/tickets.json", &list),
    ] {
        let landed = try_land(&[(name, text.as_bytes())]).unwrap();
        assert_eq!(
            column(&landed, "support__tickets", "id"),
            ["1", "3"],
            "{name}"
        );
        assert!(reasons(&landed)[0].contains("16 MiB"), "{name}");
    }
}

#[test]
fn a_header_of_too_many_columns_is_refused() {
    let header = "a,".repeat(200_000);
    let error = try_land(&[("support/tickets.csv", header.as_bytes())]).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("support/tickets.csv") && error.contains("separator"),
        "{error}"
    );
    let commas = ",".repeat(12 << 20);
    let text = format!("{TICKETS}{commas}\n1,c,2026-01-01\n");
    let landed = try_land(&[("support/tickets.csv", text.as_bytes())]).unwrap();
    assert_eq!(column(&landed, "support__tickets", "id"), ["1"]);
}

#[cfg(feature = "parquet")]
#[test]
fn text_that_is_repeated_without_end_is_refused() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    let start = Instant::now();
    let text = "x".repeat(100 << 10);
    let ids = || StringArray::from_iter_values((0..500).map(|row| row.to_string()));
    let batch = RecordBatch::try_from_iter([
        ("ticket_id", Arc::new(ids()) as ArrayRef),
        (
            "customer_id",
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                text, 500,
            ))),
        ),
        ("created_at", Arc::new(ids())),
    ])
    .unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    for _ in 0..10 {
        writer.write(&batch).unwrap();
    }
    let bytes = writer.into_inner().unwrap();
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let error = try_land(&[("support/tickets.parquet", &bytes)])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("support/tickets.parquet") && error.contains("MiB"),
        "{error}"
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}
