-- Every version of every account known on the as-of day, each with the days it holds for (type 2). The first holds for all time before.
-- An account deleted by the as-of day, or created after it, has no versions. A version without any stamp is older than all others.
with {{ deleted_by_as_of(source('salesforce', 'accounts')) }},

versions as (
    select
        *,
        coalesce({{ local_date('coalesce(system_modstamp, created_date)') }}, date '0001-01-01') as modified_on,
        {{ local_date('created_date') }} as created_on
    from {{ source('salesforce', 'accounts') }}
),

newest as (
    select
        *,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency
    from versions
),

gone as (
    select id from deleted
    union
    select id from newest where recency = 1 and created_on > {{ as_of() }}
),

-- Of one day the last version stands; a first version from after the as-of day still speaks for the time before it.
daily as (
    select
        v.*,
        row_number() over (partition by v.id, v.modified_on order by v.system_modstamp desc nulls last, v._ordinal desc) as recency,
        min(v.modified_on) over (partition by v.id) as first_modified_on
    from versions as v
    left join gone as g on g.id = v.id
    where g.id is null
),

kept as (
    select
        *,
        row_number() over (partition by id order by modified_on) as version,
        lead(modified_on) over (partition by id order by modified_on) as next_modified_on
    from daily
    where recency = 1 and (modified_on <= {{ as_of() }} or modified_on = first_modified_on)
)

select
    id as account_id,
    version,
    case when version = 1 then date '0001-01-01' else modified_on end as valid_from,
    coalesce(next_modified_on, date '9999-12-31') as valid_to,
    next_modified_on is null as is_current,
    name,
    name_key,
    website_domain,
    person_email_key as email_key,
    account_source,
    lower(trim(billing_country)) as country_key,
    coalesce(industry, 'unknown') as industry,
    coalesce(company_size, {{ company_size('number_of_employees') }}) as company_size,
    created_on
from kept
