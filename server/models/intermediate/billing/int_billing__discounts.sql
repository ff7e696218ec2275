-- The discounts in force on the items of subscriptions without invoice lines, one row per item a discount applies to, numbered in their order:
-- those of the item itself (scope `item`), and those of the subscription, or of the customer where it has none (scope `subscription`).
with of_customers as (
    select distinct i.subscription_id, d.position, d.discount_id, d.coupon_id, d.percent_off_micros
    from {{ ref('int_billing__items_without_lines') }} as i
    inner join {{ ref('stg_stripe__customer_discounts') }} as d on d.stripe_customer_id = i.stripe_customer_id
    left join (
        select distinct subscription_id as discounted_id
        from {{ ref('stg_stripe__subscription_discounts') }}
        where subscription_item_id is null
    ) as own on own.discounted_id = i.subscription_id
    where own.discounted_id is null
),

held as (
    select subscription_id, subscription_item_id, position, discount_id, coupon_id, percent_off_micros
    from {{ ref('stg_stripe__subscription_discounts') }}
    union all
    select
        subscription_id, cast(null as string) as subscription_item_id, position, discount_id, coupon_id,
        percent_off_micros
    from of_customers
),

numbered as (
    select
        subscription_id as holder_subscription_id,
        subscription_item_id as holder_item_id,
        case when subscription_item_id is null then 'subscription' else 'item' end as scope,
        row_number() over (partition by subscription_id, subscription_item_id order by position) as turn,
        discount_id,
        coupon_id,
        percent_off_micros
    from held
),

limited as (
    select distinct coupon_id as limited_coupon_id from {{ ref('stg_stripe__coupon_products') }}
),

limits as (
    select coupon_id as limit_coupon_id, product_id as limit_product_id from {{ ref('stg_stripe__coupon_products') }}
),

amounts as (
    select coupon_id as amount_coupon_id, currency as amount_currency, amount_off from {{ ref('stg_stripe__coupon_amounts') }}
)

select
    i.subscription_item_id,
    i.subscription_id,
    n.scope,
    n.turn,
    n.discount_id,
    n.coupon_id,
    n.percent_off_micros,
    case when n.percent_off_micros is null then a.amount_off end as amount_off
from {{ ref('int_billing__items_without_lines') }} as i
inner join numbered as n on n.holder_subscription_id = i.subscription_id
left join limited as l on l.limited_coupon_id = n.coupon_id
left join limits as p on p.limit_coupon_id = n.coupon_id and p.limit_product_id = i.product_id
left join amounts as a on a.amount_coupon_id = n.coupon_id and a.amount_currency = i.currency
where (n.holder_item_id is null or n.holder_item_id = i.subscription_item_id)
    and (l.limited_coupon_id is null or p.limit_product_id is not null)
