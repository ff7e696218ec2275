//! Discounts of subscriptions and their items: ids, or objects with the coupon in one of two places.

use serde_json::value::RawValue;

use crate::columns::{Row, Value};
use crate::record::{Reason, Record, is_object, scalar};
use crate::schema::Table;

/// Rows for the `discount` and `discounts` of a subscription (`item` is `None`) or an item.
pub(super) fn discounts<'a>(
    holder: &Record<'a>,
    subscription: &Value<'a>,
    item: &Value<'a>,
) -> Result<Vec<Row<'a>>, Reason> {
    let mut found: Vec<&'a RawValue> = holder.list("discounts")?;
    if let Some(single) = holder.raw("discount") {
        found.push(single);
    }
    let mut rows: Vec<Row<'a>> = Vec::with_capacity(found.len());
    for raw in found {
        let row = discount(raw, subscription, item).map_err(|why| why.within("discount"))?;
        // An API version in between gives the first of `discounts` as `discount` once more.
        let again = rows
            .iter()
            .any(|known| row[3] != Value::Null && known[3] == row[3]);
        if !again {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn discount<'a>(
    raw: &'a RawValue,
    subscription: &Value<'a>,
    item: &Value<'a>,
) -> Result<Row<'a>, Reason> {
    let parent = Value::Parent(Table::StripeSubscriptions);
    let mut row = vec![subscription.clone(), item.clone(), parent];
    if !is_object(raw) {
        row.push(scalar(raw)?.into());
        row.resize(11, Value::Null);
        return Ok(row);
    }
    let record = Record::json(raw.get())?;
    let source = record.object("source")?;
    let holder = match &source {
        Some(source) if source.has("coupon") => source,
        _ => &record,
    };
    row.push(record.word("id")?.into());
    row.push(holder.reference("coupon")?.into());
    match holder.raw("coupon") {
        Some(raw) if is_object(raw) => {
            let coupon = Record::json(raw.get())?;
            let terms = || -> Result<[Value<'a>; 4], Reason> {
                Ok([
                    coupon.micros("percent_off")?.into(),
                    coupon.int("amount_off")?.into(),
                    coupon.code("currency")?.into(),
                    coupon.code("duration")?.into(),
                ])
            };
            row.extend(terms().map_err(|why| why.within("coupon"))?);
        }
        _ => row.resize(9, Value::Null),
    }
    row.push(record.instant("start")?.into());
    row.push(record.instant("end")?.into());
    Ok(row)
}
