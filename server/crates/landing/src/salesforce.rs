//! Salesforce accounts, leads, opportunities and contacts, from CSV exports or JSON records.

use std::borrow::Cow;

use crate::employees::Employees;
use crate::money::Money;
use crate::record::{Instant, Reason, Record, is_object};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::{email_key, salesforce_id, website_domain};

fn id(record: &Record<'_>) -> Result<String, Reason> {
    record.key("Id").map(|id| salesforce_id(&id))
}

fn other_id(record: &Record<'_>, name: &str) -> Result<Option<String>, Reason> {
    Ok(record.word(name)?.map(|id| salesforce_id(&id)))
}

/// The stamp by which versions of a record are ordered.
fn modified(record: &Record<'_>) -> Result<Option<Instant>, Reason> {
    match record.instant("SystemModstamp")? {
        Some(stamp) => Ok(Some(stamp)),
        None => record.instant("LastModifiedDate"),
    }
}

fn country<'a>(
    record: &Record<'a>,
    field: &str,
    compound: &'static str,
) -> Result<Option<Cow<'a, str>>, Reason> {
    if let Some(country) = record.text(field)? {
        return Ok(Some(country));
    }
    // JSON records may give the address as one compound field instead.
    match record.raw(compound) {
        Some(raw) if is_object(raw) => match record.object(compound)? {
            None => Ok(None),
            Some(address) => address.text("country"),
        },
        _ => Ok(None),
    }
}

/// Reads an account.
pub(crate) fn account<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let name = record.text("Name")?;
    let website = record.text("Website")?;
    let created = record.instant("CreatedDate")?;
    let stamp = modified(record)?;
    let [employees, company_size] = Employees::cells(record, "NumberOfEmployees")?;
    let email = record.word("PersonEmail")?;
    let row = vec![
        id(record)?.into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        website.clone().into(),
        website.as_deref().and_then(website_domain).into(),
        record.text("AccountSource")?.into(),
        country(record, "BillingCountry", "BillingAddress")?.into(),
        record.text("Industry")?.into(),
        employees,
        company_size,
        email.as_deref().and_then(email_key).into(),
        created.into(),
        record.flag("IsDeleted")?.into(),
        other_id(record, "MasterRecordId")?.into(),
        stamp.into(),
    ];
    sink.row(Table::SalesforceAccounts, row);
    Ok(stamp.max(created))
}

/// Reads a lead.
pub(crate) fn lead<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record.instant("CreatedDate")?;
    let stamp = modified(record)?;
    let [employees, company_size] = Employees::cells(record, "NumberOfEmployees")?;
    let is_deleted = record.flag("IsDeleted")?;
    let is_converted = match record.said("IsConverted")? {
        Some(converted) => converted,
        None if is_deleted => false,
        None => return Err(Reason::missing("IsConverted")),
    };
    let row = vec![
        id(record)?.into(),
        record.text("Company")?.into(),
        record.text("Industry")?.into(),
        country(record, "Country", "Address")?.into(),
        employees,
        company_size,
        record.text("LeadSource")?.into(),
        created.into(),
        is_converted.into(),
        record.date("ConvertedDate")?.into(),
        other_id(record, "ConvertedAccountId")?.into(),
        is_deleted.into(),
        stamp.into(),
    ];
    sink.row(Table::SalesforceLeads, row);
    Ok(stamp.max(created))
}

/// Reads an opportunity.
pub(crate) fn opportunity<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record.instant("CreatedDate")?;
    let stamp = modified(record)?;
    let amount = Money::in_field(record, "Amount", "CurrencyIsoCode", sink.options)?;
    // One that is not open is lost unless it is won, so what is not said must not count as no. A deletion says neither.
    let is_deleted = record.flag("IsDeleted")?;
    let is_won = record.said("IsWon")?;
    let is_closed = match (record.said("IsClosed")?, is_won) {
        (Some(closed), _) => closed,
        (None, Some(true)) => true,
        (None, _) if is_deleted => false,
        (None, _) => return Err(Reason::missing("IsClosed")),
    };
    let is_won = match is_won {
        Some(won) => won,
        None if is_deleted || !is_closed => false,
        None => return Err(Reason::missing("IsWon")),
    };
    let row = vec![
        id(record)?.into(),
        other_id(record, "AccountId")?.into(),
        amount.micros.into(),
        amount.currency.into(),
        record.text("LeadSource")?.into(),
        record.text("StageName")?.into(),
        created.into(),
        record.date("CloseDate")?.into(),
        is_closed.into(),
        is_won.into(),
        is_deleted.into(),
        stamp.into(),
    ];
    sink.row(Table::SalesforceOpportunities, row);
    Ok(stamp.max(created))
}

/// Reads a contact: which account it belongs to, and its e-mail.
pub(crate) fn contact<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record.instant("CreatedDate")?;
    let stamp = modified(record)?;
    let email = record.word("Email")?;
    let row = vec![
        id(record)?.into(),
        other_id(record, "AccountId")?.into(),
        email.as_deref().and_then(email_key).into(),
        created.into(),
        record.flag("IsDeleted")?.into(),
        stamp.into(),
    ];
    sink.row(Table::SalesforceContacts, row);
    Ok(stamp.max(created))
}
