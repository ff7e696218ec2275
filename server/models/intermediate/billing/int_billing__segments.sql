-- All segments of all billing sources, each of one customer (an account where one was matched): the ground MRR stands on.
with segments as (
    select * from {{ ref('int_billing__invoiced_segments') }}
    union all
    select * from {{ ref('int_billing__reconstructed_segments') }}
    union all
    select * from {{ ref('int_billing__period_segments') }}
)

select
    c.customer_id,
    s.source,
    s.billing_customer_id,
    s.subscription_id,
    s.item_key,
    s.plan,
    s.is_credit,
    s.start_on,
    s.end_on,
    s.period_ends_at,
    s.currency,
    coalesce(s.mrr, 0) as mrr
from segments as s
inner join {{ ref('int_identity__billing_customers') }} as c
    on c.source = s.source and c.billing_customer_id = s.billing_customer_id
where s.start_on <= {{ as_of() }}
