-- One row per user: its newest version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _ordinal desc) as recency
    from {{ source('zendesk', 'users') }}
)

select
    id as user_id,
    organization_id,
    email_key,
    email_domain
from ranked
where recency = 1
