-- Days from a customer's first lead or opportunity to its first active day. Customers without either are absent.
with firsts as (
    select customer_id, min(valid_from) as first_on
    from {{ ref('int_lifecycle__states') }}
    where mrr > 0
    group by customer_id
),

contacts as (
    select converted_account_id as customer_id, created_on from {{ ref('int_sales__leads') }} where converted_account_id is not null
    union all
    select account_id as customer_id, created_on from {{ ref('int_sales__opportunities') }} where account_id is not null
),

first_contacts as (
    select customer_id, min(created_on) as first_contact_on from contacts group by customer_id
),

cycles as (
    select
        f.first_on as day,
        greatest({{ days_between('c.first_contact_on', 'f.first_on') }}, 0) as bucket,
        {{ dims('s') }}
    from firsts as f
    inner join first_contacts as c on c.customer_id = f.customer_id
    inner join {{ ref('int_lifecycle__states') }} as s on s.customer_id = f.customer_id and s.valid_from = f.first_on
)

select day, cast(bucket as bigint) as bucket, {{ dims() }}, cast(count(*) as bigint) as customers
from cycles
group by day, bucket, {{ dims() }}
order by day, bucket, {{ dims() }}
