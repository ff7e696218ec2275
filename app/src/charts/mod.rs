//! From evaluated numbers to drawings: options for the chart library, tooltips, legend and summary.
//! Pure, so testable natively.

mod bars;
mod curves;
mod drawing;
mod flows;
mod frame;
mod heat;
mod layers;
mod lines;
mod notes;
mod options;
mod palette;
mod picture;
mod ranked;
mod series;
mod shares;
mod spark;
mod split;
mod together;
mod why;

pub(crate) use bars::{customers, movements};
pub(crate) use curves::retention_curves;
pub(crate) use drawing::{Drawing, Ink, Target, Tip, TipRow};
pub(crate) use flows::flows;
pub(crate) use frame::unit_of;
pub(crate) use heat::cohorts;
pub(crate) use layers::{BOX, Layers, Layout, WIDTH, lay_out};
pub(crate) use lines::{compared, unsettled};
pub(crate) use notes::{Note, annotate, notes};
pub(crate) use palette::Palette;
pub(crate) use picture::Picture;
pub(crate) use shares::{churn_by_tickets, contacts, reasons, scheduled, tickets};
pub(crate) use spark::{SIZE as SPARK_SIZE, spark};
pub(crate) use together::together;
pub(crate) use why::{MOST_GROUPS, bridge, contributions};

#[cfg(test)]
pub(crate) mod fixture;
