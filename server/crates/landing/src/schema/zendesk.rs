//! Raw tables of Zendesk. Ids are the API's numbers as text.

use super::{ORDINAL, TableSchema, flag, int, parent, table, text, timestamp};

pub(super) const TICKETS: TableSchema = table(
    "zendesk__tickets",
    "zendesk",
    "tickets",
    "one landed version of a ticket",
    &[
        ORDINAL,
        text("id", "ticket id").required(),
        text("organization_id", "organization it belongs to"),
        text("requester_id", "user who asked"),
        text("status", "Zendesk's status, lower case"),
        text("priority", "lower case"),
        text("channel", "how it came in, lower case"),
        text(
            "satisfaction",
            "score of the satisfaction rating: good, bad, offered, unoffered",
        ),
        timestamp("created_at", "creation"),
        timestamp("updated_at", "last change"),
        flag("deleted", "the ticket was deleted"),
    ],
);

pub(super) const TICKET_METRICS: TableSchema = table(
    "zendesk__ticket_metrics",
    "zendesk",
    "ticket_metrics",
    "one landed version of a ticket's metrics",
    &[
        ORDINAL,
        text("id", "id of the metrics").required(),
        text("ticket_id", "ticket measured").required(),
        int("reopens", "times it was reopened"),
        int("first_reply_minutes", "calendar minutes to the first reply"),
        int(
            "first_reply_seconds",
            "calendar seconds to the first reply, as messaging tickets have them",
        ),
        int(
            "first_resolution_minutes",
            "calendar minutes to the first solving",
        ),
        int(
            "full_resolution_minutes",
            "calendar minutes to the last solving",
        ),
        timestamp("solved_at", "last solving"),
        timestamp("created_at", "creation of the ticket"),
        timestamp("updated_at", "last change"),
    ],
);

pub(super) const ORGANIZATIONS: TableSchema = table(
    "zendesk__organizations",
    "zendesk",
    "organizations",
    "one landed version of an organization",
    &[
        ORDINAL,
        text("id", "organization id").required(),
        text("name", "name as written"),
        text("name_key", "comparable company name"),
        text(
            "external_id",
            "id in another system, 18 characters if it is a Salesforce account's",
        ),
        timestamp("created_at", "creation"),
        timestamp("updated_at", "last change"),
        flag("deleted", "the organization was deleted"),
    ],
);

pub(super) const ORGANIZATION_DOMAINS: TableSchema = table(
    "zendesk__organization_domains",
    "zendesk",
    "organizations",
    "a domain of a landed version of an organization",
    &[
        ORDINAL,
        text("organization_id", "organization").required(),
        parent("organization_ordinal", "zendesk__organizations"),
        text("domain", "lower case").required(),
    ],
);

pub(super) const USERS: TableSchema = table(
    "zendesk__users",
    "zendesk",
    "users",
    "one landed version of a user",
    &[
        ORDINAL,
        text("id", "user id").required(),
        text("email", "e-mail as written"),
        text("email_key", "the address in lower case"),
        text("email_domain", "part after @, lower case"),
        text("organization_id", "organization the user belongs to"),
        text("name", "name as written"),
        timestamp("created_at", "creation"),
        timestamp("updated_at", "last change"),
        flag(
            "deleted",
            "the user was deleted, which Zendesk shows as not active",
        ),
    ],
);
