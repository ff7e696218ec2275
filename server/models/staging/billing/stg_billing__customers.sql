-- One row per customer of generic billing: its newest name, and the day its first period starts.
with ranked as (
    select
        *,
        row_number() over (
            partition by billing_customer_id
            order by case when customer_name is null then 0 else 1 end desc, period_ordinal desc
        ) as recency,
        min(start_on) over (partition by billing_customer_id) as first_on
    from {{ ref('stg_billing__subscription_periods') }}
)

select
    billing_customer_id,
    customer_name as name,
    name_key,
    first_on as created_on
from ranked
where recency = 1
