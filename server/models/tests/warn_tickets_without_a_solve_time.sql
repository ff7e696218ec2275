-- Zendesk tickets are solved or closed, but have no metrics that say when: they count as solved at their updated_at, without a resolution time
{{ config(severity='warn') }}
select ticket_id, created_on, first_solved_on, solved_on
from {{ ref('stg_zendesk__tickets') }}
where lacks_solve_time
