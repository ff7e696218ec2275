-- One row per opportunity that exists on the as-of day, with the day it was won or lost if that has come.
with ranked as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency,
        {{ local_date('created_date') }} as created_on,
        {{ local_date('system_modstamp') }} as modified_on
    from {{ source('salesforce', 'opportunities') }}
)

select
    id as opportunity_id,
    account_id,
    created_date as created_at,
    created_on,
    case when is_won and close_date <= {{ as_of() }} then close_date end as won_on,
    case when is_closed and not is_won and close_date <= {{ as_of() }} then close_date end as lost_on,
    coalesce(amount_micros, 0) as amount_micros,
    coalesce(currency, '{{ var("currency") }}') as currency,
    lead_source
from ranked
where recency = 1
    and created_on <= {{ as_of() }}
    and not (is_deleted and (modified_on is null or modified_on <= {{ as_of() }}))
