-- One row per lead that exists on the as-of day: its newest version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency,
        {{ local_date('created_date') }} as created_on,
        {{ local_date('system_modstamp') }} as modified_on
    from {{ source('salesforce', 'leads') }}
)

select
    id as lead_id,
    created_date as created_at,
    created_on,
    case when is_converted and converted_date <= {{ as_of() }} then converted_date end as converted_on,
    case when is_converted and converted_date <= {{ as_of() }} then converted_account_id end as converted_account_id,
    lower(country) as country_key,
    coalesce(industry, 'unknown') as industry,
    {{ company_size('number_of_employees') }} as company_size,
    lead_source
from ranked
where recency = 1
    and created_on <= {{ as_of() }}
    and not (is_deleted and (modified_on is null or modified_on <= {{ as_of() }}))
