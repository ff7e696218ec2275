//! The `tidemark` binary: parses the command line, runs the command, turns its failure into one line and an exit code.

use std::process::ExitCode;

use clap::Parser;
use tidemark::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tidemark: {failure}");
            failure.exit_code()
        }
    }
}
