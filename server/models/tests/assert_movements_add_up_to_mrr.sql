-- For every combination of dimension values, all movements up to a month's end (and up to the as-of day) add up to the MRR and the customers there are then
with ends as (
    select month_end as day from {{ ref('months') }} where month_end <= {{ as_of() }}
    union
    select {{ as_of() }} as day
),

moved as (
    select
        e.day,
        {{ dims('l') }},
        sum(mrr_new + mrr_reactivation + mrr_expansion + mrr_contraction + mrr_churn_voluntary + mrr_churn_involuntary + mrr_moved) as mrr,
        sum(customers_new + customers_reactivated - customers_churned_voluntary - customers_churned_involuntary + customers_moved) as customers
    from {{ ref('lifecycle_daily') }} as l
    inner join ends as e on l.day <= e.day
    group by e.day, {{ dims('l') }}
),

held as (
    select
        e.day,
        {{ dims('s') }},
        sum(s.mrr) as mrr,
        count(*) as customers
    from {{ ref('int_lifecycle__states') }} as s
    inner join ends as e on s.valid_from <= e.day and s.valid_to > e.day
    where s.mrr > 0
    group by e.day, {{ dims('s') }}
),

both_sides as (
    select day, {{ dims() }}, mrr, customers, 0 as held_mrr, 0 as held_customers from moved
    union all
    select day, {{ dims() }}, 0 as mrr, 0 as customers, mrr as held_mrr, customers as held_customers from held
)

select
    day,
    {{ dims() }},
    sum(mrr) as mrr_by_movements,
    sum(held_mrr) as mrr_held,
    sum(customers) as customers_by_movements,
    sum(held_customers) as customers_held
from both_sides
group by day, {{ dims() }}
having sum(mrr) <> sum(held_mrr) or sum(customers) <> sum(held_customers)
