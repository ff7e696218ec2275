//! The small tables kept by hand: rates, regions, corrections, spend, notes.

use super::RawFolder;
use crate::SimulateError;
use crate::annotations::Annotation;
use crate::catalog::Currency;
use crate::identity::Override;
use crate::market::COUNTRIES;
use crate::spend::Spend;

pub(crate) fn write(
    folder: &mut RawFolder,
    overrides: &[Override],
    spend: &[Spend],
    annotations: &[Annotation],
) -> Result<(), SimulateError> {
    let foreign = Currency::ALL
        .into_iter()
        .filter(|currency| *currency != Currency::Usd);
    folder.csv(
        "reference",
        "exchange_rates.csv",
        ["currency", "rate"],
        foreign.map(|currency| [currency.code().to_owned(), currency.rate().to_string()]),
    )?;
    folder.csv(
        "reference",
        "country_regions.csv",
        ["country", "region"],
        COUNTRIES
            .iter()
            .map(|country| [country.name.to_owned(), country.region.to_owned()]),
    )?;
    folder.csv(
        "reference",
        "identity_overrides.csv",
        ["source", "id", "account_id"],
        overrides.iter().map(|row| {
            [
                "stripe".to_owned(),
                row.customer_id.clone(),
                row.account_id.clone(),
            ]
        }),
    )?;
    folder.csv(
        "reference",
        "marketing_spend.csv",
        ["day", "acquisition_channel", "amount", "currency"],
        spend.iter().map(|row| {
            [
                row.day.to_string(),
                row.channel.to_owned(),
                format!("{}.{:02}", row.cents / 100, row.cents % 100),
                row.currency.to_owned(),
            ]
        }),
    )?;
    folder.csv(
        "reference",
        "annotations.csv",
        ["day", "label", "detail"],
        annotations.iter().map(|row| {
            [
                row.day.to_string(),
                row.label.clone(),
                row.detail.to_owned(),
            ]
        }),
    )
}
