//! Generic billing, CRM and support files: our own templates for systems without a connector.

use crate::employees::Employees;
use crate::record::{Instant, Reason, Record};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::{account_reference, email_domain, email_key, website_domain};

/// An absent value where there must be one.
pub(crate) fn missing(name: &'static str) -> impl Fn() -> Reason {
    move || Reason::missing(name)
}

/// Reads a period of a subscription.
pub(crate) fn subscription_period<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let name = record.text("customer_name")?;
    let email = record.word("customer_email")?;
    let start = record
        .date("start_date")?
        .ok_or_else(missing("start_date"))?;
    let amount = record
        .micros("monthly_amount")?
        .ok_or_else(missing("monthly_amount"))?;
    let row = vec![
        record.key("subscription_id")?.into(),
        account_reference(&record.key("customer_id")?).into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        record.text("plan")?.into(),
        start.into(),
        record.date("end_date")?.into(),
        amount.into(),
        record.code("currency")?.into(),
        record.word("end_reason")?.into(),
    ];
    sink.row(Table::BillingSubscriptionPeriods, row);
    Ok(None)
}

/// Reads an account.
pub(crate) fn account<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let name = record.text("name")?;
    let created = record.instant("created_at")?;
    let [employees, company_size] = Employees::cells(record, "employees")?;
    let row = vec![
        account_reference(&record.key("account_id")?).into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        record
            .text("domain")?
            .as_deref()
            .and_then(website_domain)
            .into(),
        record.text("industry")?.into(),
        record.text("country")?.into(),
        employees,
        company_size,
        record.text("source")?.into(),
        created.into(),
    ];
    sink.row(Table::CrmAccounts, row);
    Ok(created)
}

/// Reads a contact: which account it belongs to, and its e-mail.
pub(crate) fn contact<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let email = record.word("email")?;
    let row = vec![
        record.key("contact_id")?.into(),
        record
            .word("account_id")?
            .as_deref()
            .map(account_reference)
            .into(),
        email.as_deref().and_then(email_key).into(),
    ];
    sink.row(Table::CrmContacts, row);
    Ok(None)
}

/// Reads a ticket.
pub(crate) fn ticket<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record
        .instant("created_at")?
        .ok_or_else(missing("created_at"))?;
    let solved = record.instant("solved_at")?;
    let email = record.word("requester_email")?;
    let status = record.code("status")?;
    sink.mark_ticket(status.as_deref());
    let row = vec![
        record.key("ticket_id")?.into(),
        record
            .word("customer_id")?
            .as_deref()
            .map(account_reference)
            .into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        created.into(),
        solved.into(),
        status.into(),
        record.code("priority")?.into(),
        record.code("channel")?.into(),
        record.int("first_reply_minutes")?.into(),
        record.int("first_reply_seconds")?.into(),
        record.code("satisfaction")?.into(),
    ];
    sink.row(Table::SupportTickets, row);
    Ok(solved.max(Some(created)))
}
