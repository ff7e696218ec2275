//! Who is behind a number: customers, the facts of each, and what each contributes to a metric.
//!
//! A list is the metric taken apart: its column of amounts adds up to exactly the value that tile
//! and chart show.

mod amounts;
mod data;
mod link;
mod reach;
mod roster;
mod table;
mod timeline;

pub use amounts::Part;
pub use data::{Events, People};
pub use link::{asks_for_list, listed, split};
pub(crate) use reach::measures;
pub use reach::{Reach, needs_events, reach};
pub use roster::{Counts, ListError, Roster, Totals};
pub use timeline::{Fact, Happening, Step, Timeline, ids, timeline};

#[cfg(test)]
mod tests;
