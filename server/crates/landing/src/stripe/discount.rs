//! Discounts of customers, subscriptions and their items: ids, or objects with the coupon in one of two places.

use serde_json::value::RawValue;

use crate::columns::{Row, Value};
use crate::record::{Reason, Record, is_object, scalar};
use crate::schema::Table;

use super::coupon::limits;

/// Rows for the `discount` and `discounts` of a customer, a subscription or an item, in their order: each the cells
/// that name the holder, then those of the discount. With them come the limits of the coupons they carry whole.
pub(super) fn discounts<'a>(
    record: &Record<'a>,
    table: Table,
    holder: &[Value<'a>],
) -> Result<Vec<(Table, Row<'a>)>, Reason> {
    let mut found: Vec<&'a RawValue> = record.list("discounts")?;
    if let Some(single) = record.raw("discount") {
        found.push(single);
    }
    let mut rows: Vec<(Table, Row<'a>)> = Vec::with_capacity(found.len());
    let mut known: Vec<Value<'a>> = Vec::with_capacity(found.len());
    for raw in found {
        let read = discount(record, raw).map_err(|why| why.within("discount"));
        let Some((cells, limits)) = record.optional("discount", read)? else {
            continue;
        };
        // An API version in between gives the first of `discounts` as `discount` once more.
        if cells[0] != Value::Null && known.contains(&cells[0]) {
            continue;
        }
        let position = i64::try_from(known.len()).unwrap_or(i64::MAX);
        known.push(cells[0].clone());
        let mut row = holder.to_vec();
        row.push(position.into());
        row.extend(cells);
        rows.push((table, row));
        rows.extend(limits);
    }
    Ok(rows)
}

/// The cells of one discount, and the limits of its coupon.
fn discount<'a>(
    of: &Record<'a>,
    raw: &'a RawValue,
) -> Result<(Row<'a>, Vec<(Table, Row<'a>)>), Reason> {
    if !is_object(raw) {
        let mut cells = vec![scalar(raw)?.into()];
        cells.resize(8, Value::Null);
        return Ok((cells, Vec::new()));
    }
    let record = of.part(raw, "discount", &[])?;
    let source = record.object("source")?;
    let holder = match &source {
        Some(source) if source.has("coupon") => source,
        _ => &record,
    };
    let mut cells = vec![
        record.word("id")?.into(),
        holder.reference("coupon")?.into(),
    ];
    let mut rows = Vec::new();
    match holder.raw("coupon") {
        Some(raw) if is_object(raw) => {
            let coupon = record.part(raw, "coupon", &["id"])?;
            let terms = || -> Result<[Value<'a>; 4], Reason> {
                Ok([
                    coupon.micros("percent_off")?.into(),
                    coupon.int("amount_off")?.into(),
                    coupon.currency("currency")?.into(),
                    coupon.code("duration")?.into(),
                ])
            };
            cells.extend(terms().map_err(|why| why.within("coupon"))?);
            rows = limits(&coupon).map_err(|why| why.within("coupon"))?;
        }
        _ => cells.resize(6, Value::Null),
    }
    cells.push(record.instant("start")?.into());
    cells.push(record.instant("end")?.into());
    Ok((cells, rows))
}
