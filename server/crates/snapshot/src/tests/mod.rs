//! tests: the store's promises, from publishing to a damaged disk.
mod atomicity;
mod contents;
mod damage;
pub(crate) mod disk;
mod full;
mod kills;
mod latest;
mod power;
mod refusals;
mod restore;
mod retention;
mod sharing;
