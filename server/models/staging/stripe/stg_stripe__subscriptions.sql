-- One row per Stripe subscription created by the as-of day, as it was then: what is dated later does not exist yet.
with ranked as (
    select
        *,
        row_number() over (partition by id order by case when deleted then 0 else 1 end desc, _ordinal desc) as recency
    from {{ source('stripe', 'subscriptions') }}
),

dated as (
    select
        *,
        {{ local_date('coalesce(created, start_date)') }} as created_on,
        {{ local_date('coalesce(start_date, created)') }} as start_on,
        {{ local_date('trial_start') }} as trial_started_on,
        {{ local_date('trial_end') }} as trial_ends_on,
        {{ local_date('canceled_at') }} as cancel_asked_on,
        {{ local_date('ended_at') }} as end_on,
        {{ local_date('cancel_at') }} as cancel_on,
        {{ local_date('current_period_end') }} as period_ends_on
    from ranked
    where recency = 1
)

select
    'stripe' as source,
    id as subscription_id,
    customer_id as stripe_customer_id,
    currency,
    case when status = 'canceled' and end_on > {{ as_of() }} then 'active' else status end as status,
    start_on,
    case when trial_started_on <= {{ as_of() }} then trial_started_on end as trial_started_on,
    trial_ends_on,
    trial_start is not null as has_trial,
    case when cancel_asked_on <= {{ as_of() }} then cancel_asked_on end as canceled_on,
    case when end_on <= {{ as_of() }} then end_on end as ended_on,
    case when end_on <= {{ as_of() }} then ended_at end as ended_at,
    case
        when cancel_asked_on > {{ as_of() }} then null
        when cancel_on is not null then cancel_on
        when cancel_at_period_end then period_ends_on
    end as scheduled_end_on,
    cancellation_reason,
    cancellation_feedback,
    collection_method,
    paused_collection,
    _ordinal as subscription_ordinal,
    items_incomplete
from dated
cross join {{ ref('stg_stripe__modes') }} as modes
where (created_on is null or created_on <= {{ as_of() }})
    and {{ of_counted_mode('livemode') }}
