-- The tickets of all support systems in one shape, with the days things happened to them.
select
    'zendesk' as source,
    ticket_id,
    priority,
    channel,
    satisfaction,
    created_on,
    first_solved_on,
    solved_on,
    replied_on,
    first_reply_minutes,
    resolved_on,
    full_resolution_minutes,
    was_reopened
from {{ ref('stg_zendesk__tickets') }}

union all

select
    'support' as source,
    ticket_id,
    priority,
    channel,
    satisfaction,
    created_on,
    first_solved_on,
    solved_on,
    replied_on,
    first_reply_minutes,
    resolved_on,
    full_resolution_minutes,
    false as was_reopened
from {{ ref('stg_support__tickets') }}
