//! Stripe prices, plans, products and coupons, by themselves or inside other objects.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::columns::{Row, Value};
use crate::record::{Instant, Reason, Record, is_object, scalar};
use crate::schema::Table;
use crate::sink::{Embedded, Sink};

use super::steps::{UNIT_AMOUNT, amount, steps};

/// Billing intervals Stripe documents.
const INTERVALS: &[&str] = &["day", "week", "month", "year"];

/// Reads a price; a plan of an older API version is one too.
pub(crate) fn price<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let (row, product) = price_row(record, false)?;
    sink.row(Table::StripePrices, row);
    for step in steps(record, &record.key("id")?, false, record.flag("deleted")?)? {
        sink.row(Table::StripePriceSteps, step);
    }
    if let Some(product) = product {
        sink.row(Table::StripeProducts, product);
    }
    super::stamp(record)
}

/// Reads a price, plan, or just the id of one, found inside another object.
pub(crate) fn embedded_price<'a>(
    holder: &Record<'a>,
    raw: &'a RawValue,
) -> Result<Embedded, Reason> {
    if !is_object(raw) {
        return Ok(Embedded {
            id: scalar(raw)?.trim().to_owned(),
            rows: Vec::new(),
        });
    }
    let record = holder.part(raw, "price", &["id", "interval"])?;
    let id = record.key("id")?.into_owned();
    let (price, product) = price_row(&record, true)?;
    let owned = |row: Row<'_>| row.into_iter().map(Value::into_owned).collect();
    let mut rows = vec![(Table::StripePrices, owned(price))];
    rows.extend(product.map(|product| (Table::StripeProducts, owned(product))));
    let steps = steps(&record, &id, true, record.flag("deleted")?)?;
    rows.extend(
        steps
            .into_iter()
            .map(|step| (Table::StripePriceSteps, owned(step))),
    );
    Ok(Embedded { id, rows })
}

/// The row of a price or plan, and that of its product if it carries the product whole.
fn price_row<'a>(
    record: &Record<'a>,
    embedded: bool,
) -> Result<(Row<'a>, Option<Row<'a>>), Reason> {
    let id = record.key("id")?;
    let product = match record.raw("product") {
        Some(raw) if is_object(raw) => record.object_with("product", &["id"])?,
        _ => None,
    };
    let (product_name, product_row) = match &product {
        None => (None, None),
        Some(product) => (
            product.text("name")?,
            record.optional("product", product_row(product, true))?,
        ),
    };
    // Before products existed for services, the plan itself had the name.
    let product_name = match product_name {
        Some(name) => Some(name),
        None if !record.has("product") => record.text("name")?,
        None => None,
    };
    let recurring = record.object_with("recurring", &["interval"])?;
    let terms = recurring.as_ref().unwrap_or(record);
    let interval = terms.one_of("interval", INTERVALS)?;
    let price_type = match record.code("type")? {
        Some(kind) => Some(kind),
        None => interval.is_some().then_some(Cow::Borrowed("recurring")),
    };
    let mut transform = record.object("transform_quantity")?;
    if transform.is_none() {
        transform = record.object("transform_usage")?;
    }
    let (divide_by, round) = match &transform {
        None => (None, None),
        Some(transform) => (transform.int("divide_by")?, transform.code("round")?),
    };
    let (unit_numerator, unit_denominator) = amount(record, UNIT_AMOUNT)?.unzip();
    let row = vec![
        id.into(),
        record.reference("product")?.into(),
        product_name.into(),
        record.currency("currency")?.into(),
        unit_numerator.into(),
        unit_denominator.into(),
        record.code("billing_scheme")?.into(),
        price_type.into(),
        interval.into(),
        terms.int("interval_count")?.into(),
        terms.code("usage_type")?.into(),
        record.code("tiers_mode")?.into(),
        transform.is_some().into(),
        divide_by.into(),
        (round.as_deref() == Some("up")).into(),
        embedded.into(),
        record.flag("deleted")?.into(),
        mode(record, embedded)?,
    ];
    Ok((row, product_row))
}

/// Live or test mode, which only an object by itself says of itself.
fn mode<'a>(record: &Record<'_>, embedded: bool) -> Result<Value<'a>, Reason> {
    if embedded {
        return Ok(Value::Null);
    }
    Ok(record.said("livemode")?.into())
}

fn product_row<'a>(record: &Record<'a>, embedded: bool) -> Result<Row<'a>, Reason> {
    Ok(vec![
        record.key("id")?.into(),
        record.text("name")?.into(),
        embedded.into(),
        record.flag("deleted")?.into(),
        mode(record, embedded)?,
    ])
}

/// Reads a product.
pub(crate) fn product<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    sink.row(Table::StripeProducts, product_row(record, false)?);
    super::stamp(record)
}
