//! company: snapshots large enough to matter: marketing spend of many days, of several contents.
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use chrono::{DateTime, NaiveDate};
use tidemark_http::{AppAssets, Asset};
use tidemark_shared::api::{Outcome, Policies, Quality};
use tidemark_snapshot::{Freeze, MartData, Store};

/// Snapshots there are.
pub(crate) const CONTENTS: i64 = 6;
const ROWS: i64 = 20_000;

/// A server of data alone.
pub(crate) struct NoApp;

impl AppAssets for NoApp {
    fn get(&self, _: &str) -> Option<Asset> {
        None
    }
}

/// Publishes content number `content`.
pub(crate) fn publish(store: &Store, content: i64) {
    let days = (0..ROWS).map(|row| Some(12_000 + (row / 4) as i32));
    let channels = (0..ROWS).map(|row| Some(format!("channel {}", row % 4)));
    // Numbers that do not repeat, so that encoded files have some size.
    let amounts = (0..ROWS).map(|row| (row * 2_654_435_761 + content) % 1_000_003);
    let columns: [(&str, ArrayRef); 3] = [
        ("day", Arc::new(days.collect::<Date32Array>())),
        (
            "acquisition_channel",
            Arc::new(channels.collect::<StringArray>()),
        ),
        ("amount", Arc::new(Int64Array::from_iter_values(amounts))),
    ];
    let marts = [MartData {
        name: "marketing_spend".to_owned(),
        batch: RecordBatch::try_from_iter(columns).expect("a test that is set up"),
    }];
    let freeze = Freeze {
        marts: &marts,
        as_of: NaiveDate::from_ymd_opt(2024, 2, 29).expect("a test that is set up"),
        generated_at: DateTime::from_timestamp(content, 0).expect("a test that is set up"),
        timezone: "UTC".to_owned(),
        currency: "usd".to_owned(),
        policies: Policies::default(),
        sources: Vec::new(),
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        documents: vec![("quality.json".to_owned(), br#"{"checks":[]}"#.to_vec())],
        demo: false,
        made_by: None,
    };
    store.publish(&freeze).expect("a test that is set up");
}
