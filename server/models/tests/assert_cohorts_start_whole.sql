-- The customers of all cohorts, counted in their first month, are the customers first active in a month that is complete
with cohorts as (
    select cohort_month as month, sum(customers_acquired) as customers, sum(mrr_initial) as mrr
    from {{ ref('retention_cohorts') }}
    where months_since = 0
    group by cohort_month
),

firsts as (
    select m.month, sum(l.customers_new) as customers
    from {{ ref('lifecycle_daily') }} as l
    inner join {{ ref('months') }} as m on m.month <= l.day and m.month_end >= l.day
    where m.month_end <= {{ as_of() }}
    group by m.month
    having sum(l.customers_new) <> 0
)

select f.month, f.customers as customers_new, c.customers as customers_in_cohort
from firsts as f
left join cohorts as c on c.month = f.month
where c.customers is null or c.customers <> f.customers
