-- One row per lead of a generic CRM that exists on the as-of day: the newest landed version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency,
        {{ local_date('created_at') }} as created_on,
        {{ local_date('converted_at') }} as converted_day
    from {{ source('crm', 'leads') }}
)

select
    id as lead_id,
    created_at,
    created_on,
    case when converted_day <= {{ as_of() }} then converted_day end as converted_on,
    case when converted_day <= {{ as_of() }} then account_id end as converted_account_id,
    case when converted_day <= {{ as_of() }} and account_id is null then email_key end as email_key,
    case when converted_day <= {{ as_of() }} and account_id is null then email_domain end as email_domain,
    lower(trim(country)) as country_key,
    coalesce(industry, 'unknown') as industry,
    coalesce(company_size, {{ company_size('employees') }}) as company_size,
    source as lead_source
from ranked
where recency = 1 and created_on <= {{ as_of() }}
