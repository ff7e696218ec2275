-- Customers active at the end of a month a year ago, under their dimension values of then: what is left of them and of their MRR.
with months as (
    select n.month, n.month_end as now_on, t.month_end as then_on
    from {{ ref('months') }} as n
    inner join {{ ref('months') }} as t on t.month_number = n.month_number - 12
    where n.month_end <= {{ as_of() }}
),

active as (
    select m.month, m.now_on, s.customer_id, s.mrr as mrr_then, {{ dims('s') }}
    from {{ ref('int_lifecycle__states') }} as s
    inner join months as m on s.valid_from <= m.then_on and s.valid_to > m.then_on
    where s.mrr > 0
)

select
    a.month,
    {{ dims('a') }},
    cast(count(*) as bigint) as customers,
    cast(sum(case when s.mrr > 0 then 1 else 0 end) as bigint) as customers_retained,
    cast(sum(a.mrr_then) as bigint) as mrr_then,
    cast(sum(s.mrr) as bigint) as mrr_now,
    cast(sum(least(s.mrr, a.mrr_then)) as bigint) as mrr_now_capped
from active as a
inner join {{ ref('int_lifecycle__states') }} as s
    on s.customer_id = a.customer_id and s.valid_from <= a.now_on and s.valid_to > a.now_on
group by a.month, {{ dims('a') }}
order by a.month, {{ dims('a') }}
