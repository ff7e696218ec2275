-- The discounts on a subscription or one of its items now, with the terms of the coupon behind them.
with coupons as (
    select
        *,
        row_number() over (partition by id order by case when deleted then 0 else 1 end desc, _ordinal desc) as recency
    from {{ source('stripe', 'coupons') }}
)

select
    d.subscription_id,
    d.subscription_item_id,
    d.discount_id,
    coalesce(d.percent_off_micros, c.percent_off_micros) as percent_off_micros,
    coalesce(d.amount_off, c.amount_off) as amount_off
from {{ source('stripe', 'subscription_discounts') }} as d
inner join {{ ref('stg_stripe__subscriptions') }} as s
    on s.subscription_id = d.subscription_id and s.subscription_ordinal = d.subscription_ordinal
left join (select * from coupons where recency = 1) as c on c.id = d.coupon_id
where d.coupon_id is not null
    and (d.end_at is null or {{ local_date('d.end_at') }} > {{ as_of() }})
