-- One row per customer of generic billing: its newest name and e-mail, and the day its first period starts.
with ranked as (
    select
        *,
        row_number() over (
            partition by billing_customer_id
            order by case when customer_name is null then 0 else 1 end desc, period_ordinal desc
        ) as recency,
        row_number() over (
            partition by billing_customer_id
            order by case when email_key is null then 0 else 1 end desc, period_ordinal desc
        ) as email_recency,
        min(start_on) over (partition by billing_customer_id) as first_on
    from {{ ref('stg_billing__subscription_periods') }}
),

emails as (
    select billing_customer_id, email_key, email_domain from ranked where email_recency = 1
)

select
    r.billing_customer_id,
    r.customer_name as name,
    r.name_key,
    e.email_key,
    e.email_domain,
    r.first_on as created_on
from ranked as r
inner join emails as e on e.billing_customer_id = r.billing_customer_id
where r.recency = 1
