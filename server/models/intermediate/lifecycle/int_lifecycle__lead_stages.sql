-- Leads as lifecycle entities: each is a `lead` from its first day until it converts. The earliest lead converted on the day its account
-- appears becomes that account (`becomes`); the others leave.
with leads as (
    select
        l.lead_id,
        l.created_on,
        l.converted_on,
        coalesce(r.region, 'unknown') as region,
        l.industry,
        l.company_size,
        coalesce(l.lead_source, 'unknown') as acquisition_channel,
        c.customer_id,
        row_number() over (partition by c.customer_id order by l.created_at, l.lead_id) as position
    from {{ ref('int_sales__leads') }} as l
    left join {{ ref('stg_reference__country_regions') }} as r on r.country_key = l.country_key
    left join {{ ref('int_lifecycle__customers') }} as c
        on c.account_id = l.converted_account_id and c.appeared_on = l.converted_on
)

select
    lead_id,
    created_on,
    converted_on,
    region,
    industry,
    company_size,
    acquisition_channel,
    case when position = 1 then customer_id end as becomes
from leads
