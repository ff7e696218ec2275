-- The items a subscription has now: those nested in its newest version, and where that list was cut off, the rest from the items' own file.
with candidates as (
    select
        i.*,
        case when i.subscription_ordinal is null then 0 else 1 end as is_nested
    from {{ source('stripe', 'subscription_items') }} as i
    inner join {{ ref('stg_stripe__subscriptions') }} as s on s.subscription_id = i.subscription_id
    where i.subscription_ordinal = s.subscription_ordinal
        or (i.subscription_ordinal is null and s.items_incomplete)
),

ranked as (
    select
        *,
        row_number() over (partition by id order by is_nested desc, _ordinal desc) as recency
    from candidates
)

select
    id as subscription_item_id,
    subscription_id,
    price_id,
    coalesce(quantity, 1) as quantity,
    _ordinal as item_position
from ranked
where recency = 1 and not deleted
