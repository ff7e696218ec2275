//! Reference data kept by hand: rates, regions, identity decisions, spend, annotations.

use crate::generic::missing;
use crate::money::Money;
use crate::record::{Instant, Reason, Record};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::account_reference;

/// Reads a rate.
pub(crate) fn exchange_rate<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let currency = record
        .currency("currency")?
        .ok_or_else(missing("currency"))?;
    let (numerator, denominator) = record.fraction("rate")?.ok_or_else(missing("rate"))?;
    if numerator <= 0 {
        return Err(Reason::new("rate is not above zero"));
    }
    sink.row(
        Table::ReferenceExchangeRates,
        vec![currency.into(), numerator.into(), denominator.into()],
    );
    Ok(None)
}

/// Reads the region of a country.
pub(crate) fn country_region<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let country = record.text("country")?.ok_or_else(missing("country"))?;
    let key = country.trim().to_lowercase();
    let region = record.word("region")?.ok_or_else(missing("region"))?;
    sink.row(
        Table::ReferenceCountryRegions,
        vec![country.into(), key.into(), region.into()],
    );
    Ok(None)
}

/// Reads a decision about an identity.
pub(crate) fn identity_override<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let source = record.code("source")?.ok_or_else(missing("source"))?;
    let row = vec![
        source.into(),
        record.key("id")?.into(),
        account_reference(&record.key("account_id")?).into(),
    ];
    sink.row(Table::ReferenceIdentityOverrides, row);
    Ok(None)
}

/// Reads an amount spent.
pub(crate) fn marketing_spend<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let day = record.date("day")?.ok_or_else(missing("day"))?;
    let amount = Money::of(record, "amount", sink.options)?;
    let row = vec![
        day.into(),
        record.text("acquisition_channel")?.into(),
        amount.micros.ok_or_else(missing("amount"))?.into(),
        amount.currency.into(),
    ];
    sink.row(Table::ReferenceMarketingSpend, row);
    Ok(None)
}

/// Reads a note on a day.
pub(crate) fn annotation<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let day = record.date("day")?.ok_or_else(missing("day"))?;
    let label = record.word("label")?.ok_or_else(missing("label"))?;
    let row = vec![day.into(), label.into(), record.text("detail")?.into()];
    sink.row(Table::ReferenceAnnotations, row);
    Ok(None)
}
