-- What happened in sales, one row per fact: leads created and converted, opportunities created, won and lost.
-- Leads carry the lead's own attributes; opportunities those of their account on the day; both have no plan.
-- A converted lead belongs to the customer it was converted into, any other to itself.
with leads as (
    select
        l.*,
        coalesce(r.region, 'unknown') as region,
        coalesce(l.lead_source, 'unknown') as acquisition_channel,
        coalesce(c.customer_id, l.lead_id) as customer_id
    from {{ ref('int_sales__leads') }} as l
    left join {{ ref('stg_reference__country_regions') }} as r on r.country_key = l.country_key
    left join {{ ref('int_lifecycle__customers') }} as c on c.account_id = l.converted_account_id
),

opportunities as (
    select
        o.*,
        {{ exact_ratio(['o.amount_micros', 'x.numerator'], ['x.micros_denominator']) }} as amount
    from {{ ref('int_sales__opportunities') }} as o
    left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = o.currency
),

opportunity_facts as (
    select opportunity_id, account_id, created_on as day, 'opportunities_created' as measure, 0 as amount from opportunities
    union all
    select opportunity_id, account_id, won_on as day, 'opportunities_won' as measure, amount from opportunities where won_on is not null
    union all
    select opportunity_id, account_id, lost_on as day, 'opportunities_lost' as measure, amount from opportunities where lost_on is not null
)

select
    customer_id, lead_id as record_id, created_on as day, 'leads_created' as measure, 0 as amount,
    region, industry, company_size, acquisition_channel
from leads

union all

select
    customer_id, lead_id as record_id, converted_on as day, 'leads_converted' as measure, 0 as amount,
    region, industry, company_size, acquisition_channel
from leads
where converted_on is not null

union all

select
    coalesce(c.customer_id, 'none') as customer_id,
    f.opportunity_id as record_id,
    f.day,
    f.measure,
    coalesce(f.amount, 0) as amount,
    coalesce(a.region, 'unknown') as region,
    coalesce(a.industry, 'unknown') as industry,
    coalesce(a.company_size, 'unknown') as company_size,
    coalesce(a.acquisition_channel, 'unknown') as acquisition_channel
from opportunity_facts as f
left join {{ ref('int_lifecycle__customers') }} as c on c.account_id = f.account_id
left join {{ ref('int_lifecycle__profiles') }} as a on a.customer_id = f.account_id and a.day = f.day
