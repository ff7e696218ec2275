-- Tickets are answered or solved before they were created: they have no duration
{{ config(severity='warn') }}
select ticket_id, created_on, solved_on, first_reply_minutes, full_resolution_minutes
from {{ ref('stg_support__tickets') }}
where first_reply_minutes < 0 or full_resolution_minutes < 0
union all
select ticket_id, created_on, solved_on, first_reply_minutes, full_resolution_minutes
from {{ ref('stg_zendesk__tickets') }}
where first_reply_minutes < 0 or full_resolution_minutes < 0
