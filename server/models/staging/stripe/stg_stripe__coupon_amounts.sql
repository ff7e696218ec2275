-- What a coupon takes off in each currency it has an amount for, as it was landed last.
with ranked as (
    select
        *,
        row_number() over (partition by coupon_id, currency order by _ordinal desc) as recency
    from {{ source('stripe', 'coupon_amounts') }}
)

select coupon_id, currency, amount_off
from ranked
where recency = 1
