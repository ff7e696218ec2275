-- One row per Stripe customer: the newest full version. A `deleted` stub keeps the last full version.
with ranked as (
    select
        *,
        row_number() over (partition by id order by case when deleted then 0 else 1 end desc, _ordinal desc) as recency
    from {{ source('stripe', 'customers') }}
)

select
    id as stripe_customer_id,
    name,
    name_key,
    email,
    email_key,
    email_domain,
    account_ref,
    delinquent,
    {{ local_date('created') }} as created_on,
    _ordinal as customer_ordinal
from ranked
cross join {{ ref('stg_stripe__modes') }} as modes
where recency = 1
    and {{ of_counted_mode('livemode') }}
    and (created is null or {{ local_date('created') }} <= {{ as_of() }})
