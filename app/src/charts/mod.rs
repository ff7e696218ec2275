//! From evaluated numbers to drawings: options for the chart library, tooltips, legend and summary. Pure, so testable natively.

mod bars;
mod drawing;
mod frame;
mod heat;
mod lines;
mod notes;
mod palette;
mod picture;
mod spark;

pub(crate) use bars::{customers, movements};
pub(crate) use drawing::{Drawing, Ink, Target, Tip, TipRow};
pub(crate) use frame::unit_of;
pub(crate) use heat::cohorts;
pub(crate) use lines::{compared, retention_curve};
pub(crate) use notes::{Note, annotate, notes};
pub(crate) use palette::Palette;
pub(crate) use picture::Picture;
pub(crate) use spark::{SIZE as SPARK_SIZE, spark};

#[cfg(test)]
pub(crate) mod fixture;
