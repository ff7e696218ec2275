-- What became of the customers first active in each month, by the dimension values they had on that first day.
with firsts as (
    select customer_id, min(valid_from) as first_on
    from {{ ref('int_lifecycle__states') }}
    where mrr > 0
    group by customer_id
),

cohorts as (
    select
        f.customer_id,
        m.month as cohort_month,
        m.month_number as cohort_number,
        s.mrr as mrr_initial,
        {{ dims('s') }}
    from firsts as f
    inner join {{ ref('int_lifecycle__states') }} as s on s.customer_id = f.customer_id and s.valid_from = f.first_on
    inner join {{ ref('months') }} as m on m.month <= f.first_on and m.month_end >= f.first_on
),

sizes as (
    select cohort_month, cohort_number, {{ dims() }}, count(*) as customers_acquired, sum(mrr_initial) as mrr_initial
    from cohorts
    group by cohort_month, cohort_number, {{ dims() }}
),

-- The size repeats in every complete month from the first on; who is left is counted beside it.
cells as (
    select
        s.cohort_month, m.month_number - s.cohort_number as months_since, {{ dims('s') }},
        s.customers_acquired, s.mrr_initial, 0 as customers_active, 0 as mrr_active
    from sizes as s
    inner join {{ ref('months') }} as m on m.month_number >= s.cohort_number and m.month_end <= {{ as_of() }}

    union all

    select
        c.cohort_month, e.month_number - c.cohort_number as months_since, {{ dims('c') }},
        0 as customers_acquired, 0 as mrr_initial, 1 as customers_active, e.mrr as mrr_active
    from {{ ref('int_lifecycle__month_ends') }} as e
    inner join cohorts as c on c.customer_id = e.customer_id
)

select
    cohort_month,
    cast(months_since as bigint) as months_since,
    {{ dims() }},
    cast(sum(customers_acquired) as bigint) as customers_acquired,
    cast(sum(mrr_initial) as bigint) as mrr_initial,
    cast(sum(customers_active) as bigint) as customers_active,
    cast(sum(mrr_active) as bigint) as mrr_active
from cells
group by cohort_month, months_since, {{ dims() }}
order by cohort_month, months_since, {{ dims() }}
