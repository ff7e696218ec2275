-- Which customer each billing customer is: the account it was matched to, and how, or else itself.
with customers as (
    select 'stripe' as source, stripe_customer_id as billing_customer_id, name, delinquent, created_on
    from {{ ref('stg_stripe__customers') }}

    union all

    select 'billing' as source, billing_customer_id, name, false as delinquent, created_on
    from {{ ref('stg_billing__customers') }}
)

select
    c.source,
    c.billing_customer_id,
    coalesce(m.account_id, c.billing_customer_id) as customer_id,
    m.account_id,
    m.match_method,
    {{ without_email('c.name') }} as name,
    c.delinquent,
    c.created_on
from customers as c
inner join {{ ref('int_identity__matches') }} as m on m.source = c.source and m.record_id = c.billing_customer_id
