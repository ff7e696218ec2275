-- Every daily flow by the five dimensions: sales, trials, customers, MRR movements, tickets. All columns add up over rows.
{%- set measures = [
    'leads_created', 'leads_converted', 'opportunities_created', 'opportunities_won', 'opportunities_lost',
    'opportunities_won_amount', 'opportunities_lost_amount', 'trials_started', 'trials_converted', 'trials_started_converted',
    'trials_started_running', 'customers_new', 'customers_reactivated', 'customers_churned_voluntary',
    'customers_churned_involuntary', 'customers_moved', 'mrr_new', 'mrr_reactivation', 'mrr_expansion', 'mrr_contraction',
    'mrr_churn_voluntary', 'mrr_churn_involuntary', 'mrr_moved', 'tickets_created', 'tickets_solved',
] %}
with summed as (
    select
        day,
        {{ dims() }},
        {%- for m in measures %}
        cast(sum(case when measure = '{{ m }}' then value else 0 end) as bigint) as {{ m }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_lifecycle__facts') }}
    group by day, {{ dims() }}
)

select *
from summed
where {% for m in measures %}{{ m }} <> 0{% if not loop.last %} or {% endif %}{% endfor %}
order by day, {{ dims() }}
