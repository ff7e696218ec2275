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
        {{ month_number('f.first_on') }} as cohort_number,
        s.mrr as mrr_initial,
        {{ dims('s') }}
    from firsts as f
    inner join {{ ref('int_lifecycle__states') }} as s on s.customer_id = f.customer_id and s.valid_from = f.first_on
),

-- One row per customer and complete month from the first on.
cells as (
    select
        c.*,
        m.month_number - c.cohort_number as months_since,
        m.month_end
    from cohorts as c
    inner join {{ ref('months') }} as m
        on m.month_number >= c.cohort_number and m.month_end <= {{ as_of() }}
),

ends as (
    select
        c.*,
        coalesce(s.mrr, 0) as mrr_now
    from cells as c
    inner join {{ ref('int_lifecycle__states') }} as s
        on s.customer_id = c.customer_id and s.valid_from <= c.month_end and s.valid_to > c.month_end
)

select
    m.month as cohort_month,
    cast(e.months_since as bigint) as months_since,
    {{ dims('e') }},
    cast(count(*) as bigint) as customers_acquired,
    cast(sum(e.mrr_initial) as bigint) as mrr_initial,
    cast(sum(case when e.mrr_now > 0 then 1 else 0 end) as bigint) as customers_active,
    cast(sum(e.mrr_now) as bigint) as mrr_active
from ends as e
inner join {{ ref('months') }} as m on m.month_number = e.cohort_number
group by m.month, e.months_since, {{ dims('e') }}
order by m.month, e.months_since, {{ dims('e') }}
