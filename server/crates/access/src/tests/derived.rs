//! derived: nothing outside a view is in its snapshots, and what is inside adds up to the same.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use chrono::{DateTime, NaiveDate};
use tempfile::TempDir;
use tidemark_shared::api::{Outcome, Policies, Quality};
use tidemark_shared::mart::{self, ColumnType, MartSpec};
use tidemark_shared::{Columns, wire};
use tidemark_snapshot::{Encoding, Format, Freeze, MartData, SnapshotId, Store};

use crate::derive::{Stores, View};
use crate::settings::Policy;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();

/// Every mart with one row for each region; texts hold the region's canary, numbers are powers of ten.
fn marts(factor: i64) -> Vec<MartData> {
    mart::MARTS
        .iter()
        .map(|spec| MartData {
            name: spec.name.to_owned(),
            batch: batch(spec, factor),
        })
        .collect()
}

const REGIONS: [&str; 2] = ["canary-north", "canary-south"];

fn batch(spec: &MartSpec, factor: i64) -> RecordBatch {
    let columns = spec.columns.iter().map(|column| {
        let array: ArrayRef = match column.column_type {
            // The first day is the same: the rows are in the order of their texts.
            ColumnType::Date => Arc::new(Date32Array::from(vec![20_000, 20_000])),
            ColumnType::Int64
                if spec.columns[..spec.grain]
                    .iter()
                    .any(|key| key.name == column.name) =>
            {
                Arc::new(Int64Array::from(vec![1, 1]))
            }
            ColumnType::Int64 => Arc::new(Int64Array::from(vec![factor, factor * 10])),
            ColumnType::Bool => Arc::new(BooleanArray::from(vec![true, true])),
            ColumnType::Text if column.name == "region" => {
                Arc::new(StringArray::from(REGIONS.to_vec()))
            }
            ColumnType::Text => {
                let values = REGIONS.map(|region| format!("{} of {region}", column.name));
                Arc::new(StringArray::from(values.to_vec()))
            }
        };
        (column.name, array)
    });
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

fn publish(store: &Store, factor: i64) -> SnapshotId {
    let marts = marts(factor);
    let report = serde_json::json!({
        "quality": {"status": "pass", "errors": 0, "warnings": 0},
        "checks": [{
            "name": "a", "kind": "unique", "target": "customers", "severity": "warn", "outcome": "warn",
            "failing": 1, "message": "canary-south", "samples": [{"name": "canary-south"}],
        }],
        "findings": [{
            "code": "a", "severity": "warn", "place": "canary-south", "message": "canary-south",
            "count": 1, "samples": ["canary-south"],
        }],
    });
    let freeze = Freeze {
        marts: &marts,
        as_of: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(),
        generated_at: DateTime::from_timestamp(factor, 0).unwrap(),
        timezone: "UTC".to_owned(),
        currency: "usd".to_owned(),
        policies: Policies::default(),
        sources: Vec::new(),
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        documents: vec![("quality.json".to_owned(), report.to_string().into_bytes())],
        demo: false,
        made_by: None,
    };
    store.publish(&freeze).expect("a snapshot")
}

fn north() -> Policy {
    Policy {
        rows: BTreeMap::from([("region".to_owned(), BTreeSet::from([REGIONS[0].to_owned()]))]),
        ..Policy::default()
    }
}

fn view(policy: Option<&str>, lists_customers: bool) -> View {
    View {
        policy: policy.map(str::to_owned),
        lists_customers,
    }
}

fn site(policy: Policy) -> (TempDir, Store, Stores) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let policies = BTreeMap::from([("north".to_owned(), policy)]);
    let stores = Stores::new(store.clone(), policies);
    (folder, store, stores)
}

fn columns(store: &Store, name: &str) -> Option<Columns> {
    let snapshot = store
        .open_latest(TODAY)
        .expect("readable")
        .expect("published");
    let spec = mart::find(name).expect("a mart");
    snapshot.manifest().mart(name)?;
    let bytes = snapshot
        .read(name, Format::Arrow, Encoding::Identity)
        .expect("bytes");
    Some(wire::decode(spec, &bytes).expect("a mart"))
}

#[test]
fn no_byte_of_a_derived_store_is_of_a_row_outside_the_policy() {
    let (_folder, store, stores) = site(north());
    publish(&store, 1);
    let derived = stores.of(&view(Some("north"), true), TODAY).unwrap();
    let snapshot = derived.open_latest(TODAY).unwrap().unwrap();
    snapshot.verify().unwrap();
    let has = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let mut inside = 0;
    // Files without a coding of the whole; the encoded ones hold the same bytes.
    for (name, _) in snapshot.files() {
        let bytes = snapshot.read_file(name).unwrap();
        assert!(!has(&bytes, "canary-south"), "{name}");
        inside += usize::from(has(&bytes, "canary-north"));
    }
    assert!(inside > 20, "the search finds what is there: {inside}");
    let original = store.open_latest(TODAY).unwrap().unwrap();
    assert!(has(
        &original.read_file("quality.json").unwrap(),
        "canary-south"
    ));
}

