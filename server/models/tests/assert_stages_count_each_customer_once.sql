-- The stages of all transitions hold exactly the customers and leads there are: no count is negative, and the active ones are the active customers
with counts as (
    select to_stage as stage, sum(entities) as entities from {{ ref('stage_transitions') }} group by to_stage
    union all
    select from_stage as stage, -sum(entities) as entities from {{ ref('stage_transitions') }} group by from_stage
),

stages as (
    select stage, sum(entities) as entities
    from counts
    where stage not in ('none', 'moved')
    group by stage
),

active as (
    select sum(case when mrr > 0 then 1 else 0 end) as customers from {{ ref('customers') }}
)

select s.stage, s.entities, a.customers as active_customers
from stages as s
cross join active as a
where s.entities < 0 or (s.stage = 'active' and s.entities <> a.customers)
