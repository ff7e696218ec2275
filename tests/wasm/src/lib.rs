//! The attribute `#[test]` for a browser: a crate that takes it over with `#[macro_use]` need not change its tests.

pub use wasm_bindgen_test::wasm_bindgen_test as test;
