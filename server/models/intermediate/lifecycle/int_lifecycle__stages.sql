-- The lifecycle stage of every customer from each day on which it may change: the first that holds of
-- active, churned, trial, won, opportunity, lost, lead.
with firsts as (
    select customer_id, min(valid_from) as first_active_on
    from {{ ref('int_lifecycle__states') }}
    where mrr > 0
    group by customer_id
),

trials as (
    select d.customer_id, d.day, 1 as is_trial
    from {{ ref('int_lifecycle__stage_days') }} as d
    inner join {{ ref('int_lifecycle__trial_stretches') }} as t
        on t.customer_id = d.customer_id and t.trial_started_on <= d.day and t.trial_over_on > d.day
    group by d.customer_id, d.day
),

opportunities as (
    select
        d.customer_id,
        d.day,
        max(case when o.won_on <= d.day then 1 else 0 end) as has_won,
        max(case when coalesce(o.won_on, o.lost_on, date '9999-12-31') > d.day then 1 else 0 end) as has_open
    from {{ ref('int_lifecycle__stage_days') }} as d
    inner join {{ ref('int_sales__opportunities') }} as o on o.account_id = d.customer_id and o.created_on <= d.day
    group by d.customer_id, d.day
)

select
    d.customer_id,
    d.day,
    case
        when p.mrr > 0 then 'active'
        when f.first_active_on <= d.day then 'churned'
        when t.is_trial = 1 then 'trial'
        when o.has_won = 1 then 'won'
        when o.has_open = 1 then 'opportunity'
        when o.has_won = 0 then 'lost'
        else 'lead'
    end as stage,
    {{ dims('p') }}
from {{ ref('int_lifecycle__stage_days') }} as d
left join firsts as f on f.customer_id = d.customer_id
left join trials as t on t.customer_id = d.customer_id and t.day = d.day
left join opportunities as o on o.customer_id = d.customer_id and o.day = d.day
inner join {{ ref('int_lifecycle__profiles') }} as p on p.customer_id = d.customer_id and p.day = d.day