#[test]
fn the_rows_inside_are_those_of_the_published_marts() {
    let (_folder, store, stores) = site(north());
    publish(&store, 7);
    let derived = stores.of(&view(Some("north"), true), TODAY).unwrap();
    for spec in mart::MARTS {
        let whole = columns(&store, spec.name).unwrap();
        let part = columns(&derived, spec.name).unwrap();
        if whole.text("region").is_none() {
            assert_eq!(part.rows(), 0, "{} cannot be filtered", spec.name);
            continue;
        }
        assert_eq!(part.rows(), 1, "{}", spec.name);
        for column in spec.columns {
            if let Some(values) = part.ints(column.name) {
                let expected = whole.ints(column.name).unwrap().get(0);
                assert_eq!(values.get(0), expected, "{}.{}", spec.name, column.name);
            }
            if let Some(values) = part.text(column.name) {
                let expected = whole.text(column.name).unwrap().get(0);
                assert_eq!(values.get(0), expected, "{}.{}", spec.name, column.name);
            }
        }
    }
}

#[test]
fn marts_without_the_dimension_are_shown_only_where_the_policy_says_so() {
    let shown = Policy {
        show: BTreeSet::from(["annotations".to_owned()]),
        ..north()
    };
    for (policy, rows) in [(north(), 0), (shown, 2)] {
        let (_folder, store, stores) = site(policy);
        publish(&store, 1);
        let derived = stores.of(&view(Some("north"), true), TODAY).unwrap();
        let count = |name: &str| columns(&derived, name).unwrap().rows();
        assert_eq!((count("annotations"), count("marketing_spend")), (rows, 0));
    }
}

#[test]
fn a_viewer_gets_no_customers_and_a_hidden_column_no_values() {
    let hiding = Policy {
        hide: BTreeSet::from(["customers.name".to_owned()]),
        ..Policy::default()
    };
    let (_folder, store, stores) = site(hiding);
    publish(&store, 1);
    for view in [view(None, false), view(Some("north"), false)] {
        let derived = stores.of(&view, TODAY).unwrap();
        for list in ["customers", "customer_events"] {
            assert!(columns(&derived, list).is_none(), "{view:?} {list}");
        }
        assert_eq!(columns(&derived, "lifecycle_daily").unwrap().rows(), 2);
    }
    let analyst = stores.of(&view(Some("north"), true), TODAY).unwrap();
    let customers = columns(&analyst, "customers").unwrap();
    assert_eq!(customers.text("name").unwrap().get(0), None);
    assert!(customers.text("customer_id").unwrap().get(0).is_some());
    let everything = stores.of(&View::EVERYTHING, TODAY).unwrap();
    assert!(
        columns(&everything, "customers")
            .unwrap()
            .text("name")
            .unwrap()
            .get(0)
            .is_some()
    );
}

#[test]
fn a_view_follows_publications_and_rollbacks() {
    let (_folder, store, stores) = site(north());
    let view = view(Some("north"), true);
    let value = |stores: &Stores| {
        let derived = stores.of(&view, TODAY).unwrap();
        columns(&derived, "lifecycle_daily")
            .unwrap()
            .ints("mrr_new")
            .unwrap()
            .get(0)
    };
    let nothing = stores.of(&view, TODAY).unwrap();
    assert!(nothing.open_latest(TODAY).unwrap().is_none());
    let first = publish(&store, 1);
    assert_eq!(value(&stores), 1);
    publish(&store, 2);
    assert_eq!(value(&stores), 2);
    store.set_current(&first).unwrap();
    assert_eq!(value(&stores), 1);
    // Another process, which knows nothing yet.
    let other = Stores::new(
        store.clone(),
        BTreeMap::from([("north".to_owned(), north())]),
    );
    assert_eq!(value(&other), 1);
}

#[test]
fn snapshots_are_derived_for_all_that_are_published_and_removed_with_them() {
    let (_folder, store, stores) = site(north());
    let view = view(Some("north"), true);
    let ids = [1, 2, 3].map(|factor| publish(&store, factor));
    stores.complete(&view, TODAY).unwrap();
    let derived = stores.of(&view, TODAY).unwrap();
    let all = derived.ids().unwrap();
    assert_eq!(all.len(), 3);
    assert!(ids.iter().all(|id| !all.contains(id)), "ids of their own");
    store
        .remove(&store.lock().unwrap(), &ids[0], TODAY)
        .unwrap();
    stores.complete(&view, TODAY).unwrap();
    assert_eq!(derived.ids().unwrap().len(), 2);
}

#[test]
fn a_changed_policy_has_another_store_and_an_unknown_one_none() {
    let (_folder, store, stores) = site(north());
    publish(&store, 1);
    let view = view(Some("north"), true);
    let before = stores.of(&view, TODAY).unwrap();
    let wider = Stores::new(
        store.clone(),
        BTreeMap::from([("north".to_owned(), Policy::default())]),
    );
    let after = wider.of(&view, TODAY).unwrap();
    assert_ne!(before.folder(), after.folder());
    assert_ne!(before.current_id().unwrap(), after.current_id().unwrap());
    let none = Stores::new(store, BTreeMap::new());
    assert!(none.of(&view, TODAY).is_err(), "never everything instead");
}
