-- Every customer: each account, and each billing customer without one, with the day it appears (created, or its first fact if that is earlier)
-- and the name it is shown by. A name that is an e-mail address is not used.
with accounts as (
    select
        account_id as customer_id, account_id, source as account_source, {{ without_email('name') }} as name, created_on
    from {{ ref('int_identity__account_attributes') }}
    where is_current
),

billing as (
    select
        c.customer_id,
        cast(null as string) as account_id,
        cast(null as string) as account_source,
        cast(null as string) as name,
        min(c.created_on) as created_on
    from {{ ref('int_identity__billing_customers') }} as c
    left join accounts as a on a.customer_id = c.customer_id
    where c.account_id is null and a.customer_id is null
    group by c.customer_id
),

customers as (
    select customer_id, account_id, account_source, name, created_on from accounts
    union all
    select customer_id, account_id, account_source, name, created_on from billing
),

-- Stripe's name before that of generic billing.
billing_names as (
    select
        customer_id,
        name,
        row_number() over (partition by customer_id order by source desc, billing_customer_id) as position
    from {{ ref('int_identity__billing_customers') }}
    where name is not null
),

facts as (
    select customer_id, start_on as day from {{ ref('int_billing__spans') }}
    union all
    select customer_id, trial_started_on as day from {{ ref('int_lifecycle__trial_stretches') }}
    union all
    select account_id as customer_id, created_on as day from {{ ref('int_sales__opportunities') }} where account_id is not null
    union all
    select converted_account_id as customer_id, converted_on as day from {{ ref('int_sales__leads') }} where converted_account_id is not null
),

first_facts as (
    select customer_id, min(day) as day from facts group by customer_id
),

dated as (
    select
        c.customer_id,
        c.account_id,
        c.account_source,
        coalesce(c.name, n.name, {{ without_email('c.customer_id') }}, 'Unnamed customer') as name,
        least(coalesce(c.created_on, f.day), coalesce(f.day, c.created_on)) as appeared_on
    from customers as c
    left join first_facts as f on f.customer_id = c.customer_id
    left join (select * from billing_names where position = 1) as n on n.customer_id = c.customer_id
),

-- A customer without any date was there when the first one appeared.
earliest as (
    select coalesce(min(appeared_on), {{ as_of() }}) as appeared_on from dated
)

select
    d.customer_id,
    d.account_id,
    d.account_source,
    d.name,
    coalesce(d.appeared_on, e.appeared_on) as appeared_on
from dated as d
cross join earliest as e
