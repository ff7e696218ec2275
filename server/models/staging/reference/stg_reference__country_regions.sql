-- The region of each country, by its name in lower case. Of several rows the last stands.
with ranked as (
    select *, row_number() over (partition by country_key order by _ordinal desc) as recency
    from {{ source('reference', 'country_regions') }}
)

select country_key, region
from ranked
where recency = 1
