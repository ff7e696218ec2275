//! The client engine behind a narrow door for the benchmark, and the marts it is measured on.

mod company;
#[cfg(target_arch = "wasm32")]
mod contestant;
pub mod generate;
pub mod mart;
