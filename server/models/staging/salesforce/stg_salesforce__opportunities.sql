-- One row per opportunity that exists on the as-of day, with the day it was won or lost if that has come.
with {{ deleted_by_as_of(source('salesforce', 'opportunities')) }},

ranked as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency,
        {{ local_date('created_date') }} as created_on
    from {{ source('salesforce', 'opportunities') }}
)

select
    r.id as opportunity_id,
    r.account_id,
    r.created_date as created_at,
    r.created_on,
    case when r.is_won and r.close_date <= {{ as_of() }} then r.close_date end as won_on,
    case when r.is_closed and not r.is_won and r.close_date <= {{ as_of() }} then r.close_date end as lost_on,
    coalesce(r.amount_micros, 0) as amount_micros,
    coalesce(r.currency, '{{ var("currency") }}') as currency,
    r.lead_source
from ranked as r
left join deleted as d on d.id = r.id
where r.recency = 1 and r.created_on <= {{ as_of() }} and d.id is null
