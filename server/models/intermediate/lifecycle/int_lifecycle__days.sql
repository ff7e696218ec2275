-- The days on which a customer's MRR, plan or attributes may change: the ends of spans and the starts of account versions.
select customer_id, start_on as day from {{ ref('int_billing__spans') }}
union
select customer_id, end_on as day from {{ ref('int_billing__spans') }} where end_on <= {{ as_of() }}
union
select s.customer_id, a.valid_from as day
from (select customer_id, min(start_on) as first_on from {{ ref('int_billing__spans') }} group by customer_id) as s
inner join {{ ref('int_identity__account_attributes') }} as a on a.account_id = s.customer_id
where a.valid_from > s.first_on
