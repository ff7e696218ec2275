//! Stripe's API objects, in the shapes of all API versions.

mod coupon;
mod customer;
mod discount;
mod invoice;
mod price;
mod steps;
mod subscription;

pub(crate) use coupon::coupon;
pub(crate) use customer::customer;
pub(crate) use invoice::{invoice, invoice_line_item};
pub(crate) use price::{embedded_price, price, product};
pub(crate) use subscription::{subscription, subscription_item};

use crate::record::{Instant, Reason, Record};

/// The later of two stamps.
fn later(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.max(b)
}

/// The stamp of an object: its last update, else its creation.
fn stamp(record: &Record<'_>) -> Result<Option<Instant>, Reason> {
    Ok(later(
        record.instant("updated")?,
        record.instant("created")?,
    ))
}
