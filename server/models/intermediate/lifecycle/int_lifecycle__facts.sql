-- Everything `lifecycle_daily` counts, as one long list: day, dimension values, measure, value.
-- A customer whose dimension values change while active leaves the old ones and enters the new ones (moved), then moves on.
with changes as (
    select * from {{ ref('int_lifecycle__changes') }}
),

churns as (
    select
        c.day, c.last_plan as plan, c.last_region as region, c.last_industry as industry,
        c.last_company_size as company_size, c.acquisition_channel, c.m0, k.churn_kind
    from changes as c
    inner join {{ ref('int_lifecycle__churns') }} as k on k.customer_id = c.customer_id and k.day = c.day
    where c.movement = 'churn'
)

{%- for movement, customers in [('new', 'customers_new'), ('reactivation', 'customers_reactivated'), ('expansion', ''), ('contraction', '')] %}
{%- if customers %}
select day, {{ dims() }}, '{{ customers }}' as measure, 1 as value from changes where movement = '{{ movement }}'
union all
{%- endif %}
select day, {{ dims() }}, 'mrr_{{ movement }}' as measure, m1 - m0 as value from changes where movement = '{{ movement }}'
union all
{%- endfor %}
select day, {{ dims() }}, 'customers_churned_' || churn_kind as measure, 1 as value from churns
union all
select day, {{ dims() }}, 'mrr_churn_' || churn_kind as measure, -m0 as value from churns
union all
select day, last_plan as plan, last_region as region, last_industry as industry, last_company_size as company_size, acquisition_channel,
    'customers_moved' as measure, -1 as value from changes where is_moved
union all
select day, last_plan as plan, last_region as region, last_industry as industry, last_company_size as company_size, acquisition_channel,
    'mrr_moved' as measure, -m0 as value from changes where is_moved
union all
select day, {{ dims() }}, 'customers_moved' as measure, 1 as value from changes where is_moved
union all
select day, {{ dims() }}, 'mrr_moved' as measure, m0 as value from changes where is_moved
union all
select trial_started_on as day, {{ dims() }}, 'trials_started' as measure, 1 as value from {{ ref('int_lifecycle__trials') }}
union all
select trial_started_on as day, {{ dims() }}, 'trials_started_converted' as measure, 1 as value
from {{ ref('int_lifecycle__trials') }} where converted_on is not null
union all
select trial_started_on as day, {{ dims() }}, 'trials_started_running' as measure, 1 as value
from {{ ref('int_lifecycle__trials') }} where is_running
union all
select t.converted_on as day, {{ dims('c') }}, 'trials_converted' as measure, 1 as value
from {{ ref('int_lifecycle__trials') }} as t
inner join changes as c on c.customer_id = t.customer_id and c.day = t.converted_on
union all
select day, 'none' as plan, region, industry, company_size, acquisition_channel, measure, 1 as value
from {{ ref('int_lifecycle__sales') }}
union all
select day, 'none' as plan, region, industry, company_size, acquisition_channel, measure || '_amount' as measure, amount as value
from {{ ref('int_lifecycle__sales') }}
where amount <> 0
union all
select created_on as day, {{ dims() }}, 'tickets_created' as measure, 1 as value from {{ ref('int_lifecycle__tickets') }}
union all
select first_solved_on as day, {{ dims() }}, 'tickets_solved' as measure, 1 as value
from {{ ref('int_lifecycle__tickets') }} where first_solved_on is not null
