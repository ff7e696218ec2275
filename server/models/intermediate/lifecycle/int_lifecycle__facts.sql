-- Everything `lifecycle_daily` counts, as one long list: whose it is, day, dimension values, measure, the record it comes from, value.
-- A customer whose dimension values change while active leaves the old ones and enters the new ones (moved), then moves on.
{%- set movements = [('new', 'customers_new'), ('reactivation', 'customers_reactivated'), ('expansion', ''), ('contraction', '')] %}
with changes as (
    select c.*, coalesce(m.subscription_id, 'none') as record
    from {{ ref('int_lifecycle__changes') }} as c
    left join {{ ref('int_lifecycle__movers') }} as m on m.customer_id = c.customer_id and m.day = c.day
),

churns as (
    select
        c.customer_id, c.day, c.last_plan as plan, c.last_region as region, c.last_industry as industry,
        c.last_company_size as company_size, c.acquisition_channel, c.m0, k.churn_kind, k.churn_reason,
        coalesce(k.subscription_id, 'none') as record
    from changes as c
    inner join {{ ref('int_lifecycle__churns') }} as k on k.customer_id = c.customer_id and k.day = c.day
    where c.movement = 'churn'
),

trials as (
    select *, subscription_id as record from {{ ref('int_lifecycle__trials') }}
),

sales as (
    select *, 'none' as plan, record_id as record from {{ ref('int_lifecycle__sales') }}
),

tickets as (
    select *, coalesce(customer_id, 'none') as owner_id, ticket_id as record from {{ ref('int_lifecycle__tickets') }}
),

moved as (
    select
        customer_id, day, last_plan as plan, last_region as region, last_industry as industry,
        last_company_size as company_size, acquisition_channel, -1 as customers, -m0 as mrr
    from changes
    where is_moved

    union all

    select customer_id, day, {{ dims() }}, 1 as customers, m0 as mrr
    from changes
    where is_moved
)

{%- for movement, customers in movements %}
{%- if customers %}
select customer_id, day, {{ dims() }}, '{{ customers }}' as measure, record, 1 as value, cast(null as string) as detail
from changes where movement = '{{ movement }}'
union all
{%- endif %}
select customer_id, day, {{ dims() }}, 'mrr_{{ movement }}' as measure, record, m1 - m0 as value, cast(null as string) as detail
from changes where movement = '{{ movement }}'
union all
{%- endfor %}
select customer_id, day, {{ dims() }}, 'customers_churned_' || churn_kind as measure, record, 1 as value, churn_reason as detail from churns
union all
select customer_id, day, {{ dims() }}, 'mrr_churn_' || churn_kind as measure, record, -m0 as value, churn_reason as detail from churns
union all
select customer_id, day, {{ dims() }}, 'customers_moved' as measure, 'none' as record, customers as value, cast(null as string) as detail
from moved
union all
select customer_id, day, {{ dims() }}, 'mrr_moved' as measure, 'none' as record, mrr as value, cast(null as string) as detail
from moved
union all
select customer_id, trial_started_on as day, {{ dims() }}, 'trials_started' as measure, record, 1 as value, cast(null as string) as detail
from trials
union all
select customer_id, trial_started_on as day, {{ dims() }}, 'trials_started_converted' as measure, record, 1 as value, cast(null as string) as detail
from trials where converted_on is not null
union all
select customer_id, trial_started_on as day, {{ dims() }}, 'trials_started_running' as measure, record, 1 as value, cast(null as string) as detail
from trials where is_running
union all
select c.customer_id, c.day, {{ dims('c') }}, 'trials_converted' as measure, t.record, 1 as value, cast(null as string) as detail
from trials as t
inner join changes as c on c.customer_id = t.customer_id and c.day = t.converted_on
union all
select customer_id, day, {{ dims() }}, measure, record, 1 as value, cast(null as string) as detail
from sales
union all
select customer_id, day, {{ dims() }}, measure || '_amount' as measure, record, amount as value, cast(null as string) as detail
from sales where amount <> 0
union all
select owner_id as customer_id, created_on as day, {{ dims() }}, 'tickets_created' as measure, record, 1 as value, priority as detail
from tickets
union all
select owner_id as customer_id, first_solved_on as day, {{ dims() }}, 'tickets_solved' as measure, record, 1 as value, priority as detail
from tickets where first_solved_on is not null
