-- What a customer was on a given day: MRR, plan and attributes. Ranges are matched by inner joins and only then joined to every day,
-- since not every engine keeps the unmatched rows of a left join on a range.
with billed as (
    select d.customer_id, d.day, s.mrr, s.plan
    from {{ ref('int_lifecycle__profile_days') }} as d
    inner join {{ ref('int_lifecycle__states') }} as s
        on s.customer_id = d.customer_id and s.valid_from <= d.day and s.valid_to > d.day
),

described as (
    select d.customer_id, d.day, a.region, a.industry, a.company_size, a.acquisition_channel
    from {{ ref('int_lifecycle__profile_days') }} as d
    inner join {{ ref('int_identity__account_attributes') }} as a
        on a.account_id = d.customer_id and a.valid_from <= d.day and a.valid_to > d.day
)

select
    d.customer_id,
    d.day,
    coalesce(b.mrr, 0) as mrr,
    coalesce(b.plan, 'none') as plan,
    coalesce(a.region, 'unknown') as region,
    coalesce(a.industry, 'unknown') as industry,
    coalesce(a.company_size, 'unknown') as company_size,
    coalesce(a.acquisition_channel, 'unknown') as acquisition_channel
from {{ ref('int_lifecycle__profile_days') }} as d
left join billed as b on b.customer_id = d.customer_id and b.day = d.day
left join described as a on a.customer_id = d.customer_id and a.day = d.day
