//! What a price asks for a quantity: straight steps from one quantity to another, for each of its currencies.
//!
//! Between two quantities every price is a line, `units × unit + base`, with tiers or without. So the
//! models find the step of a quantity and need know nothing of tiers.

use std::fmt::Write as _;

use crate::columns::Row;
use crate::record::{Reason, Record};

/// A fraction: a numerator over a power of ten.
type Fraction = (i64, i64);

/// The names of an amount per unit, the most exact first; plans of old API versions have the last two.
pub(super) const UNIT_AMOUNT: &[&str] = &[
    "unit_amount_decimal",
    "unit_amount",
    "amount_decimal",
    "amount",
];
const FLAT_AMOUNT: &[&str] = &["flat_amount_decimal", "flat_amount"];

/// What a tier cannot do without.
const TIER_NEEDS: &[&str] = &[
    "up_to",
    "unit_amount_decimal",
    "unit_amount",
    "amount_decimal",
    "amount",
    "flat_amount_decimal",
    "flat_amount",
];

/// A tier as Stripe describes it.
struct Tier {
    up_to: Option<i64>,
    unit: Fraction,
    flat: Fraction,
}

/// One straight step; its numerators are over one denominator.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    from: i64,
    to: Option<i64>,
    unit: i64,
    base: i64,
    denominator: i64,
}

/// The rows of all steps of a price, in its own currency and in its other ones.
pub(super) fn steps<'a>(
    record: &Record<'a>,
    id: &str,
    embedded: bool,
    deleted: bool,
) -> Result<Vec<Row<'a>>, Reason> {
    let is_tiered = record.code("billing_scheme")?.as_deref() == Some("tiered");
    let mode = record.code("tiers_mode")?;
    let mut rows = Vec::new();
    let mut add = |currency: &str, holder: &Record<'a>| -> Result<(), Reason> {
        let steps = of_currency(holder, is_tiered, mode.as_deref())?;
        let mut terms = String::new();
        for step in &steps {
            let Step {
                from,
                unit,
                base,
                denominator,
                ..
            } = step;
            // Writing to a string cannot fail.
            let _ = write!(terms, "{from}:{unit}+{base}/{denominator};");
        }
        rows.extend(steps.into_iter().map(|step| {
            vec![
                format!("{id}:{currency}:{}", step.from).into(),
                id.to_owned().into(),
                currency.to_owned().into(),
                terms.clone().into(),
                step.from.into(),
                step.to.into(),
                step.unit.into(),
                step.base.into(),
                step.denominator.into(),
                embedded.into(),
                deleted.into(),
            ]
        }));
        Ok(())
    };
    let own = record.currency("currency")?;
    if let Some(own) = &own {
        add(own, record)?;
    }
    if let Some(options) = record.object("currency_options")? {
        for name in options.names() {
            let currency = name.to_lowercase();
            if own.as_deref() == Some(currency.as_str()) {
                continue;
            }
            let Some(raw) = options.raw(name) else {
                continue;
            };
            let option = options.part(raw, "currency_options", &[]);
            if let Some(option) = options.optional(name, option)? {
                add(&currency, &option)?;
            }
        }
    }
    Ok(rows)
}

/// The steps in one currency; none if what is there does not say the amount.
fn of_currency(
    holder: &Record<'_>,
    is_tiered: bool,
    mode: Option<&str>,
) -> Result<Vec<Step>, Reason> {
    if !is_tiered {
        let Some((unit, denominator)) = amount(holder, UNIT_AMOUNT)? else {
            return Ok(Vec::new());
        };
        return Ok(vec![Step {
            from: 0,
            to: None,
            unit,
            base: 0,
            denominator,
        }]);
    }
    // Of tiers one of which cannot be read, the amount is not known.
    let Some(mut tiers) = holder.optional("tiers", tiers(holder))? else {
        return Ok(Vec::new());
    };
    tiers.sort_by_key(|tier| tier.up_to.unwrap_or(i64::MAX));
    let steps = match mode {
        Some("graduated") => of_tiers(&tiers, true),
        Some("volume") => of_tiers(&tiers, false),
        _ => None,
    };
    // Tiers too large to compute with are like tiers that are not there: the amount is not known.
    Ok(steps.unwrap_or_default())
}

/// The tiers of a price, in the order they stand in.
fn tiers(holder: &Record<'_>) -> Result<Vec<Tier>, Reason> {
    let mut tiers = Vec::new();
    for (at, raw) in holder.list("tiers")?.into_iter().enumerate() {
        let tier = holder.part(raw, "tiers", TIER_NEEDS).and_then(|tier| {
            let is_last = tier.word("up_to")?.is_none_or(|up_to| up_to == "inf");
            Ok(Tier {
                up_to: if is_last { None } else { tier.int("up_to")? },
                unit: amount(&tier, UNIT_AMOUNT)?.unwrap_or((0, 1)),
                flat: amount(&tier, FLAT_AMOUNT)?.unwrap_or((0, 1)),
            })
        });
        tiers.push(tier.map_err(|why| why.within(&format!("tiers[{at}]")))?);
    }
    Ok(tiers)
}

/// The first of these fields that is there, as a fraction.
pub(super) fn amount(
    record: &Record<'_>,
    names: &'static [&'static str],
) -> Result<Option<Fraction>, Reason> {
    for name in names {
        if let Some(amount) = record.fraction(name)? {
            return Ok(Some(amount));
        }
    }
    Ok(None)
}

