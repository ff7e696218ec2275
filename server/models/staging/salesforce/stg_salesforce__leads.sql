-- One row per lead that exists on the as-of day: its newest version.
with {{ deleted_by_as_of(source('salesforce', 'leads')) }},

ranked as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency,
        {{ local_date('created_date') }} as created_on
    from {{ source('salesforce', 'leads') }}
)

select
    r.id as lead_id,
    r.created_date as created_at,
    r.created_on,
    case when r.is_converted and r.converted_date <= {{ as_of() }} then r.converted_date end as converted_on,
    case when r.is_converted and r.converted_date <= {{ as_of() }} then r.converted_account_id end as converted_account_id,
    lower(trim(r.country)) as country_key,
    coalesce(r.industry, 'unknown') as industry,
    coalesce(r.company_size, {{ company_size('r.number_of_employees') }}) as company_size,
    r.lead_source
from ranked as r
left join deleted as d on d.id = r.id
where r.recency = 1 and r.created_on <= {{ as_of() }} and d.id is null
