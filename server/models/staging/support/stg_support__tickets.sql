-- One row per ticket of a generic support system that exists on the as-of day; nothing happens after it. Deleted and suspended tickets count
-- nowhere. Without a status, solved is solved for good; a solved or closed ticket without a time of solving was solved when it was created.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency
    from {{ source('support', 'tickets') }}
),

newest as (
    select
        *,
        coalesce(status in ('solved', 'closed'), false) as is_solved,
        coalesce(status in ('new', 'open', 'pending', 'hold'), false) as is_open,
        coalesce(first_reply_minutes, cast(floor(first_reply_seconds / 60.0) as bigint)) as reply_minutes
    from ranked
    where recency = 1 and coalesce(status, 'none') not in ('deleted', 'suspended')
),

dated as (
    select
        id,
        customer_id,
        requester_email_key,
        requester_email_domain,
        priority,
        channel,
        satisfaction,
        {{ local_date('created_at') }} as created_on,
        case when is_solved then {{ local_date('coalesce(solved_at, created_at)') }} else {{ local_date('solved_at') }} end as first_solved_on,
        is_open,
        is_solved and solved_at is null as lacks_solve_time,
        {{ local_date(add_minutes('created_at', 'reply_minutes')) }} as replied_on,
        reply_minutes,
        cast(floor({{ seconds_between('created_at', 'solved_at') }} / 60.0) as bigint) as solve_minutes
    from newest
)

select
    id as ticket_id,
    customer_id as support_customer_id,
    case when customer_id is null then requester_email_key end as email_key,
    case when customer_id is null then requester_email_domain end as email_domain,
    coalesce(priority, 'unknown') as priority,
    coalesce(channel, 'unknown') as channel,
    case when satisfaction in ('good', 'bad') then satisfaction end as satisfaction,
    created_on,
    case when first_solved_on <= {{ as_of() }} then first_solved_on end as first_solved_on,
    case when not is_open and first_solved_on <= {{ as_of() }} then first_solved_on end as solved_on,
    lacks_solve_time and first_solved_on <= {{ as_of() }} as lacks_solve_time,
    case when replied_on <= {{ as_of() }} then replied_on end as replied_on,
    reply_minutes as first_reply_minutes,
    case when not is_open and solve_minutes is not null and first_solved_on <= {{ as_of() }} then first_solved_on end as resolved_on,
    case when not is_open then solve_minutes end as full_resolution_minutes
from dated
where created_on <= {{ as_of() }}
