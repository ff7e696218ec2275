-- Matches decided by hand: the record `id` of `source` belongs to the account. Of several rows the last stands.
with ranked as (
    select *, row_number() over (partition by source, id order by _ordinal desc) as recency
    from {{ source('reference', 'identity_overrides') }}
)

select source, id, account_id
from ranked
where recency = 1
