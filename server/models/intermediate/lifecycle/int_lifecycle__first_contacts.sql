-- When each lifecycle entity was met for the first time: customers with the leads that were converted into them, and every other lead by itself.
-- Its dimension values are what was known that day: the lead's where the lead came first, else the customer's.
with ranked as (
    select
        customer_id as entity_id, day, region, industry, company_size, acquisition_channel,
        row_number() over (partition by customer_id order by day, record_id) as position
    from {{ ref('int_lifecycle__sales') }}
    where measure = 'leads_created'
),

leads as (
    select * from ranked where position = 1
),

customers as (
    select c.customer_id as entity_id, c.appeared_on as day, {{ dims('p') }}
    from {{ ref('int_lifecycle__customers') }} as c
    inner join {{ ref('int_lifecycle__profiles') }} as p on p.customer_id = c.customer_id and p.day = c.appeared_on
)

select l.entity_id, l.day, 'none' as plan, l.region, l.industry, l.company_size, l.acquisition_channel
from leads as l
left join customers as c on c.entity_id = l.entity_id
where c.entity_id is null or l.day < c.day

union all

select c.entity_id, c.day, {{ dims('c') }}
from customers as c
left join leads as l on l.entity_id = c.entity_id
where l.entity_id is null or l.day >= c.day
