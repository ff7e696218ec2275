//! Prices, in their newer and their older form, and coupons.

use super::stripe_shapes::*;
use crate::catalog::{Catalog, Charge, Coupon, Duration, Price};

pub(super) fn price_json<'a>(price: &'a Price, catalog: &'a Catalog) -> PriceJson<'a> {
    PriceJson {
        id: &price.id,
        object: "price",
        active: price.active,
        billing_scheme: "per_unit",
        created: price.created,
        currency: price.currency.code(),
        livemode: true,
        lookup_key: None,
        metadata: Empty {},
        nickname: None,
        product: &catalog.product_ids[price.product],
        recurring: interval(price.charge).map(|(interval, usage_type)| RecurringJson {
            interval,
            interval_count: 1,
            trial_period_days: None,
            usage_type,
        }),
        tax_behavior: "unspecified",
        tiers_mode: None,
        transform_quantity: None,
        r#type: if price.charge == Charge::OneOff {
            "one_time"
        } else {
            "recurring"
        },
        unit_amount: price.unit_amount,
        unit_amount_decimal: price.unit_amount.to_string(),
    }
}

pub(super) fn plan_json<'a>(price: &'a Price, catalog: &'a Catalog) -> Option<PlanJson<'a>> {
    let (interval, usage_type) = interval(price.charge)?;
    Some(PlanJson {
        id: &price.id,
        object: "plan",
        active: price.active,
        amount: price.unit_amount,
        amount_decimal: price.unit_amount.to_string(),
        billing_scheme: "per_unit",
        created: price.created,
        currency: price.currency.code(),
        interval,
        interval_count: 1,
        livemode: true,
        metadata: Empty {},
        nickname: None,
        product: &catalog.product_ids[price.product],
        tiers_mode: None,
        transform_usage: None,
        trial_period_days: None,
        usage_type,
    })
}

fn interval(charge: Charge) -> Option<(&'static str, &'static str)> {
    match charge {
        Charge::Monthly => Some(("month", "licensed")),
        Charge::Annual => Some(("year", "licensed")),
        Charge::Metered => Some(("month", "metered")),
        Charge::OneOff => None,
    }
}

pub(super) fn coupon_json(coupon: &Coupon, created: i64, times_redeemed: usize) -> CouponJson {
    let (duration, duration_in_months) = match coupon.duration {
        Duration::Once => ("once", None),
        Duration::Months(months) => ("repeating", Some(months)),
        Duration::Forever => ("forever", None),
    };
    CouponJson {
        id: coupon.id,
        object: "coupon",
        amount_off: None,
        created,
        currency: None,
        duration,
        duration_in_months,
        livemode: true,
        max_redemptions: None,
        metadata: Empty {},
        name: coupon.name,
        percent_off: coupon.percent_off as f64,
        redeem_by: None,
        times_redeemed,
        valid: true,
    }
}
