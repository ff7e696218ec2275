-- One row per invoice that exists on the as-of day, drafts and voids included; deleted ones not.
with ranked as (
    select
        *,
        row_number() over (partition by id order by _ordinal desc) as recency
    from {{ source('stripe', 'invoices') }}
)

select
    id as invoice_id,
    customer_id as stripe_customer_id,
    status,
    created as created_at,
    status = 'paid' and (paid_at is null or {{ local_date('paid_at') }} <= {{ as_of() }}) as is_paid,
    lines_incomplete,
    _ordinal as invoice_ordinal
from ranked
cross join {{ ref('stg_stripe__modes') }} as modes
where recency = 1
    and not deleted
    and {{ of_counted_mode('livemode') }}
    and {{ local_date('created') }} <= {{ as_of() }}
