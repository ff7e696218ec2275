-- Subscriptions without any invoice line in the data: one segment per item, at its price, quantity and discounts of now.
-- An item whose amount is not known gives none.
select
    'stripe' as source,
    i.stripe_customer_id as billing_customer_id,
    i.subscription_id,
    i.subscription_item_id as item_key,
    i.plan,
    false as is_credit,
    i.start_on,
    i.end_on,
    cast(null as timestamp) as period_ends_at,
    i.currency,
    {{ exact_ratio(
        ['d.net_amount', 'b.months_numerator', 'x.numerator'],
        ['b.months_denominator * i.interval_count', 'x.stripe_denominator']
    ) }} as mrr
from {{ ref('int_billing__items_without_lines') }} as i
inner join {{ ref('int_billing__discounted_items') }} as d on d.subscription_item_id = i.subscription_item_id
left join {{ ref('billing_intervals') }} as b on b.recurring_interval = i.recurring_interval
left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = i.currency
