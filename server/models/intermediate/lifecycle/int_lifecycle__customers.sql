-- Every customer: each account, and each billing customer without one, with the day it appears (created, or its first fact if that is earlier).
with accounts as (
    select account_id as customer_id, account_id, source as account_source, name, created_on
    from {{ ref('int_identity__account_attributes') }}
    where is_current
),

billing as (
    select
        customer_id,
        cast(null as string) as account_id,
        cast(null as string) as account_source,
        max(case when position = 1 then name end) as name,
        min(created_on) as created_on
    from (
        select
            c.customer_id, c.created_on, c.name,
            row_number() over (partition by c.customer_id order by c.source desc) as position
        from {{ ref('int_identity__billing_customers') }} as c
        left join accounts as a on a.customer_id = c.customer_id
        where c.account_id is null and a.customer_id is null
    ) as b
    group by customer_id
),

customers as (
    select customer_id, account_id, account_source, name, created_on from accounts
    union all
    select customer_id, account_id, account_source, name, created_on from billing
),

facts as (
    select customer_id, start_on as day from {{ ref('int_billing__spans') }}
    union all
    select customer_id, trial_started_on as day from {{ ref('int_lifecycle__trial_stretches') }}
    union all
    select account_id as customer_id, created_on as day from {{ ref('stg_salesforce__opportunities') }} where account_id is not null
),

first_facts as (
    select customer_id, min(day) as day from facts group by customer_id
),

dated as (
    select
        c.customer_id,
        c.account_id,
        c.account_source,
        c.name,
        least(coalesce(c.created_on, f.day), coalesce(f.day, c.created_on)) as appeared_on
    from customers as c
    left join first_facts as f on f.customer_id = c.customer_id
),

-- Nobody can say when a customer without any date began: it was there when the first one appeared.
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
