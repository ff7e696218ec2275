-- What happened on a day that charts should tell, up to the as-of day. Of several rows with one label the last stands.
with ranked as (
    select *, row_number() over (partition by day, label order by _ordinal desc) as recency
    from {{ source('reference', 'annotations') }}
    where day <= {{ as_of() }}
)

select day, label, detail
from ranked
where recency = 1
