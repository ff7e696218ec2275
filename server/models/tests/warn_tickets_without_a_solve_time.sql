-- Tickets are solved or closed, but nothing says when (no ticket metrics, no solved_at): they count as solved at their updated_at, else when created, without a resolution time
{{ config(severity='warn') }}
select 'Zendesk ticket' as record, ticket_id, created_on, first_solved_on, solved_on
from {{ ref('stg_zendesk__tickets') }}
where lacks_solve_time
union all
select 'support ticket' as record, ticket_id, created_on, first_solved_on, solved_on
from {{ ref('stg_support__tickets') }}
where lacks_solve_time
