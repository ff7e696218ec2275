-- The days on which somebody's dimension values are asked for: when tickets and trials begin, when opportunities move, when stages may change.
with days as (
    select customer_id, created_on as day from {{ ref('int_identity__tickets') }} where customer_id is not null
    union
    select customer_id, day from {{ ref('int_lifecycle__stage_days') }}
    union
    select customer_id, trial_started_on as day from {{ ref('int_lifecycle__trial_stretches') }}
    union
    select account_id as customer_id, created_on as day from {{ ref('int_sales__opportunities') }}
    union
    select account_id as customer_id, won_on as day from {{ ref('int_sales__opportunities') }}
    union
    select account_id as customer_id, lost_on as day from {{ ref('int_sales__opportunities') }}
)

select customer_id, day
from days
where customer_id is not null and day is not null
