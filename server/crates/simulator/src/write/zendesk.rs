//! The help desk's files, as its incremental exports give them.

use serde::Serialize;

use super::RawFolder;
use crate::SimulateError;
use crate::calendar::iso_seconds;
use crate::support::{Desk, Ticket};

#[derive(Serialize)]
struct OrganizationJson<'a> {
    id: u64,
    url: String,
    name: &'a str,
    external_id: Option<&'a str>,
    domain_names: Vec<&'a str>,
    tags: [&'a str; 0],
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct UserJson<'a> {
    id: u64,
    url: String,
    name: String,
    email: &'a str,
    role: &'a str,
    organization_id: Option<u64>,
    active: bool,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct TicketJson<'a> {
    id: u64,
    url: String,
    created_at: String,
    updated_at: String,
    status: &'a str,
    priority: Option<&'a str>,
    r#type: &'a str,
    via: Via<'a>,
    subject: &'a str,
    organization_id: Option<u64>,
    requester_id: u64,
    satisfaction_rating: Rating<'a>,
    tags: [&'a str; 0],
}

#[derive(Serialize)]
struct Via<'a> {
    channel: &'a str,
}

#[derive(Serialize)]
struct Rating<'a> {
    score: &'a str,
}

#[derive(Serialize)]
struct MetricsJson {
    id: u64,
    ticket_id: u64,
    created_at: String,
    updated_at: String,
    reopens: u32,
    replies: u32,
    solved_at: Option<String>,
    reply_time_in_minutes: Minutes,
    first_resolution_time_in_minutes: Minutes,
    full_resolution_time_in_minutes: Minutes,
}

#[derive(Serialize)]
struct Minutes {
    calendar: Option<i64>,
    business: Option<i64>,
}

impl Minutes {
    /// Business hours are about a quarter of the calendar's.
    fn of(calendar: Option<i64>) -> Self {
        Self {
            calendar,
            business: calendar.map(|minutes| minutes / 4),
        }
    }
}

pub(crate) fn write(folder: &mut RawFolder, desk: &Desk) -> Result<(), SimulateError> {
    folder.json_lines(
        "zendesk",
        "organizations.jsonl",
        desk.organizations
            .iter()
            .map(|organization| OrganizationJson {
                id: organization.id,
                url: format!("/api/v2/organizations/{}.json", organization.id),
                name: &organization.name,
                external_id: organization.external_id.as_deref(),
                domain_names: organization.domain.as_deref().into_iter().collect(),
                tags: [],
                created_at: iso_seconds(organization.created),
                updated_at: iso_seconds(organization.created),
            }),
    )?;
    folder.json_lines(
        "zendesk",
        "users.jsonl",
        desk.users.iter().map(|user| UserJson {
            id: user.id,
            url: format!("/api/v2/users/{}.json", user.id),
            name: format!("Support contact {}", user.id),
            email: &user.email,
            role: "end-user",
            organization_id: user.organization,
            active: true,
            created_at: iso_seconds(user.created),
            updated_at: iso_seconds(user.created),
        }),
    )?;
    folder.json_lines(
        "zendesk",
        "tickets.jsonl",
        desk.tickets.iter().map(ticket_json),
    )?;
    folder.json_lines(
        "zendesk",
        "ticket_metrics.jsonl",
        desk.tickets.iter().map(metrics_json),
    )
}

fn ticket_json(ticket: &Ticket) -> TicketJson<'_> {
    TicketJson {
        id: ticket.id,
        url: format!("/api/v2/tickets/{}.json", ticket.id),
        created_at: iso_seconds(ticket.created),
        updated_at: iso_seconds(ticket.updated),
        status: ticket.status,
        priority: ticket.priority,
        r#type: "question",
        via: Via {
            channel: ticket.channel,
        },
        subject: ticket.subject,
        organization_id: ticket.organization,
        requester_id: ticket.requester,
        satisfaction_rating: Rating {
            score: ticket.satisfaction,
        },
        tags: [],
    }
}

fn metrics_json(ticket: &Ticket) -> MetricsJson {
    let solved = ticket.full_resolution;
    MetricsJson {
        id: ticket.id + 500_000_000,
        ticket_id: ticket.id,
        created_at: iso_seconds(ticket.created),
        updated_at: iso_seconds(ticket.updated),
        reopens: ticket.reopens,
        replies: ticket.replies,
        solved_at: solved.map(|minutes| iso_seconds(ticket.created + minutes * 60)),
        reply_time_in_minutes: Minutes::of(ticket.first_reply),
        first_resolution_time_in_minutes: Minutes::of(ticket.first_resolution),
        full_resolution_time_in_minutes: Minutes::of(ticket.full_resolution),
    }
}
