-- One row per ticket that counts, with the days things happened to it; nothing happens after the as-of day. Deleted and suspended tickets count nowhere.
-- A solved or closed ticket without a time of solving (no metrics landed, closed by a merge) was solved when it was last updated.
with tickets as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _ordinal desc) as recency
    from {{ source('zendesk', 'tickets') }}
),

metrics as (
    select
        ticket_id,
        reopens,
        coalesce(first_reply_minutes, cast(floor(first_reply_seconds / 60.0) as bigint)) as first_reply_minutes,
        first_resolution_minutes,
        full_resolution_minutes,
        solved_at,
        row_number() over (partition by ticket_id order by updated_at desc nulls last, _ordinal desc) as recency
    from {{ source('zendesk', 'ticket_metrics') }}
),

dated as (
    select
        t.id,
        t.organization_id,
        t.requester_id,
        t.status,
        t.priority,
        t.channel,
        t.satisfaction,
        t.created_at,
        {{ local_date('t.created_at') }} as created_on,
        case
            when m.first_resolution_minutes is not null then {{ local_date(add_minutes('t.created_at', 'm.first_resolution_minutes')) }}
            when m.solved_at is not null then {{ local_date('m.solved_at') }}
            when t.status in ('solved', 'closed') then {{ local_date('coalesce(t.updated_at, t.created_at)') }}
        end as first_solved_on,
        case when t.status in ('solved', 'closed') then {{ local_date('coalesce(m.solved_at, t.updated_at, t.created_at)') }} end as solved_on,
        t.status in ('solved', 'closed') and m.solved_at is null as lacks_solve_time,
        m.first_reply_minutes,
        {{ local_date(add_minutes('t.created_at', 'm.first_reply_minutes')) }} as replied_on,
        m.full_resolution_minutes,
        {{ local_date(add_minutes('t.created_at', 'm.full_resolution_minutes')) }} as resolved_on,
        coalesce(m.reopens, 0) > 0 as was_reopened
    from (select * from tickets where recency = 1) as t
    left join (select * from metrics where recency = 1) as m on m.ticket_id = t.id
    where not t.deleted and t.status not in ('deleted', 'suspended')
)

select
    id as ticket_id,
    organization_id,
    requester_id,
    coalesce(priority, 'unknown') as priority,
    coalesce(channel, 'unknown') as channel,
    satisfaction,
    created_on,
    case when first_solved_on <= {{ as_of() }} then first_solved_on end as first_solved_on,
    case when solved_on <= {{ as_of() }} then solved_on end as solved_on,
    lacks_solve_time and solved_on <= {{ as_of() }} as lacks_solve_time,
    case when replied_on <= {{ as_of() }} then replied_on end as replied_on,
    first_reply_minutes,
    case when resolved_on <= {{ as_of() }} then resolved_on end as resolved_on,
    full_resolution_minutes,
    was_reopened
from dated
where created_on <= {{ as_of() }}
