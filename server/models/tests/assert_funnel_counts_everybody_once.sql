-- The funnel's first contacts are all customers and all leads that have become none; its customers are all that were ever active
with counted as (
    select
        sum(case when step = 'contact' then entities else 0 end) as contacts,
        sum(case when step = 'customer' then entities else 0 end) as customers
    from {{ ref('acquisition_funnel') }}
),

known as (
    select customer_id, case when first_active_on is null then 0 else 1 end as is_customer from {{ ref('customers') }}
    union all
    select s.customer_id, 0 as is_customer
    from {{ ref('int_lifecycle__sales') }} as s
    left join {{ ref('customers') }} as c on c.customer_id = s.customer_id
    where s.measure = 'leads_created' and c.customer_id is null
),

wanted as (
    select count(*) as contacts, sum(is_customer) as customers from known
)

select c.contacts, c.customers, w.contacts as contacts_wanted, w.customers as customers_wanted
from counted as c
cross join wanted as w
where coalesce(c.contacts, 0) <> w.contacts or coalesce(c.customers, 0) <> coalesce(w.customers, 0)
