-- The days on which a customer's lifecycle stage or dimension values may change.
with days as (
    select customer_id, appeared_on as day from {{ ref('int_lifecycle__customers') }}
    union
    select customer_id, valid_from as day from {{ ref('int_lifecycle__states') }}
    union
    select customer_id, trial_started_on as day from {{ ref('int_lifecycle__trial_stretches') }}
    union
    select customer_id, trial_over_on as day from {{ ref('int_lifecycle__trial_stretches') }}
    union
    select account_id as customer_id, created_on as day from {{ ref('int_sales__opportunities') }}
    union
    select account_id as customer_id, won_on as day from {{ ref('int_sales__opportunities') }}
    union
    select account_id as customer_id, lost_on as day from {{ ref('int_sales__opportunities') }}
    union
    select account_id as customer_id, valid_from as day from {{ ref('int_identity__account_attributes') }}
)

select c.customer_id, d.day
from days as d
inner join {{ ref('int_lifecycle__customers') }} as c on c.customer_id = d.customer_id
where d.day >= c.appeared_on and d.day <= {{ as_of() }}
