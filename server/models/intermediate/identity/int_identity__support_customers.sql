-- Which customer each customer of generic support is. Its id is that of an account, or else that of a billing customer,
-- whose customer it then is; two billing systems that use one id for different customers are no match.
with billed as (
    select billing_customer_id, min(customer_id) as customer_id
    from {{ ref('int_identity__billing_customers') }}
    group by billing_customer_id
    having count(distinct customer_id) = 1
)

select
    m.record_id as support_customer_id,
    coalesce(m.account_id, b.customer_id) as customer_id,
    case when m.account_id is null and b.customer_id is not null then 'id' else m.match_method end as match_method
from {{ ref('int_identity__matches') }} as m
left join billed as b on b.billing_customer_id = m.record_id
where m.source = 'support'
