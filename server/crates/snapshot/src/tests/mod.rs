//! tests: the store's promises, from publishing to a damaged disk.
mod atomicity;
mod contents;
mod damage;
mod refusals;
mod retention;
mod sharing;
