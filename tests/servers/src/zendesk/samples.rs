//! Records in the documented shapes, free text and personal data included, for tests to change and put.
use chrono::DateTime;
use serde_json::{Value, json};

/// Seconds since 1970 as Zendesk writes an instant.
///
/// # Panics
/// Beyond the years a calendar has.
#[must_use]
pub fn instant(seconds: i64) -> String {
    let instant = DateTime::from_timestamp(seconds, 0).expect("an instant within the calendar");
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An open ticket, created and last changed at `at`.
#[must_use]
pub fn ticket(id: u64, at: i64) -> Value {
    json!({
        "url": format!("https://example.zendesk.com/api/v2/tickets/{id}.json"),
        "id": id, "external_id": null,
        "via": {"channel": "email", "source": {
            "from": {"address": "canary.person@example.com", "name": "canary person"},
            "to": {"name": "Support", "address": "support@example.com"}, "rel": null}},
        "created_at": instant(at), "updated_at": instant(at), "generated_timestamp": at,
        "type": "incident", "subject": "canary subject", "raw_subject": "canary subject",
        "description": "canary description", "priority": "high", "status": "open",
        "recipient": "support@example.com", "requester_id": id % 10 + 1, "submitter_id": 76872,
        "assignee_id": 235323, "organization_id": id % 5 + 1, "group_id": 98738,
        "collaborator_ids": [35334, 234], "follower_ids": [35334], "email_cc_ids": [],
        "forum_topic_id": null, "problem_id": null, "has_incidents": false, "is_public": true,
        "due_at": null, "tags": ["enterprise", "other_tag"],
        "custom_fields": [{"id": 27642, "value": "canary custom"}],
        "fields": [{"id": 27642, "value": "canary custom"}],
        "satisfaction_rating": {"id": 1234, "score": "good", "comment": "canary comment"},
        "sharing_agreement_ids": [], "custom_status_id": 1, "followup_ids": [],
        "ticket_form_id": 47, "brand_id": 123, "allow_channelback": false,
        "allow_attachments": true, "from_messaging_channel": false,
    })
}

/// The metrics of a ticket that has had its first reply half an hour after `at`.
#[must_use]
pub fn metrics(ticket: u64, at: i64) -> Value {
    let none = json!({"calendar": null, "business": null});
    json!({
        "url": format!("https://example.zendesk.com/api/v2/ticket_metrics/{}.json", ticket + 1_000_000),
        "id": ticket + 1_000_000, "ticket_id": ticket,
        "created_at": instant(at), "updated_at": instant(at + 1800),
        "group_stations": 1, "assignee_stations": 1, "reopens": 0, "replies": 1,
        "assignee_updated_at": instant(at), "requester_updated_at": instant(at),
        "status_updated_at": instant(at), "initially_assigned_at": instant(at),
        "assigned_at": instant(at), "solved_at": null, "latest_comment_added_at": instant(at + 1800),
        "reply_time_in_minutes": {"calendar": 30, "business": 20},
        "reply_time_in_seconds": {"calendar": 1800},
        "first_resolution_time_in_minutes": none, "full_resolution_time_in_minutes": none,
        "agent_wait_time_in_minutes": none, "requester_wait_time_in_minutes": none,
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
        "custom_status_updated_at": instant(at),
    })
}

/// An end user.
#[must_use]
pub fn user(id: u64, at: i64) -> Value {
    json!({
        "id": id, "url": format!("https://example.zendesk.com/api/v2/users/{id}.json"),
        "name": "canary name", "email": format!("person-{id}@example.com"), "phone": "+canary phone",
        "created_at": instant(at), "updated_at": instant(at), "time_zone": "Copenhagen",
        "iana_time_zone": "Europe/Copenhagen", "shared_phone_number": null, "photo": null,
        "locale_id": 1, "locale": "en-US", "organization_id": id % 5 + 1, "role": "end-user",
        "verified": true, "external_id": null, "tags": [], "alias": "canary alias", "active": true,
        "shared": false, "shared_agent": false, "last_login_at": null, "two_factor_auth_enabled": null,
        "signature": "canary signature", "details": "canary details", "notes": "canary notes",
        "role_type": null, "custom_role_id": null, "moderator": false, "ticket_restriction": "requested",
        "only_private_comments": false, "restricted_agent": true, "suspended": false,
        "default_group_id": null, "report_csv": false, "user_fields": {"plan": "canary field"},
    })
}

/// An organization.
#[must_use]
pub fn organization(id: u64, at: i64) -> Value {
    json!({
        "url": format!("https://example.zendesk.com/api/v2/organizations/{id}.json"),
        "id": id, "name": format!("Organization {id}"), "shared_tickets": false,
        "shared_comments": false, "external_id": format!("acc-{id}"),
        "created_at": instant(at), "updated_at": instant(at),
        "domain_names": [format!("organization-{id}.example")], "details": "canary details",
        "notes": "canary notes", "group_id": null, "tags": ["customer"],
        "organization_fields": {"manager": "canary field"}, "deleted_at": null,
    })
}
