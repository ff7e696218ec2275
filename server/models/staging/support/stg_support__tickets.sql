-- One row per ticket of a generic support system that exists on the as-of day; nothing happens after it. Such a ticket has no status:
-- solved is solved for good, and that is its first and its full resolution.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency
    from {{ source('support', 'tickets') }}
),

dated as (
    select
        id,
        customer_id,
        priority,
        channel,
        satisfaction,
        {{ local_date('created_at') }} as created_on,
        {{ local_date('solved_at') }} as solved_on,
        {{ local_date(add_minutes('created_at', 'first_reply_minutes')) }} as replied_on,
        first_reply_minutes,
        cast(floor({{ seconds_between('created_at', 'solved_at') }} / 60.0) as bigint) as full_resolution_minutes
    from ranked
    where recency = 1
)

select
    id as ticket_id,
    customer_id as support_customer_id,
    coalesce(priority, 'unknown') as priority,
    coalesce(channel, 'unknown') as channel,
    satisfaction,
    created_on,
    case when solved_on <= {{ as_of() }} then solved_on end as solved_on,
    case when replied_on <= {{ as_of() }} then replied_on end as replied_on,
    first_reply_minutes,
    full_resolution_minutes
from dated
where created_on <= {{ as_of() }}
