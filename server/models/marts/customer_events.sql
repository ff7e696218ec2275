-- The list behind every daily number: one row per fact, with the customer it is about and the record it comes from.
-- Added up by day, dimension values and measure it is `lifecycle_daily`, and for tickets `support_daily`.
with tickets as (
    select *, coalesce(customer_id, 'none') as owner_id from {{ ref('int_lifecycle__tickets') }}
),

events as (
    select customer_id, day, measure, record, {{ dims() }}, value, detail
    from {{ ref('int_lifecycle__facts') }}

    union all

    select owner_id as customer_id, created_on as day, 'backlog_change' as measure, ticket_id as record, {{ dims() }}, 1 as value, priority as detail
    from tickets

    union all

    select owner_id as customer_id, solved_on as day, 'backlog_change' as measure, ticket_id as record, {{ dims() }}, -1 as value, priority as detail
    from tickets
    where solved_on is not null

    union all

    select owner_id as customer_id, first_solved_on as day, 'tickets_reopened' as measure, ticket_id as record, {{ dims() }}, 1 as value, priority as detail
    from tickets
    where first_solved_on is not null and was_reopened

    union all

    select
        owner_id as customer_id, coalesce(first_solved_on, created_on) as day, 'satisfaction_' || satisfaction as measure, ticket_id as record,
        {{ dims() }}, 1 as value, priority as detail
    from tickets
    where satisfaction in ('good', 'bad')
)

-- Two help desks may give two tickets of a day the same number: then they are one row.
select
    customer_id,
    day,
    measure,
    record,
    {{ dims() }},
    cast(sum(value) as bigint) as value,
    max(detail) as detail
from events
group by customer_id, day, measure, record, {{ dims() }}
having sum(value) <> 0
order by customer_id, day, measure, record, {{ dims() }}
