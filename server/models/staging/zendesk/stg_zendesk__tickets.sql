-- One row per ticket that counts, with the days things happened to it; nothing happens after the as-of day. Deleted and suspended tickets count nowhere.
with tickets as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _ordinal desc) as recency
    from {{ source('zendesk', 'tickets') }}
),

metrics as (
    select
        *,
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
            else {{ local_date('m.solved_at') }}
        end as first_solved_on,
        case when t.status in ('solved', 'closed') then {{ local_date('m.solved_at') }} end as solved_on,
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
    case when replied_on <= {{ as_of() }} then replied_on end as replied_on,
    first_reply_minutes,
    case when resolved_on <= {{ as_of() }} then resolved_on end as resolved_on,
    full_resolution_minutes,
    was_reopened
from dated
where created_on <= {{ as_of() }}
