//! Lands a raw folder and tells what it gave and how long it took: `land DIR`.

use std::path::PathBuf;
use std::time::Instant;

use tidemark_landing::{LandingError, LandingOptions, land};

fn main() -> Result<(), LandingError> {
    let raw = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .unwrap_or_default();
    let start = Instant::now();
    let landed = land(&raw, &LandingOptions::default(), &mut |_| {})?;
    let seconds = start.elapsed().as_secs_f64();
    for table in landed
        .tables
        .iter()
        .filter(|table| table.batch.num_rows() > 0)
    {
        let megabytes = table.batch.get_array_memory_size() / 1_000_000;
        println!(
            "{:10} rows {megabytes:6} MB  {}",
            table.batch.num_rows(),
            table.name
        );
    }
    println!("{} in quarantine", landed.quarantine.len());
    for finding in &landed.findings {
        println!(
            "{:?} {}: {}",
            finding.severity, finding.code, finding.message
        );
    }
    println!("{seconds:.2} s");
    Ok(())
}
