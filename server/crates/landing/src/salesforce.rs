//! Salesforce accounts, leads, opportunities and contacts, from CSV exports or JSON records.

use std::borrow::Cow;

use crate::employees::Employees;
use crate::record::{Instant, Reason, Record};
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
    compound: &str,
) -> Result<Option<Cow<'a, str>>, Reason> {
    if let Some(country) = record.text(field)? {
        return Ok(Some(country));
    }
    // JSON records may give the address as one compound field instead.
    match record.raw(compound) {
        Some(raw) if crate::record::is_object(raw) => Record::json(raw.get())?.text("country"),
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
    let row = vec![
        id(record)?.into(),
        record.text("Company")?.into(),
        record.text("Industry")?.into(),
        country(record, "Country", "Address")?.into(),
        employees,
        company_size,
        record.text("LeadSource")?.into(),
        created.into(),
        record.flag("IsConverted")?.into(),
        record.date("ConvertedDate")?.into(),
        other_id(record, "ConvertedAccountId")?.into(),
        record.flag("IsDeleted")?.into(),
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
    let row = vec![
        id(record)?.into(),
        other_id(record, "AccountId")?.into(),
        record.micros("Amount")?.into(),
        record.currency("CurrencyIsoCode")?.into(),
        record.text("LeadSource")?.into(),
        record.text("StageName")?.into(),
        created.into(),
        record.date("CloseDate")?.into(),
        record.flag("IsClosed")?.into(),
        record.flag("IsWon")?.into(),
        record.flag("IsDeleted")?.into(),
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
