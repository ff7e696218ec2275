//! Publishes the current snapshot of a data folder once more, its `lifecycle_daily` replaced by a generated one:
//! `publish FOLDER ROWS`.

use std::error::Error;
use std::process::ExitCode;

use tidemark_bench_client::generate::{Fill, mart};
use tidemark_shared::mart::{LIFECYCLE_DAILY, find};
use tidemark_shared::wire;
use tidemark_snapshot::{Encoding, Format, Freeze, MartData, Snapshot, Store};

/// What a snapshot has beside its marts, as far as the page asks for it.
const DOCUMENTS: [&str; 2] = ["quality.json", "lineage.json"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match publish(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("publish: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn publish(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [folder, rows] = arguments else {
        return Err("say which data folder, and how many rows: publish FOLDER ROWS".into());
    };
    let store = Store::open(folder)?;
    let snapshot = store
        .current()?
        .ok_or("the folder has no snapshot: run `tidemark build` first")?;
    let manifest = snapshot.manifest();
    let names = manifest.marts.iter().map(|mart| mart.name.as_str());
    let others = names.filter(|name| *name != LIFECYCLE_DAILY.name);
    let mut marts: Vec<MartData> = others
        .map(|name| as_published(&snapshot, name))
        .collect::<Result<_, _>>()?;
    marts.push(MartData {
        name: LIFECYCLE_DAILY.name.to_owned(),
        batch: wire::to_batch(&mart(&LIFECYCLE_DAILY, rows.parse()?, Fill::Sparse)?)?,
    });
    let kept = DOCUMENTS
        .into_iter()
        .filter(|name| snapshot.entry_of(name).is_some());
    let documents = kept.map(|name| Ok((name.to_owned(), snapshot.read_file(name)?)));
    store.publish(&Freeze {
        marts: &marts,
        as_of: manifest.as_of,
        generated_at: manifest.generated_at,
        timezone: manifest.timezone.clone(),
        currency: manifest.currency.clone(),
        policies: manifest.policies.clone(),
        sources: manifest.sources.clone(),
        quality: manifest.quality,
        documents: documents.collect::<Result<_, Box<dyn Error>>>()?,
        demo: manifest.demo,
        made_by: manifest.made_by.clone(),
    })?;
    Ok(())
}

fn as_published(snapshot: &Snapshot, name: &str) -> Result<MartData, Box<dyn Error>> {
    let spec = find(name).ok_or_else(|| format!("there is no mart {name}"))?;
    let bytes = snapshot.read(name, Format::Arrow, Encoding::Identity)?;
    Ok(MartData {
        name: name.to_owned(),
        batch: wire::to_batch(&wire::decode(spec, &bytes)?)?,
    })
}
