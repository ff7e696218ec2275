-- The customers of all cohorts, counted in their first month, are the customers first active in a month that is complete
with cohorts as (
    select cohort_month as month, sum(customers_acquired) as customers, sum(mrr_initial) as mrr
    from {{ ref('retention_cohorts') }}
    where months_since = 0
    group by cohort_month
),

monthly as (
    select cast({{ month_number('day') }} as bigint) as month_number, customers_new
    from {{ ref('lifecycle_daily') }}
),

counted as (
    select month_number, sum(customers_new) as customers
    from monthly
    group by month_number
),

firsts as (
    select m.month, c.customers
    from counted as c
    inner join {{ ref('months') }} as m on m.month_number = c.month_number
    where m.month_end <= {{ as_of() }} and c.customers <> 0
)

select f.month, f.customers as customers_new, c.customers as customers_in_cohort
from firsts as f
left join cohorts as c on c.month = f.month
where c.customers is null or c.customers <> f.customers
