-- Every trial that counts: when it started, whether and when it converted, and the customer's dimension values on its first day.
-- An activation converts the customer's latest trial started on or before it.
with started as (
    select
        c.customer_id,
        t.subscription_id,
        t.trial_started_on,
        t.trial_ends_on,
        t.ended_on is null and t.status <> 'canceled' as is_open
    from {{ ref('stg_stripe__subscriptions') }} as t
    inner join {{ ref('int_identity__billing_customers') }} as c
        on c.billing_customer_id = t.stripe_customer_id
    where c.source = 'stripe' and t.trial_started_on is not null
),

-- A trial of a customer who was active the day before is no trial.
of_active as (
    select distinct t.subscription_id
    from started as t
    inner join {{ ref('int_lifecycle__states') }} as s
        on s.customer_id = t.customer_id and s.valid_from < t.trial_started_on and s.valid_to >= t.trial_started_on
    where s.mrr > 0
),

trials as (
    select t.*
    from started as t
    left join of_active as a on a.subscription_id = t.subscription_id
    where a.subscription_id is null
),

activations as (
    select
        t.subscription_id,
        c.customer_id,
        c.day,
        row_number() over (
            partition by c.customer_id, c.day
            order by t.trial_started_on desc, t.subscription_id desc
        ) as position
    from {{ ref('int_lifecycle__changes') }} as c
    inner join trials as t on t.customer_id = c.customer_id and t.trial_started_on <= c.day
    where c.movement in ('new', 'reactivation')
),

conversions as (
    select subscription_id, min(day) as converted_on
    from activations
    where position = 1
    group by subscription_id
)

select
    t.customer_id,
    t.subscription_id,
    t.trial_started_on,
    t.trial_ends_on,
    v.converted_on,
    v.converted_on is null and t.is_open and t.trial_ends_on > {{ as_of() }} as is_running,
    {{ dims('p') }}
from trials as t
left join conversions as v on v.subscription_id = t.subscription_id
inner join {{ ref('int_lifecycle__profiles') }} as p on p.customer_id = t.customer_id and p.day = t.trial_started_on
