-- How far those met for the first time on a day have come since, and how long it took: first contact, opportunity, trial, customer.
-- Each step counts by itself: who buys without a trial is no trial. Everything stands under the day and the dimension values of first contact.
with facts as (
    select entity_id, 'contact' as step, day from {{ ref('int_lifecycle__first_contacts') }}

    union all

    select account_id as entity_id, 'opportunity' as step, created_on as day
    from {{ ref('int_sales__opportunities') }}
    where account_id is not null

    union all

    select customer_id as entity_id, 'trial' as step, trial_started_on as day from {{ ref('int_lifecycle__trials') }}

    union all

    select customer_id as entity_id, 'customer' as step, valid_from as day from {{ ref('int_lifecycle__states') }} where mrr > 0
),

steps as (
    select entity_id, step, min(day) as reached_on from facts group by entity_id, step
),

reached as (
    select f.day, s.step, {{ days_between('f.day', 's.reached_on') }} as bucket, {{ dims('f') }}
    from {{ ref('int_lifecycle__first_contacts') }} as f
    inner join steps as s on s.entity_id = f.entity_id
)

select day, step, cast(bucket as bigint) as bucket, {{ dims() }}, cast(count(*) as bigint) as entities
from reached
group by day, step, bucket, {{ dims() }}
order by day, step, bucket, {{ dims() }}
