//! Writes a mart of the benchmark as an Arrow stream: `generate ROWS FILE [sparse|full]`.

use std::process::ExitCode;

use tidemark_bench_client::generate::{Fill, mart};
use tidemark_bench_client::mart::MART;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("generate: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &[String]) -> Result<(), String> {
    let (rows, file, fill) = match arguments {
        [rows, file] => (rows, file, Fill::Sparse),
        [rows, file, fill] if fill == "sparse" => (rows, file, Fill::Sparse),
        [rows, file, fill] if fill == "full" => (rows, file, Fill::Full),
        _ => {
            return Err(
                "say how many rows, and into which file: generate ROWS FILE [sparse|full]"
                    .to_owned(),
            );
        }
    };
    let rows = rows
        .parse()
        .map_err(|_| format!("'{rows}' is no number of rows"))?;
    let bytes = tidemark_shared::wire::encode(&mart(&MART, rows, fill)?)
        .map_err(|error| error.to_string())?;
    std::fs::write(file, bytes).map_err(|error| format!("{file}: {error}"))
}
