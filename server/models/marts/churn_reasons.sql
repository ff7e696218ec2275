-- Why customers left: churned customers and their MRR by day, kind and reason, under the dimension values they left with.
select
    day,
    case when measure in ('customers_churned_voluntary', 'mrr_churn_voluntary') then 'voluntary' else 'involuntary' end as churn_kind,
    detail as churn_reason,
    {{ dims() }},
    cast(sum(case when measure in ('customers_churned_voluntary', 'customers_churned_involuntary') then value else 0 end) as bigint) as customers,
    cast(sum(case when measure in ('mrr_churn_voluntary', 'mrr_churn_involuntary') then value else 0 end) as bigint) as mrr
from {{ ref('int_lifecycle__facts') }}
where measure in ('customers_churned_voluntary', 'customers_churned_involuntary', 'mrr_churn_voluntary', 'mrr_churn_involuntary')
group by
    day,
    case when measure in ('customers_churned_voluntary', 'mrr_churn_voluntary') then 'voluntary' else 'involuntary' end,
    detail,
    {{ dims() }}
order by day, churn_kind, churn_reason, {{ dims() }}
