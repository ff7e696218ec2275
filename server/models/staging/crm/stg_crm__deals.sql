-- One row per deal of a generic CRM that exists on the as-of day, with the day it was won or lost if that has come.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency,
        {{ local_date('created_at') }} as created_on,
        {{ local_date('closed_at') }} as closed_on
    from {{ source('crm', 'deals') }}
)

select
    id as deal_id,
    account_id,
    created_at,
    created_on,
    case when status = 'won' and closed_on <= {{ as_of() }} then closed_on end as won_on,
    case when status = 'lost' and closed_on <= {{ as_of() }} then closed_on end as lost_on,
    coalesce(amount_micros, 0) as amount_micros,
    coalesce(currency, '{{ var("currency") }}') as currency,
    source as lead_source
from ranked
where recency = 1 and created_on <= {{ as_of() }}
