-- One row per period of a generic subscription, as it was on the as-of day. A period is known by its subscription and its first day;
-- of several landed versions the newest stands.
with ranked as (
    select
        *,
        row_number() over (partition by subscription_id, start_date order by _ordinal desc) as recency
    from {{ source('billing', 'subscription_periods') }}
)

select
    'billing' as source,
    subscription_id,
    customer_id as billing_customer_id,
    customer_name,
    name_key,
    email_key,
    email_domain,
    coalesce(plan, 'unknown') as plan,
    start_date as start_on,
    end_date as end_on,
    amount_micros,
    recurring_interval,
    interval_count,
    quantity,
    coalesce(currency, '{{ var("currency") }}') as currency,
    end_reason,
    lower(replace(replace(end_reason, ' ', '_'), '-', '_')) as end_reason_key,
    _ordinal as period_ordinal
from ranked
where recency = 1 and start_date <= {{ as_of() }}
