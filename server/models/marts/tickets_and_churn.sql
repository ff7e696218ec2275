-- Do tickets foretell churn? Customers active when a month begins, by the tickets they created in the 30 days before it,
-- and how many of them churned within the month.
with months as (
    select m.*, {{ add_days('m.month', -1) }} as eve, {{ add_days('m.month', -30) }} as tickets_from
    from {{ ref('months') }} as m
    where m.month_end <= {{ as_of() }}
),

active as (
    select m.month, m.month_end, m.tickets_from, s.customer_id, {{ dims('s') }}
    from {{ ref('int_lifecycle__states') }} as s
    inner join months as m on s.valid_from <= m.eve and s.valid_to > m.eve
    where s.mrr > 0
),

tickets as (
    select a.month, a.customer_id, count(*) as tickets
    from active as a
    inner join {{ ref('int_lifecycle__tickets') }} as t
        on t.customer_id = a.customer_id and t.created_on >= a.tickets_from and t.created_on < a.month
    group by a.month, a.customer_id
),

churned as (
    select distinct a.month, a.customer_id
    from active as a
    inner join {{ ref('int_lifecycle__churns') }} as c
        on c.customer_id = a.customer_id and c.day >= a.month and c.day <= a.month_end
),

judged as (
    select
        a.*,
        coalesce(t.tickets, 0) as tickets,
        case when c.customer_id is not null then 1 else 0 end as churned
    from active as a
    left join tickets as t on t.month = a.month and t.customer_id = a.customer_id
    left join churned as c on c.month = a.month and c.customer_id = a.customer_id
)

select
    month,
    case when tickets = 0 then '0' when tickets = 1 then '1' when tickets <= 3 then '2-3' else '4+' end as ticket_bucket,
    {{ dims() }},
    cast(count(*) as bigint) as customers,
    cast(sum(churned) as bigint) as churned,
    cast(sum(tickets) as bigint) as tickets
from judged
group by
    month,
    case when tickets = 0 then '0' when tickets = 1 then '1' when tickets <= 3 then '2-3' else '4+' end,
    {{ dims() }}
order by month, ticket_bucket, {{ dims() }}
