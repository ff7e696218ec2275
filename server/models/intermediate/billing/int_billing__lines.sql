-- Every invoice line tied to a subscription, with the kind it has for MRR: regular, debit or credit; the rest gives no segment (`none`).
-- A line that names no item belongs to the subscription's item with the same price, else to its only item, else to none.
with items_by_price as (
    select subscription_id as pricing_subscription_id, price_id as same_price_id, min(subscription_item_id) as same_price_item_id
    from {{ ref('stg_stripe__subscription_items') }}
    group by subscription_id, price_id
),

only_items as (
    select subscription_id as lone_subscription_id, min(subscription_item_id) as only_item_id
    from {{ ref('stg_stripe__subscription_items') }}
    group by subscription_id
    having count(*) = 1
),

lines as (
    select
        *,
        case when subscription_item_id is null then subscription_id end as itemless_subscription_id
    from {{ ref('stg_stripe__invoice_lines') }}
    where subscription_id is not null
),

placed as (
    select
        l.*,
        coalesce(l.subscription_item_id, p.same_price_item_id, o.only_item_id) as item_id
    from lines as l
    left join items_by_price as p on p.pricing_subscription_id = l.itemless_subscription_id and p.same_price_id = l.price_id
    left join only_items as o on o.lone_subscription_id = l.itemless_subscription_id
)

select
    l.line_id,
    l.invoice_id,
    i.created_at as invoiced_at,
    i.status as invoice_status,
    i.is_paid,
    l.subscription_id,
    s.subscription_id is not null as is_subscription_known,
    coalesce(s.stripe_customer_id, i.stripe_customer_id) as stripe_customer_id,
    coalesce(l.item_id, l.subscription_id || ':' || coalesce(l.price_id, '')) as item_key,
    l.item_id is not null as has_item,
    l.price_id,
    p.product_name as plan,
    p.recurring_interval,
    p.interval_count,
    p.is_tiered,
    l.currency,
    l.quantity,
    l.amount,
    l.tax_inclusive_amount,
    l.amount - l.discount_amount - l.tax_inclusive_amount as charged_amount,
    {% if var('mrr_discounts') == 'all' -%}
    l.amount - l.discount_amount - l.tax_inclusive_amount as net_amount,
    {%- else -%}
    -- The tax contained is that of the discounted amount: the undiscounted one contains it in the same proportion.
    case
        when l.tax_inclusive_amount = 0 or l.amount = l.discount_amount then l.amount
        when l.amount > l.discount_amount then
            {{ exact_ratio(['l.amount', '(l.amount - l.discount_amount - l.tax_inclusive_amount)'], ['(l.amount - l.discount_amount)']) }}
        else
            {{ exact_ratio(['l.amount', '(l.discount_amount + l.tax_inclusive_amount - l.amount)'], ['(l.discount_amount - l.amount)']) }}
    end as net_amount,
    {%- endif %}
    l.period_start,
    l.period_end,
    case
        when i.status in ('draft', 'void') or coalesce(s.status, '') in ('incomplete', 'incomplete_expired') then 'none'
        when p.is_licensed_recurring is null or not p.is_licensed_recurring then 'none'
        when not l.is_proration then 'regular'
        when l.amount < 0 then 'credit'
        when l.amount > 0 then 'debit'
        -- A tier that costs nothing is still part of the quantity, unless it is part of a credit.
        when p.is_tiered and not l.credits_items then 'debit'
        else 'none'
    end as kind
from placed as l
inner join {{ ref('stg_stripe__invoices') }} as i on i.invoice_id = l.invoice_id
left join {{ ref('stg_stripe__subscriptions') }} as s on s.subscription_id = l.subscription_id
left join {{ ref('stg_stripe__prices') }} as p on p.price_id = l.price_id
