-- The discounts in force on a customer on the as-of day, with the terms of the coupon behind them.
with coupons as (
    select
        *,
        row_number() over (partition by id order by case when deleted then 0 else 1 end desc, _ordinal desc) as recency
    from {{ source('stripe', 'coupons') }}
),

terms as (
    select
        d.customer_id as stripe_customer_id,
        d.position,
        d.discount_id,
        d.coupon_id,
        coalesce(d.percent_off_micros, c.percent_off_micros) as percent_off_micros,
        coalesce(d.duration, c.duration, '') as duration,
        {{ local_date('d.start_at') }} as starts_on,
        {{ local_date('d.end_at') }} as ends_on
    from {{ source('stripe', 'customer_discounts') }} as d
    inner join {{ ref('stg_stripe__customers') }} as h
        on h.stripe_customer_id = d.customer_id and h.customer_ordinal = d.customer_ordinal
    left join (select * from coupons where recency = 1) as c on c.id = d.coupon_id
)

select
    stripe_customer_id,
    position,
    discount_id,
    coupon_id,
    percent_off_micros
from terms
where duration <> 'once'
    and (starts_on is null or starts_on <= {{ as_of() }})
    and (ends_on is null or ends_on > {{ as_of() }})
