//! Arithmetic of invoice lines: discounts, taxes, prorations and totals, in integer minor units.

use super::{Discount, Invoice, Line};
use crate::catalog::{COUPONS, Duration};
use crate::market::Tax;

/// `value × numerator ÷ denominator`, rounded half away from zero; 0 for a denominator of 0.
pub(crate) fn scaled(value: i64, numerator: i64, denominator: i64) -> i64 {
    if denominator == 0 {
        return 0;
    }
    let product = i128::from(value) * i128::from(numerator);
    let (divisor, half) = (i128::from(denominator), i128::from(denominator) / 2);
    let rounded = if product >= 0 {
        (product + half) / divisor
    } else {
        (product - half) / divisor
    };
    rounded as i64
}

impl Discount {
    /// Whether it still applies to an invoice of this instant, being the `ordinal`-th (from 0) that is charged.
    pub(crate) fn applies(&self, at: i64, ordinal: u32) -> bool {
        match COUPONS[self.coupon].duration {
            Duration::Once => ordinal == 0,
            Duration::Months(_) => self.end.is_some_and(|end| at < end),
            Duration::Forever => true,
        }
    }

    /// What it takes off an amount.
    pub(crate) fn off(&self, amount: i64) -> i64 {
        scaled(amount, COUPONS[self.coupon].percent_off, 100)
    }
}

/// The tax on an amount after discounts: the part contained in it, or what comes on top.
pub(crate) fn tax_on(tax: Tax, net: i64) -> i64 {
    if tax.inclusive {
        scaled(net, tax.percent, 100 + tax.percent)
    } else {
        scaled(net, tax.percent, 100)
    }
}

impl Invoice {
    /// (subtotal, discounts, tax in all, total).
    pub(crate) fn totals(&self) -> (i64, i64, i64, i64) {
        let sum = |part: fn(&Line) -> i64| self.lines.iter().map(part).sum::<i64>();
        let subtotal = sum(|line| line.amount);
        let discounts = sum(|line| line.discount.as_ref().map_or(0, |(_, off)| *off));
        let tax = sum(|line| line.tax.map_or(0, |(_, tax)| tax));
        let on_top = sum(|line| {
            line.tax
                .map_or(0, |(kind, tax)| if kind.inclusive { 0 } else { tax })
        });
        (subtotal, discounts, tax, subtotal - discounts + on_top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{FIRST_INVOICE, NEGOTIATED, WELCOME};

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(scaled(5, 1, 2), 3);
        assert_eq!(scaled(-5, 1, 2), -3);
        assert_eq!(scaled(100, 1, 3), 33);
        assert_eq!(scaled(1, 1, 0), 0);
    }

    #[test]
    fn discounts_hold_as_long_as_their_coupon_says() {
        let discount = |coupon, end| Discount {
            id: "di".to_owned(),
            coupon,
            start: 0,
            end,
        };
        let once = discount(FIRST_INVOICE, None);
        assert!(once.applies(5, 0) && !once.applies(5, 1));
        let months = discount(WELCOME, Some(100));
        assert!(months.applies(99, 3) && !months.applies(100, 3));
        assert!(discount(NEGOTIATED, None).applies(i64::MAX, 99));
        assert_eq!(months.off(999), 200);
    }

    #[test]
    fn contained_tax_leaves_the_net_price() {
        let contained = Tax {
            percent: 10,
            inclusive: true,
        };
        assert_eq!(tax_on(contained, 1_100), 100);
        let on_top = Tax {
            percent: 10,
            inclusive: false,
        };
        assert_eq!(tax_on(on_top, 1_100), 110);
    }
}
