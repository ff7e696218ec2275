//! The pipeline as a whole, from raw files to what is published; one test binary, since each would link Polars anew.

mod acceptance;
mod events;
mod generic;
mod golden;
mod identity;
mod laws;
mod metamorphic;
mod pipes;
mod presets;
mod quality;
mod stories;
mod support;
