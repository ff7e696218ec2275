-- What each customer was, from its first billing day on: MRR, plan and attributes, one row per stretch [valid_from, valid_to) without a change.
with covered as (
    select
        d.customer_id,
        d.day,
        s.plan,
        s.is_credit,
        s.mrr,
        row_number() over (
            partition by d.customer_id, d.day
            order by s.is_credit, -s.mrr, s.plan
        ) as position
    from {{ ref('int_lifecycle__days') }} as d
    inner join {{ ref('int_billing__spans') }} as s
        on s.customer_id = d.customer_id and s.start_on <= d.day and s.end_on > d.day
),

sums as (
    select
        customer_id,
        day,
        greatest(sum(mrr), 0) as mrr,
        max(case when position = 1 and not is_credit then plan end) as covering_plan
    from covered
    group by customer_id, day
),

stretches as (
    select
        d.customer_id,
        d.day,
        coalesce(s.mrr, 0) as mrr,
        s.covering_plan,
        count(s.covering_plan) over (partition by d.customer_id order by d.day rows unbounded preceding) as plan_number,
        lead(d.day) over (partition by d.customer_id order by d.day) as next_day
    from {{ ref('int_lifecycle__days') }} as d
    left join sums as s on s.customer_id = d.customer_id and s.day = d.day
),

-- No segment covers the day: the plan the customer had last.
planned as (
    select
        *,
        max(covering_plan) over (partition by customer_id, plan_number) as plan
    from stretches
),

described as (
    select d.customer_id, d.day, a.region, a.industry, a.company_size, a.acquisition_channel
    from {{ ref('int_lifecycle__days') }} as d
    inner join {{ ref('int_identity__account_attributes') }} as a
        on a.account_id = d.customer_id and a.valid_from <= d.day and a.valid_to > d.day
)

select
    p.customer_id,
    p.day as valid_from,
    coalesce(p.next_day, date '9999-12-31') as valid_to,
    p.mrr,
    coalesce(p.plan, 'none') as plan,
    coalesce(a.region, 'unknown') as region,
    coalesce(a.industry, 'unknown') as industry,
    coalesce(a.company_size, 'unknown') as company_size,
    coalesce(a.acquisition_channel, 'unknown') as acquisition_channel
from planned as p
left join described as a on a.customer_id = p.customer_id and a.day = p.day