/// Tiers as steps. Graduated tiers add up to what the units below a tier cost; a volume tier is for all units.
/// The first tier is also that of no units: Stripe bills its flat amount then.
fn of_tiers(tiers: &[Tier], graduated: bool) -> Option<Vec<Step>> {
    let fractions = tiers.iter().flat_map(|tier| [tier.unit, tier.flat]);
    let denominator = fractions.map(|(_, denominator)| denominator).max()?;
    let scaled = |(numerator, own): Fraction| i128::from(numerator) * i128::from(denominator / own);
    let mut steps = Vec::with_capacity(tiers.len());
    // Units in the tiers before, and what those cost.
    let mut below = 0_i64;
    let mut spent = 0_i128;
    for (at, tier) in tiers.iter().enumerate() {
        let (unit, flat) = (scaled(tier.unit), scaled(tier.flat));
        let base = if graduated {
            spent
                .checked_add(flat)?
                .checked_sub(unit.checked_mul(below.into())?)?
        } else {
            flat
        };
        steps.push(Step {
            from: if at == 0 { 0 } else { below.checked_add(1)? },
            to: tier.up_to,
            unit: i64::try_from(unit).ok()?,
            base: i64::try_from(base).ok()?,
            denominator,
        });
        let Some(up_to) = tier.up_to else {
            break;
        };
        let units = i128::from(up_to.checked_sub(below)?);
        spent = spent
            .checked_add(flat)?
            .checked_add(unit.checked_mul(units)?)?;
        below = up_to;
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tiers(tiers: &[(Option<i64>, Fraction, Fraction)]) -> Vec<Tier> {
        let tier =
            |&(up_to, unit, flat): &(Option<i64>, Fraction, Fraction)| Tier { up_to, unit, flat };
        tiers.iter().map(tier).collect()
    }

    /// What a quantity costs by its step, as a numerator and a denominator.
    fn cost(steps: &[Step], units: i64) -> (i128, i64) {
        let holds = |step: &&Step| step.from <= units && step.to.is_none_or(|to| units <= to);
        let step = steps.iter().find(holds).unwrap();
        let numerator = i128::from(units) * i128::from(step.unit) + i128::from(step.base);
        (numerator, step.denominator)
    }

    #[test]
    fn a_flat_amount_covers_the_first_tier_and_later_units_are_added() {
        let steps = of_tiers(
            &tiers(&[(Some(5), (0, 1), (2000, 1)), (None, (300, 1), (0, 1))]),
            true,
        )
        .unwrap();
        assert_eq!(
            [0, 5, 6, 13].map(|units| cost(&steps, units)),
            [(2000, 1), (2000, 1), (2300, 1), (4400, 1)]
        );
    }

    #[test]
    fn a_volume_tier_is_for_all_units() {
        let steps = of_tiers(
            &tiers(&[(Some(10), (5, 1), (0, 1)), (None, (4125, 1000), (7, 1))]),
            false,
        )
        .unwrap();
        assert_eq!(
            [10, 11].map(|units| cost(&steps, units)),
            [(50_000, 1000), (52_375, 1000)]
        );
    }

    #[test]
    fn other_currencies_have_steps_of_their_own() {
        let text = r#"{"id": "p", "currency": "usd", "unit_amount": 10000,
            "currency_options": {"usd": {"unit_amount": 10000}, "eur": {"unit_amount_decimal": "9000.5"}}}"#;
        let record = Record::json(text).unwrap();
        let rows = steps(&record, "p", false, false).unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        assert_eq!(ids, ["p:usd:0", "p:eur:0"].map(|id| id.to_owned().into()));
        assert_eq!(rows[1][6..9], [90_005_i64, 0, 10].map(Into::into));
    }

    #[test]
    fn a_price_without_tiers_or_amount_has_no_steps() {
        for text in [
            r#"{"currency": "usd", "billing_scheme": "tiered", "tiers_mode": "volume"}"#,
            r#"{"currency": "usd", "unit_amount": null, "custom_unit_amount": {"enabled": true}}"#,
        ] {
            let rows = steps(&Record::json(text).unwrap(), "p", false, false).unwrap();
            assert_eq!(rows, Vec::<Row<'_>>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn graduated_steps_cost_what_the_tiers_add_up_to(
            widths in prop::collection::vec((1_i64..50, 0_i64..1000, 0_i64..1000), 1..6),
            units in 1_i64..400,
        ) {
            let mut up_to = 0;
            let last = widths.len() - 1;
            let described: Vec<_> = widths.iter().enumerate().map(|(at, &(width, unit, flat))| {
                up_to += width;
                ((at != last).then_some(up_to), (unit, 1), (flat, 1))
            }).collect();
            let steps = of_tiers(&tiers(&described), true).unwrap();
            let mut below = 0;
            let mut expected = 0;
            for (up_to, (unit, _), (flat, _)) in described {
                let inside = up_to.map_or(units, |up_to| units.min(up_to)) - below;
                if inside <= 0 {
                    break;
                }
                expected += i128::from(inside * unit + flat);
                below += inside;
            }
            prop_assert_eq!(cost(&steps, units), (expected, 1));
        }
    }
}
