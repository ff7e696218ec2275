-- Do tickets foretell churn? Customers active when a month begins, by the tickets they created in the 30 days before it,
-- and how many of them churned within the month.
with months as (
    select *, {{ add_days('month', -30) }} as tickets_from
    from {{ ref('months') }}
    where month_end <= {{ as_of() }}
),

-- At the end of the day before a month's first: the end of the month before it.
active as (
    select customer_id, month_number + 1 as month_number, {{ dims() }}
    from {{ ref('int_lifecycle__month_ends') }}
),

tickets as (
    select t.customer_id, m.month_number, count(*) as tickets
    from {{ ref('int_lifecycle__tickets') }} as t
    inner join months as m on t.created_on >= m.tickets_from and t.created_on < m.month
    group by t.customer_id, m.month_number
),

churned as (
    select c.customer_id, m.month_number, count(*) as churns
    from {{ ref('int_lifecycle__churns') }} as c
    inner join months as m on c.day >= m.month and c.day <= m.month_end
    group by c.customer_id, m.month_number
),

judged as (
    select
        m.month,
        coalesce(t.tickets, 0) as tickets,
        case when c.churns > 0 then 1 else 0 end as churned,
        {{ dims('a') }}
    from active as a
    inner join months as m on m.month_number = a.month_number
    left join tickets as t on t.customer_id = a.customer_id and t.month_number = a.month_number
    left join churned as c on c.customer_id = a.customer_id and c.month_number = a.month_number
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
