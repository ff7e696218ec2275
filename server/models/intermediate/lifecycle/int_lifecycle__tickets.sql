-- Tickets with the customer they belong to and the dimension values of the day they were created, which they keep.
select
    t.source,
    t.ticket_id,
    m.customer_id,
    t.priority,
    t.channel,
    t.satisfaction,
    t.created_on,
    t.first_solved_on,
    t.solved_on,
    t.replied_on,
    t.first_reply_minutes,
    t.resolved_on,
    t.full_resolution_minutes,
    t.was_reopened,
    coalesce(p.plan, 'none') as plan,
    coalesce(p.region, 'unknown') as region,
    coalesce(p.industry, 'unknown') as industry,
    coalesce(p.company_size, 'unknown') as company_size,
    coalesce(p.acquisition_channel, 'unknown') as acquisition_channel
from {{ ref('int_support__tickets') }} as t
inner join {{ ref('int_identity__tickets') }} as m on m.source = t.source and m.ticket_id = t.ticket_id
left join {{ ref('int_lifecycle__profiles') }} as p on p.customer_id = m.customer_id and p.day = t.created_on
