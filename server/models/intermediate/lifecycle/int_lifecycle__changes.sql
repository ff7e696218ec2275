-- Each state beside the one before it: every day a customer's MRR or dimension values changed, with what movement it was.
with paired as (
    select
        *,
        lag(mrr) over (partition by customer_id order by valid_from) as last_mrr,
        lag(plan) over (partition by customer_id order by valid_from) as last_plan,
        lag(region) over (partition by customer_id order by valid_from) as last_region,
        lag(industry) over (partition by customer_id order by valid_from) as last_industry,
        lag(company_size) over (partition by customer_id order by valid_from) as last_company_size,
        max(mrr) over (partition by customer_id order by valid_from rows unbounded preceding) as highest_mrr
    from {{ ref('int_lifecycle__states') }}
),

compared as (
    select
        *,
        lag(highest_mrr) over (partition by customer_id order by valid_from) as highest_mrr_before
    from paired
)

select
    customer_id,
    valid_from as day,
    {{ dims() }},
    coalesce(last_mrr, 0) as m0,
    mrr as m1,
    case
        when coalesce(last_mrr, 0) = mrr then 'none'
        when coalesce(last_mrr, 0) = 0 and coalesce(highest_mrr_before, 0) > 0 then 'reactivation'
        when coalesce(last_mrr, 0) = 0 then 'new'
        when mrr = 0 then 'churn'
        when mrr > last_mrr then 'expansion'
        else 'contraction'
    end as movement,
    coalesce(last_mrr, 0) > 0 and mrr > 0 and (
        plan <> last_plan or region <> last_region or industry <> last_industry or company_size <> last_company_size
    ) as is_moved,
    coalesce(last_plan, 'none') as last_plan,
    coalesce(last_region, region) as last_region,
    coalesce(last_industry, industry) as last_industry,
    coalesce(last_company_size, company_size) as last_company_size
from compared
