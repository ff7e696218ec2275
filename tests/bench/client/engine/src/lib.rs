//! The client engine behind a narrow door for the benchmark, and the marts it is measured on.

#[cfg(target_arch = "wasm32")]
mod contestant;
pub mod generate;
pub mod mart;
