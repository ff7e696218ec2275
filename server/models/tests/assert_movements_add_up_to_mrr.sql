-- For every combination of dimension values, the movements of each month (and of the days up to the as-of day) are the change of the MRR and of the customers there are
with ends as (
    select month_number, least(month_end, {{ as_of() }}) as day from {{ ref('months') }} where month <= {{ as_of() }}
),

held as (
    select
        e.month_number,
        {{ dims('s') }},
        sum(s.mrr) as mrr,
        count(*) as customers
    from {{ ref('int_lifecycle__states') }} as s
    inner join ends as e on s.valid_from <= e.day and s.valid_to > e.day
    where s.mrr > 0
    group by e.month_number, {{ dims('s') }}
),

moved as (
    select
        cast({{ month_number('day') }} as bigint) as month_number,
        {{ dims() }},
        mrr_new + mrr_reactivation + mrr_expansion + mrr_contraction + mrr_churn_voluntary + mrr_churn_involuntary + mrr_moved as mrr,
        customers_new + customers_reactivated - customers_churned_voluntary - customers_churned_involuntary + customers_moved as customers
    from {{ ref('lifecycle_daily') }}
),

-- What is held at a month's end, less what was at the end of the month before it, less what moved in it: nothing.
differences as (
    select cast(month_number as bigint) as month_number, {{ dims() }}, mrr, customers from held
    union all
    select cast(month_number + 1 as bigint) as month_number, {{ dims() }}, -mrr as mrr, -customers as customers from held
    union all
    select month_number, {{ dims() }}, -mrr as mrr, -customers as customers from moved
),

unequal as (
    select
        month_number,
        {{ dims() }},
        sum(mrr) as mrr_difference,
        sum(customers) as customers_difference
    from differences
    group by month_number, {{ dims() }}
    having sum(mrr) <> 0 or sum(customers) <> 0
)

select m.month, {{ dims('u') }}, u.mrr_difference, u.customers_difference
from unequal as u
inner join {{ ref('months') }} as m on m.month_number = u.month_number
where m.month <= {{ as_of() }}
