-- Segments of an item that follow each other without a change, merged: a year of equal monthly invoices is one span.
with marked as (
    select
        *,
        lag(end_on) over (partition by customer_id, item_key order by start_on) as last_end_on,
        lag(mrr) over (partition by customer_id, item_key order by start_on) as last_mrr,
        lag(plan) over (partition by customer_id, item_key order by start_on) as last_plan,
        lag(is_credit) over (partition by customer_id, item_key order by start_on) as last_is_credit
    from {{ ref('int_billing__segments') }}
),

numbered as (
    select
        *,
        sum(
            case when last_end_on = start_on and last_mrr = mrr and last_plan = plan and last_is_credit = is_credit then 0 else 1 end
        ) over (partition by customer_id, item_key order by start_on rows unbounded preceding) as span
    from marked
)

select
    customer_id,
    source,
    subscription_id,
    item_key,
    span,
    plan,
    is_credit,
    mrr,
    min(start_on) as start_on,
    max(end_on) as end_on,
    max(period_ends_at) as period_ends_at
from numbered
group by customer_id, source, subscription_id, item_key, span, plan, is_credit, mrr
