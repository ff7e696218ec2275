-- The dimension values of each account over time: one row per version, with the days it holds for; the acquisition channel is fixed.
with sources as (
    select account_id, lead_source as channel, 1 as priority, created_at, lead_id as id
    from (
        select converted_account_id as account_id, lead_source, created_at, lead_id
        from {{ ref('int_sales__leads') }}
        where converted_account_id is not null
    ) as leads

    union all

    select account_id, lead_source as channel, 2 as priority, created_at, opportunity_id as id
    from {{ ref('int_sales__opportunities') }}
    where account_id is not null

    union all

    select account_id, account_source as channel, 3 as priority, cast(valid_from as timestamp) as created_at, account_id as id
    from {{ ref('int_identity__account_versions') }}
),

ranked as (
    select
        account_id,
        channel,
        row_number() over (partition by account_id order by priority, created_at, id) as position
    from sources
    where channel is not null
),

channels as (
    select account_id, channel from ranked where position = 1
)

select
    v.source,
    v.account_id,
    v.valid_from,
    v.valid_to,
    v.is_current,
    v.created_on,
    v.name,
    v.name_key,
    v.website_domain,
    v.email_key,
    coalesce(r.region, 'unknown') as region,
    v.industry,
    v.company_size,
    coalesce(c.channel, 'unknown') as acquisition_channel
from {{ ref('int_identity__account_versions') }} as v
left join {{ ref('stg_reference__country_regions') }} as r on r.country_key = v.country_key
left join channels as c on c.account_id = v.account_id
