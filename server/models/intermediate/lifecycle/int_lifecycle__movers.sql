-- The subscription behind each movement of a customer's MRR: of those whose MRR changed that day, the one that changed most in its direction.
with ends as (
    select customer_id, start_on as day, source, subscription_id, mrr as change from {{ ref('int_billing__spans') }}
    union all
    select customer_id, end_on as day, source, subscription_id, -mrr as change from {{ ref('int_billing__spans') }}
),

subscriptions as (
    select customer_id, day, source, subscription_id, sum(change) as change
    from ends
    group by customer_id, day, source, subscription_id
),

ranked as (
    select
        s.customer_id,
        s.day,
        s.subscription_id,
        row_number() over (
            partition by s.customer_id, s.day
            order by case when c.m1 > c.m0 then -s.change else s.change end, s.subscription_id, s.source
        ) as position
    from subscriptions as s
    inner join {{ ref('int_lifecycle__changes') }} as c on c.customer_id = s.customer_id and c.day = s.day
    where s.change <> 0 and c.movement in ('new', 'reactivation', 'expansion', 'contraction')
)

select customer_id, day, subscription_id
from ranked
where position = 1
