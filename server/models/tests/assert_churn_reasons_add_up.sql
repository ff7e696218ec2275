-- For every day, kind and combination of dimension values, the reasons of churn add up to the churn there was
with differences as (
    select day, {{ dims() }}, churn_kind, customers, mrr from {{ ref('churn_reasons') }}
    {%- for kind in ['voluntary', 'involuntary'] %}
    union all
    select day, {{ dims() }}, '{{ kind }}' as churn_kind, -customers_churned_{{ kind }} as customers, -mrr_churn_{{ kind }} as mrr
    from {{ ref('lifecycle_daily') }}
    {%- endfor %}
)

select day, {{ dims() }}, churn_kind, sum(customers) as customers_difference, sum(mrr) as mrr_difference
from differences
group by day, {{ dims() }}, churn_kind
having sum(customers) <> 0 or sum(mrr) <> 0
