-- For every combination of dimension values, all movements together are the MRR that the customers of the as-of day have
with differences as (
    select
        {{ dims() }},
        mrr_new + mrr_reactivation + mrr_expansion + mrr_contraction + mrr_churn_voluntary + mrr_churn_involuntary + mrr_moved as mrr
    from {{ ref('lifecycle_daily') }}
    union all
    select {{ dims() }}, -mrr as mrr from {{ ref('customers') }}
)

select {{ dims() }}, sum(mrr) as mrr_difference
from differences
group by {{ dims() }}
having sum(mrr) <> 0
