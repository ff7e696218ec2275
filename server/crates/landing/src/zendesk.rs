//! Zendesk tickets, their metrics, organizations and users.

use std::borrow::Cow;

use crate::columns::Value;
use crate::record::{Instant, Reason, Record, is_object};
use crate::schema::Table;
use crate::sink::Sink;
use crate::text::{account_reference, domain_name, email_domain, email_key};

/// Statuses Zendesk documents, those of exports included.
const STATUSES: &[&str] = &[
    "new",
    "open",
    "pending",
    "hold",
    "solved",
    "closed",
    "suspended",
    "deleted",
];

/// A code that the API nests and CSV exports give flat.
fn nested_code<'a>(
    record: &Record<'a>,
    name: &'static str,
    inner: &str,
) -> Result<Option<Cow<'a, str>>, Reason> {
    match record.raw(name) {
        Some(raw) if is_object(raw) => match record.object(name)? {
            None => Ok(None),
            Some(object) => object.code(inner).map_err(|why| why.within(name)),
        },
        _ => record.code(name),
    }
}

/// Reads a ticket, and its metrics where the export has them inside.
pub(crate) fn ticket<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let status = record.one_of("status", STATUSES)?;
    let created = record.instant("created_at")?;
    let updated = record.instant("updated_at")?;
    let deleted = status.as_deref() == Some("deleted");
    sink.mark_ticket(status.as_deref());
    let row = vec![
        record.key("id")?.into(),
        record.word("organization_id")?.into(),
        record.word("requester_id")?.into(),
        status.into(),
        record.code("priority")?.into(),
        nested_code(record, "via", "channel")?.into(),
        nested_code(record, "satisfaction_rating", "score")?.into(),
        created.into(),
        updated.into(),
        deleted.into(),
    ];
    sink.row(Table::ZendeskTickets, row);
    if let Some(metrics) = record.object("metric_set")? {
        let read = ticket_metrics(&metrics, sink).map_err(|why| why.within("metric_set"));
        record.optional("metric_set", read)?;
    }
    Ok(updated.max(created))
}

/// Calendar minutes or seconds of a measure, which may also be given as a plain number.
fn calendar(record: &Record<'_>, name: &'static str) -> Result<Option<i64>, Reason> {
    match record.raw(name) {
        Some(raw) if is_object(raw) => match record.object(name)? {
            None => Ok(None),
            Some(object) => object.int("calendar").map_err(|why| why.within(name)),
        },
        _ => record.int(name),
    }
}

/// Reads the metrics of a ticket.
pub(crate) fn ticket_metrics<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let created = record.instant("created_at")?;
    let updated = record.instant("updated_at")?;
    let row = vec![
        record.key("id")?.into(),
        record.key("ticket_id")?.into(),
        record.int("reopens")?.into(),
        calendar(record, "reply_time_in_minutes")?.into(),
        calendar(record, "reply_time_in_seconds")?.into(),
        calendar(record, "first_resolution_time_in_minutes")?.into(),
        calendar(record, "full_resolution_time_in_minutes")?.into(),
        record.instant("solved_at")?.into(),
        created.into(),
        updated.into(),
    ];
    sink.row(Table::ZendeskTicketMetrics, row);
    Ok(updated.max(created))
}

/// Reads an organization and its domains.
pub(crate) fn organization<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let id = record.key("id")?;
    let name = record.text("name")?;
    let created = record.instant("created_at")?;
    let updated = record.instant("updated_at")?;
    let row = vec![
        id.clone().into(),
        name.clone().into(),
        sink.name_key(name.as_deref()).into(),
        record
            .word("external_id")?
            .as_deref()
            .map(account_reference)
            .into(),
        created.into(),
        updated.into(),
        (record.has("deleted_at") || record.flag("deleted")?).into(),
    ];
    sink.row(Table::ZendeskOrganizations, row);
    for domain in domains(record)? {
        let parent = Value::Parent(Table::ZendeskOrganizations);
        sink.row(
            Table::ZendeskOrganizationDomains,
            vec![id.clone().into(), parent, domain.into()],
        );
    }
    Ok(updated.max(created))
}

/// Domains as a list, or as text with blanks or commas between them.
fn domains(record: &Record<'_>) -> Result<Vec<String>, Reason> {
    let listed = record
        .raw("domain_names")
        .is_some_and(|raw| raw.get().starts_with('['));
    let mut domains = Vec::new();
    if listed {
        for domain in record.plain_values("domain_names")? {
            domains.extend(domain_name(&domain));
        }
    } else if let Some(text) = record.text("domain_names")? {
        let parts = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        domains.extend(parts.filter_map(domain_name));
    }
    Ok(domains)
}

/// Reads a user.
pub(crate) fn user<'a>(
    record: &Record<'a>,
    sink: &mut Sink<'a, '_>,
) -> Result<Option<Instant>, Reason> {
    let email = record.text("email")?;
    let created = record.instant("created_at")?;
    let updated = record.instant("updated_at")?;
    // Zendesk keeps deleted users, as ones that are not active.
    let deleted = (record.has("active") && !record.flag("active")?) || record.flag("deleted")?;
    let row = vec![
        record.key("id")?.into(),
        email.clone().into(),
        email.as_deref().and_then(email_key).into(),
        email.as_deref().and_then(email_domain).into(),
        record.word("organization_id")?.into(),
        record.text("name")?.into(),
        created.into(),
        updated.into(),
        deleted.into(),
    ];
    sink.row(Table::ZendeskUsers, row);
    Ok(updated.max(created))
}
