//! Splits the compiled browser program into parts that are loaded when needed, and writes its
//! JavaScript side: `tidemark-parts PROGRAM.wasm FOLDER`. `scripts/build-parts.sh` runs it.
//!
//! Both steps have command-line tools of their own. As libraries they are compiled with the
//! workspace, once, in the versions that Cargo.lock names.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

/// The name that all files of the program begin with.
const NAME: &str = "tidemark-app";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [program, folder] = arguments.as_slice() else {
        return Err("usage: tidemark-parts PROGRAM.wasm FOLDER".into());
    };
    let first = folder.join(format!("{NAME}.wasm"));
    split(program, folder, &first)?;
    Bindgen::new()
        .web(true)?
        .typescript(false)
        // The parts reach into the first one by these.
        .keep_lld_exports(true)
        .input_path(&first)
        .out_name(NAME)
        .generate(folder)?;
    fs::remove_file(&first)?;
    Ok(())
}

/// Writes the part that every page needs to `first`, the others and their loader to `folder`.
fn split(program: &Path, folder: &Path, first: &Path) -> Result<(), Box<dyn Error>> {
    let program = fs::read(program)?;
    let main_module = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = first;
    options.main_module = &main_module;
    wasm_split_cli_support::transform(options)?;
    Ok(())
}
