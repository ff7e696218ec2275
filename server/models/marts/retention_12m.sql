-- Customers active at the end of a month a year ago, under their dimension values of then: what is left of them and of their MRR.
with active as (
    select customer_id, month_number + 12 as month_number, mrr, {{ dims() }}
    from {{ ref('int_lifecycle__month_ends') }}
),

compared as (
    select m.month, {{ dims('a') }}, a.mrr as mrr_then, coalesce(n.mrr, 0) as mrr_now
    from active as a
    inner join {{ ref('months') }} as m on m.month_number = a.month_number
    left join {{ ref('int_lifecycle__month_ends') }} as n
        on n.customer_id = a.customer_id and n.month_number = a.month_number
    where m.month_end <= {{ as_of() }}
)

select
    month,
    {{ dims() }},
    cast(count(*) as bigint) as customers,
    cast(sum(case when mrr_now > 0 then 1 else 0 end) as bigint) as customers_retained,
    cast(sum(mrr_then) as bigint) as mrr_then,
    cast(sum(mrr_now) as bigint) as mrr_now,
    cast(sum(least(mrr_now, mrr_then)) as bigint) as mrr_now_capped
from compared
group by month, {{ dims() }}
order by month, {{ dims() }}
