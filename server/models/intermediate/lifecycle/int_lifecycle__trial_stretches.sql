-- The days each trial lasts for the lifecycle stage: from its start to the day before it ends, or the subscription does.
select
    c.customer_id,
    t.subscription_id,
    t.trial_started_on,
    least(
        coalesce(t.trial_ends_on, date '9999-12-31'),
        coalesce(t.ended_on, date '9999-12-31')
    ) as trial_over_on
from {{ ref('stg_stripe__subscriptions') }} as t
inner join {{ ref('int_identity__billing_customers') }} as c
    on c.billing_customer_id = t.stripe_customer_id
where c.source = 'stripe' and t.trial_started_on is not null
