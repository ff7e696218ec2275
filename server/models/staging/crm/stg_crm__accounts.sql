-- One row per account of a generic CRM that exists on the as-of day. A landed version bears no stamp, so the newest holds for all time.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency,
        {{ local_date('created_at') }} as created_on
    from {{ source('crm', 'accounts') }}
)

select
    id as account_id,
    date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_to,
    name,
    name_key,
    domain as website_domain,
    source as account_source,
    lower(trim(country)) as country_key,
    coalesce(industry, 'unknown') as industry,
    coalesce(company_size, {{ company_size('employees') }}) as company_size,
    created_on
from ranked
where recency = 1 and (created_on is null or created_on <= {{ as_of() }})
