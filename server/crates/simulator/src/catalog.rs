//! What the company sells: products, prices per plan, interval, currency and generation, and coupons.

use crate::ids::Ids;
use crate::story::Story;

/// A billing currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Currency {
    Usd,
    Eur,
    Gbp,
    Jpy,
}

impl Currency {
    pub(crate) const ALL: [Self; 4] = [Self::Usd, Self::Eur, Self::Gbp, Self::Jpy];

    /// Lower-case ISO code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Usd => "usd",
            Self::Eur => "eur",
            Self::Gbp => "gbp",
            Self::Jpy => "jpy",
        }
    }

    /// Reporting units (US dollars) for one unit.
    pub(crate) fn rate(self) -> f64 {
        match self {
            Self::Usd => 1.0,
            Self::Eur => 1.08,
            Self::Gbp => 1.27,
            Self::Jpy => 0.0067,
        }
    }

    /// A list price of so many US cents, as a price list in this currency shows it (minor units).
    fn localised(self, cents: i64) -> i64 {
        match self {
            Self::Usd => cents,
            Self::Eur => cents * 95 / 100 / 50 * 50,
            Self::Gbp => cents * 80 / 100 / 50 * 50,
            Self::Jpy => cents * 150 / 100 / 50 * 50,
        }
    }
}

/// A plan: name, US cents per seat and month before and after the price rise, and the seats it sells to.
pub(crate) struct Plan {
    pub name: &'static str,
    pub cents: [i64; 2],
    pub seats: (i64, i64),
}

pub(crate) const PLANS: [Plan; 5] = [
    Plan {
        name: "Starter",
        cents: [1_500, 1_700],
        seats: (1, 4),
    },
    Plan {
        name: "Team",
        cents: [2_400, 2_700],
        seats: (3, 14),
    },
    Plan {
        name: "Pro",
        cents: [3_900, 4_400],
        seats: (7, 36),
    },
    Plan {
        name: "Business",
        cents: [5_900, 6_700],
        seats: (15, 90),
    },
    Plan {
        name: "Enterprise",
        cents: [7_900, 8_900],
        seats: (35, 170),
    },
];

/// Products beside the plans.
pub(crate) const METERED_PRODUCT: usize = PLANS.len();
pub(crate) const ONE_OFF_PRODUCT: usize = PLANS.len() + 1;
pub(crate) const PRODUCT_NAMES: [&str; 7] = [
    PLANS[0].name,
    PLANS[1].name,
    PLANS[2].name,
    PLANS[3].name,
    PLANS[4].name,
    "API usage",
    "Onboarding package",
];

/// How a price is charged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Charge {
    Monthly,
    Annual,
    Metered,
    OneOff,
}

pub(crate) struct Price {
    pub id: String,
    pub product: usize,
    pub currency: Currency,
    pub charge: Charge,
    /// Minor units per unit.
    pub unit_amount: i64,
    pub created: i64,
    pub active: bool,
}

/// A coupon: what it takes off and for how long.
pub(crate) struct Coupon {
    pub id: &'static str,
    pub name: &'static str,
    pub percent_off: i64,
    pub duration: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Duration {
    Once,
    Months(u32),
    Forever,
}

pub(crate) const WELCOME: usize = 0;
pub(crate) const FIRST_INVOICE: usize = 1;
pub(crate) const NEGOTIATED: usize = 2;
pub(crate) const STARTUP: usize = 3;
pub(crate) const NON_PROFIT: usize = 4;
pub(crate) const COUPONS: [Coupon; 5] = [
    Coupon {
        id: "WELCOME20",
        name: "20% off for three months",
        percent_off: 20,
        duration: Duration::Months(3),
    },
    Coupon {
        id: "FIRST50",
        name: "Half off the first invoice",
        percent_off: 50,
        duration: Duration::Once,
    },
    Coupon {
        id: "VOLUME10",
        name: "Negotiated volume discount",
        percent_off: 10,
        duration: Duration::Forever,
    },
    Coupon {
        id: "STARTUP100",
        name: "Start-up programme, three months free",
        percent_off: 100,
        duration: Duration::Months(3),
    },
    Coupon {
        id: "NONPROFIT",
        name: "Non-profit programme",
        percent_off: 100,
        duration: Duration::Forever,
    },
];

/// Every product id and price, with a fixed place for each.
pub(crate) struct Catalog {
    pub product_ids: Vec<String>,
    pub prices: Vec<Price>,
    pub created: i64,
}

impl Catalog {
    pub(crate) fn new(story: &Story, ids: &mut Ids) -> Self {
        let created = story.start - 86_400;
        let product_ids = PRODUCT_NAMES.iter().map(|_| ids.stripe("prod")).collect();
        let mut prices = Vec::new();
        for (product, plan) in PLANS.iter().enumerate() {
            for (charge, months) in [(Charge::Monthly, 1), (Charge::Annual, 10)] {
                for currency in Currency::ALL {
                    for generation in 0..2 {
                        prices.push(Price {
                            id: ids.stripe("price"),
                            product,
                            currency,
                            charge,
                            unit_amount: currency.localised(plan.cents[generation]) * months,
                            created: if generation == 0 {
                                created
                            } else {
                                story.price_rise.max(created)
                            },
                            active: generation == 1 || story.price_rise >= story.end,
                        });
                    }
                }
            }
        }
        for (product, charge, cents) in [
            (METERED_PRODUCT, Charge::Metered, 100),
            (ONE_OFF_PRODUCT, Charge::OneOff, 50_000),
        ] {
            for currency in Currency::ALL {
                prices.push(Price {
                    id: ids.stripe("price"),
                    product,
                    currency,
                    charge,
                    unit_amount: currency.localised(cents),
                    created,
                    active: true,
                });
            }
        }
        Self {
            product_ids,
            prices,
            created,
        }
    }

    /// The place of a plan's price.
    pub(crate) fn plan_price(
        plan: usize,
        annual: bool,
        currency: Currency,
        generation: usize,
    ) -> usize {
        ((plan * 2 + usize::from(annual)) * 4 + currency as usize) * 2 + generation
    }

    /// The place of the metered price.
    pub(crate) fn metered_price(currency: Currency) -> usize {
        PLANS.len() * 16 + currency as usize
    }

    /// The place of the one-off price.
    pub(crate) fn one_off_price(currency: Currency) -> usize {
        PLANS.len() * 16 + 4 + currency as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_is_where_it_is_looked_up() {
        let story = Story::new(
            1_096,
            chrono::NaiveDate::from_ymd_opt(2026, 10, 31).unwrap(),
        );
        let catalog = Catalog::new(&story, &mut Ids::new(1));
        for plan in 0..PLANS.len() {
            for annual in [false, true] {
                for currency in Currency::ALL {
                    let [old, new] = [0, 1].map(|generation| {
                        &catalog.prices[Catalog::plan_price(plan, annual, currency, generation)]
                    });
                    assert_eq!((old.product, old.currency), (plan, currency));
                    assert_eq!(old.charge == Charge::Annual, annual);
                    assert!(old.unit_amount > 0 && new.unit_amount > old.unit_amount);
                }
            }
        }
        let metered = &catalog.prices[Catalog::metered_price(Currency::Jpy)];
        assert_eq!(
            (metered.charge, metered.currency),
            (Charge::Metered, Currency::Jpy)
        );
        let one_off = &catalog.prices[Catalog::one_off_price(Currency::Eur)];
        assert_eq!(
            (one_off.charge, one_off.currency),
            (Charge::OneOff, Currency::Eur)
        );
    }
}
