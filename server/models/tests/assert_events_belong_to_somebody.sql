-- Every event is about a customer, a lead that is none yet, or nobody (`none`)
select e.customer_id, e.day, e.measure, e.record
from {{ ref('customer_events') }} as e
left join {{ ref('customers') }} as c on c.customer_id = e.customer_id
left join {{ ref('int_sales__leads') }} as l on l.lead_id = e.customer_id
where e.customer_id <> 'none' and c.customer_id is null and l.lead_id is null
