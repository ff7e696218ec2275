//! lineage: events have what OpenLineage 2-0-2 requires of them.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tidemark_shared::api::{
    Manifest, MartEntry, Outcome, Policies, Quality, RunState, SourceEntry, SourceState,
};

use super::world::{Fate, World};
use crate::openlineage::{ended, started};

/// Asserts what the schema asks of an event, a dataset and a facet.
fn valid(event: &Value) {
    for key in ["eventTime", "producer", "schemaURL"] {
        assert!(event[key].is_string(), "{key}: {event}");
    }
    let time = event["eventTime"].as_str().unwrap();
    assert!(time.parse::<DateTime<Utc>>().is_ok());
    let id = event["run"]["runId"].as_str().unwrap();
    assert!(uuid::Uuid::parse_str(id).is_ok());
    let named = |thing: &Value| thing["namespace"].is_string() && thing["name"].is_string();
    assert!(named(&event["job"]));
    let mut facets = vec![&event["run"]["facets"], &event["job"]["facets"]];
    for side in ["inputs", "outputs"] {
        for dataset in event[side].as_array().unwrap() {
            assert!(named(dataset), "{dataset}");
            facets.push(&dataset["facets"]);
            facets.extend(dataset.get("outputFacets"));
        }
    }
    for facet in facets
        .into_iter()
        .flat_map(|facets| facets.as_object().unwrap().values())
    {
        let address = |key: &str| facet[key].as_str().is_some_and(|text| text.contains(':'));
        assert!(address("_producer") && address("_schemaURL"), "{facet}");
    }
}

#[test]
fn a_run_is_told_from_its_start_to_its_end() {
    let start: DateTime<Utc> = "2026-03-22T20:00:00Z".parse().unwrap();
    let world = World::new("0 5 * * *", chrono_tz::UTC, start);
    world.process(&[], None);
    world.pass(chrono::TimeDelta::hours(34));
    world.process(&[Fate::Lasting], None);
    let runs = world.runs();
    let failed = runs
        .iter()
        .find(|run| run.state == RunState::Failed)
        .unwrap();
    let event = ended("tidemark", failed, None);
    valid(&event);
    assert_eq!(event["eventType"], "FAIL");
    let facets = &event["run"]["facets"];
    assert_eq!(facets["errorMessage"]["message"], "sync did not work");

    let run = runs
        .iter()
        .find(|run| run.state == RunState::Succeeded)
        .unwrap();
    let event = started("tidemark", run, &["stripe".to_owned()]);
    valid(&event);
    assert_eq!(event["eventType"], "START");
    assert_eq!(event["inputs"][0]["name"], "raw.stripe");
    assert!(event["run"]["facets"]["nominalTime"]["nominalStartTime"].is_string());
    let manifest = Manifest {
        snapshot_id: "0123456789abcdef".to_owned(),
        as_of: run.as_of,
        generated_at: start,
        timezone: "UTC".to_owned(),
        currency: "usd".to_owned(),
        policies: Policies::default(),
        marts: vec![MartEntry {
            name: "customers".to_owned(),
            rows: 3,
            columns: vec!["customer_id".to_owned()],
            bytes: 99,
            urls: BTreeMap::new(),
        }],
        sources: vec![SourceEntry {
            name: "stripe".to_owned(),
            data_through: None,
            rows: 12,
            status: SourceState::Fresh,
            test_mode: false,
        }],
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        demo: false,
        made_by: None,
    };
    let event = ended("tidemark", run, Some(&manifest));
    valid(&event);
    assert_eq!(event["eventType"], "COMPLETE");
    assert_eq!(event["inputs"][0]["name"], "raw.stripe");
    let output = &event["outputs"][0];
    assert_eq!(output["name"], "marts.customers");
    assert_eq!(output["outputFacets"]["outputStatistics"]["rowCount"], 3);
    assert_eq!(
        output["facets"]["version"]["datasetVersion"],
        "0123456789abcdef"
    );
}
