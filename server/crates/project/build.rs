//! Has this crate rebuilt when a model changes: the models are embedded in it.

fn main() {
    println!("cargo:rerun-if-changed=../../models");
    println!("cargo:rerun-if-changed=build.rs");
}
