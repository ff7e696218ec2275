-- For every day, combination of dimension values and measure, the events add up to the daily marts
{%- set daily = [
    'leads_created', 'leads_converted', 'opportunities_created', 'opportunities_won', 'opportunities_lost',
    'opportunities_won_amount', 'opportunities_lost_amount', 'trials_started', 'trials_converted', 'trials_started_converted',
    'trials_started_running', 'customers_new', 'customers_reactivated', 'customers_churned_voluntary',
    'customers_churned_involuntary', 'customers_moved', 'mrr_new', 'mrr_reactivation', 'mrr_expansion', 'mrr_contraction',
    'mrr_churn_voluntary', 'mrr_churn_involuntary', 'mrr_moved', 'tickets_created', 'tickets_solved',
] %}
{%- set support = ['tickets_reopened', 'backlog_change', 'satisfaction_good', 'satisfaction_bad'] %}
with differences as (
    {%- for m in daily %}
    select day, {{ dims() }}, '{{ m }}' as measure, {{ m }} as value from {{ ref('lifecycle_daily') }} where {{ m }} <> 0
    union all
    {%- endfor %}
    {%- for m in support %}
    select day, {{ dims() }}, '{{ m }}' as measure, {{ m }} as value from {{ ref('support_daily') }} where {{ m }} <> 0
    union all
    {%- endfor %}
    select day, {{ dims() }}, measure, -value as value from {{ ref('customer_events') }}
)

select day, {{ dims() }}, measure, sum(value) as missing
from differences
group by day, {{ dims() }}, measure
having sum(value) <> 0
