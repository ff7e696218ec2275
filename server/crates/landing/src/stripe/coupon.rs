//! Stripe coupons, by themselves or inside a discount: what they take off, in which currencies, of which products.

use crate::columns::Row;
use crate::record::{Instant, Reason, Record};
use crate::schema::Table;
use crate::sink::Sink;

/// Reads a coupon.
pub(crate) fn coupon<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let row = vec![
        record.key("id")?.into(),
        record.micros("percent_off")?.into(),
        record.int("amount_off")?.into(),
        record.currency("currency")?.into(),
        record.code("duration")?.into(),
        record.int("duration_in_months")?.into(),
        record.flag("deleted")?.into(),
        record.said("livemode")?.into(),
    ];
    sink.row(Table::StripeCoupons, row);
    for (table, row) in limits(record)? {
        sink.row(table, row);
    }
    super::stamp(record)
}

/// What a coupon takes off in each currency, and the products it is limited to.
pub(super) fn limits<'a>(coupon: &Record<'a>) -> Result<Vec<(Table, Row<'a>)>, Reason> {
    let Some(id) = coupon.word("id")? else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    let mut amount = |currency: String, amount_off: i64| {
        let row = vec![id.clone().into(), currency.into(), amount_off.into()];
        rows.push((Table::StripeCouponAmounts, row));
    };
    if let (Some(currency), Some(off)) = (coupon.currency("currency")?, coupon.int("amount_off")?) {
        amount(currency.into_owned(), off);
    }
    if let Some(options) = coupon.object("currency_options")? {
        for currency in options.names() {
            let Some(raw) = options.raw(currency) else {
                continue;
            };
            let option = options.part(raw, "currency_options", &[]);
            let option = options.optional(currency, option)?;
            let off = option.map(|option| option.int("amount_off")).transpose()?;
            if let Some(off) = off.flatten() {
                amount(currency.to_lowercase(), off);
            }
        }
    }
    if let Some(applies_to) = coupon.object("applies_to")? {
        for product in applies_to.plain_values("products")? {
            rows.push((
                Table::StripeCouponProducts,
                vec![id.clone().into(), product.into()],
            ));
        }
    }
    Ok(rows)
}
