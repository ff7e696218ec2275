//! The attribute `#[test]` for a browser, for crates whose tests run there too: none of their tests need change.
//!
//! ```ignore
//! #[cfg(all(test, target_arch = "wasm32"))]
//! #[macro_use(test)]
//! extern crate tidemark_wasm_tests as wasm_bindgen_test;
//! ```
#![cfg(target_arch = "wasm32")]

pub use wasm_bindgen_test::wasm_bindgen_test as test;
// What the attribute writes names the crate it comes from.
pub use wasm_bindgen_test::*;
