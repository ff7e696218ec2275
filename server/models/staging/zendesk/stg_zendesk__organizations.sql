-- One row per organization: its newest version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by updated_at desc nulls last, _ordinal desc) as recency
    from {{ source('zendesk', 'organizations') }}
)

select
    id as organization_id,
    name,
    name_key,
    external_id,
    _ordinal as organization_ordinal
from ranked
where recency = 1 and not deleted
