//! The transform alone, measured: all models on raw tables read from Parquet. Prints JSON; `make bench` compares it with a peer.
//!
//! `transform RAW_DIR AS_OF SQL_FILE`: RAW_DIR as `tidemark warehouse` writes it; into SQL_FILE goes the same SQL for DuckDB.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use arrow_array::RecordBatch;
use chrono_tz::Tz;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::json;
use tidemark_engine::{Engine, EngineError, Event};
use tidemark_project::{Dialect, Project, Vars};
use tidemark_shared::mart::MARTS;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let [raw, as_of, sql_file] = arguments.as_slice() else {
        return Err("usage: transform RAW_DIR AS_OF SQL_FILE".into());
    };
    let project = Project::embedded()?;
    let vars = Vars::default()
        .with("as_of", as_of)
        .with("timezone", "UTC")
        .with("currency", "usd")
        .with("mrr_discounts", "all")
        .with("churn_date", "service_end");
    let models = project
        .models
        .iter()
        .map(|model| {
            Ok(json!({"name": model.name, "sql": project.render(model, Dialect::DuckDb, &vars)?}))
        })
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let seeds = project
        .seeds
        .iter()
        .map(|seed| json!({"name": seed.name, "csv": seed.csv}));
    let text = json!({"models": models, "seeds": seeds.collect::<Vec<_>>()});
    fs::write(sql_file, serde_json::to_vec(&text)?)?;

    let mut engine = Engine::new(Tz::UTC);
    let mut raw_rows = 0;
    for table in tidemark_landing::schema() {
        let file = File::open(Path::new(raw).join(format!("{}.parquet", table.name)))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let empty = RecordBatch::new_empty(reader.schema().clone());
        let rows = usize::try_from(reader.metadata().file_metadata().num_rows())?;
        let batch = reader
            .with_batch_size(rows.max(1))
            .build()?
            .next()
            .transpose()?
            .unwrap_or(empty);
        raw_rows += rows;
        engine.add_table(table.name, &batch)?;
    }
    engine.add_seeds(&project)?;
    let keep: Vec<&str> = MARTS.iter().map(|mart| mart.name).collect();
    let loaded = memory("VmRSS");
    let mut built = Vec::new();
    let started = Instant::now();
    engine.run::<EngineError>(&project, &vars, &[], &keep, &mut |_, event| {
        if let Event::Built(model) = event {
            built.push(json!({"name": model.model, "rows": model.rows, "seconds": model.took.as_secs_f64()}));
        }
        Ok(())
    })?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({"raw_rows": raw_rows, "seconds": seconds, "loaded_bytes": loaded, "peak_bytes": memory("VmHWM"), "models": built})
    );
    Ok(())
}

/// What the system says of this process's memory, in bytes; null where it says nothing.
fn memory(what: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
