//! openlineage: a run as an event of OpenLineage 2-0-2 (https://openlineage.io/spec/2-0-2/OpenLineage.json).
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use tidemark_shared::api::{Manifest, Run, RunState};

const SCHEMA: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
/// Who made the event, as the specification wants it: an address with the version.
const PRODUCER: &str = concat!("urn:tidemark:", env!("CARGO_PKG_VERSION"));
/// Job of all runs.
const JOB: &str = "lifecycle_marts";

/// The event that a run began.
#[must_use]
pub fn started(namespace: &str, run: &Run, sources: &[String]) -> Value {
    let inputs: Vec<Value> = sources
        .iter()
        .map(|source| dataset(namespace, &raw(source), json!({})))
        .collect();
    let at = run.started_at.unwrap_or(run.queued_at);
    event(namespace, "START", at, run, inputs, Vec::new())
}

/// The event that a run is over; `manifest` is of the snapshot it published.
#[must_use]
pub fn ended(namespace: &str, run: &Run, manifest: Option<&Manifest>) -> Value {
    let kind = match run.state {
        RunState::Succeeded => "COMPLETE",
        RunState::Interrupted => "ABORT",
        _ => "FAIL",
    };
    let at = run.finished_at.unwrap_or(run.queued_at);
    let (inputs, outputs) = manifest.map_or_else(Default::default, |manifest| {
        let inputs = manifest.sources.iter().filter(|source| source.rows > 0);
        let inputs = inputs.map(|source| dataset(namespace, &raw(&source.name), json!({})));
        let version = facet(
            "1-0-0",
            "DatasetVersionDatasetFacet",
            json!({"datasetVersion": manifest.snapshot_id}),
        );
        let outputs = manifest.marts.iter().map(|mart| {
            let fields: Vec<Value> = mart.columns.iter().map(|name| json!({"name": name})).collect();
            let facets = json!({
                "version": version,
                "schema": facet("1-0-0", "SchemaDatasetFacet", json!({"fields": fields})),
            });
            let mut output = dataset(namespace, &format!("marts.{}", mart.name), facets);
            output["outputFacets"] = json!({
                "outputStatistics": facet("1-0-1", "OutputStatisticsOutputDatasetFacet", json!({"rowCount": mart.rows, "size": mart.bytes})),
            });
            output
        });
        (inputs.collect(), outputs.collect())
    });
    event(namespace, kind, at, run, inputs, outputs)
}

fn raw(source: &str) -> String {
    format!("raw.{source}")
}

fn dataset(namespace: &str, name: &str, facets: Value) -> Value {
    json!({"namespace": namespace, "name": name, "facets": facets})
}

/// A facet, with the two fields that each must have.
fn facet(version: &str, schema: &str, fields: Value) -> Value {
    let mut facet = json!({
        "_producer": PRODUCER,
        "_schemaURL": format!("https://openlineage.io/spec/facets/{version}/{schema}.json#/$defs/{schema}"),
    });
    if let (Some(facet), Value::Object(fields)) = (facet.as_object_mut(), fields) {
        facet.extend(fields);
    }
    facet
}

fn event(
    namespace: &str,
    kind: &str,
    at: DateTime<Utc>,
    run: &Run,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
) -> Value {
    let mut facets = Map::new();
    if let Some(instant) = run.scheduled_for {
        let fields = json!({"nominalStartTime": instant});
        facets.insert(
            "nominalTime".to_owned(),
            facet("1-0-1", "NominalTimeRunFacet", fields),
        );
    }
    if let Some(message) = run
        .error
        .as_ref()
        .filter(|_| kind == "FAIL" || kind == "ABORT")
    {
        let fields = json!({"message": message, "programmingLanguage": "Rust"});
        facets.insert(
            "errorMessage".to_owned(),
            facet("1-0-0", "ErrorMessageRunFacet", fields),
        );
    }
    let kind_of_job =
        json!({"processingType": "BATCH", "integration": "TIDEMARK", "jobType": "JOB"});
    json!({
        "eventType": kind,
        "eventTime": at,
        "run": {"runId": run.uuid, "facets": facets},
        "job": {
            "namespace": namespace,
            "name": JOB,
            "facets": {"jobType": facet("2-0-4", "JobTypeJobFacet", kind_of_job)},
        },
        "inputs": inputs,
        "outputs": outputs,
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
    })
}
