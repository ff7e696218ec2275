-- Subscriptions without any invoice line in the data: one segment per item, at its price, quantity and discounts of now.
with items as (
    select
        s.stripe_customer_id,
        s.subscription_id,
        s.currency as subscription_currency,
        coalesce(s.trial_ends_on, s.start_on) as start_on,
        coalesce(l.ended_on, {{ add_days(as_of(), 1) }}) as end_on,
        i.subscription_item_id,
        i.quantity,
        p.product_name as plan,
        coalesce(p.currency, s.currency) as currency,
        p.unit_amount_micros,
        p.recurring_interval,
        p.interval_count
    from {{ ref('stg_stripe__subscriptions') }} as s
    inner join {{ ref('stg_stripe__subscription_items') }} as i on i.subscription_id = s.subscription_id
    inner join {{ ref('stg_stripe__prices') }} as p on p.price_id = i.price_id
    inner join {{ ref('int_billing__subscription_limits') }} as l on l.subscription_id = s.subscription_id
    left join (select distinct subscription_id from {{ ref('stg_stripe__invoice_lines') }}) as k
        on k.subscription_id = s.subscription_id
    where k.subscription_id is null
        and p.is_licensed_recurring
        and s.status not in ('incomplete', 'incomplete_expired')
),

-- A percent discount takes its share of the item; an amount goes off once per item it applies to.
discounts as (
    select
        i.subscription_item_id,
        sum(coalesce(d.percent_off_micros, 0)) as percent_off_micros,
        sum(coalesce(d.amount_off, 0)) as amount_off
    from items as i
    inner join {{ ref('stg_stripe__subscription_discounts') }} as d on d.subscription_id = i.subscription_id
    where d.subscription_item_id is null or d.subscription_item_id = i.subscription_item_id
    group by i.subscription_item_id
),

priced as (
    select
        i.*,
        {% if var('mrr_discounts') == 'all' %}
        greatest(100000000 - coalesce(d.percent_off_micros, 0), 0) as percent_kept_micros,
        coalesce(d.amount_off, 0) as amount_off
        {% else %}
        100000000 as percent_kept_micros,
        0 as amount_off
        {% endif %}
    from items as i
    left join discounts as d on d.subscription_item_id = i.subscription_item_id
),

netted as (
    select
        *,
        greatest({{ exact_ratio(['unit_amount_micros', 'quantity', 'percent_kept_micros'], ['100000000']) }} - amount_off * 1000000, 0) as net_micros
    from priced
)

select
    'stripe' as source,
    n.stripe_customer_id as billing_customer_id,
    n.subscription_id,
    n.subscription_item_id as item_key,
    n.plan,
    false as is_credit,
    n.start_on,
    n.end_on,
    cast(null as timestamp) as period_ends_at,
    n.currency,
    {{ exact_ratio(
        ['n.net_micros', 'b.months_numerator', 'x.numerator'],
        ['1000000', 'b.months_denominator * n.interval_count', 'x.stripe_denominator']
    ) }} as mrr
from netted as n
left join {{ ref('billing_intervals') }} as b on b.recurring_interval = n.recurring_interval
left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = n.currency
where n.start_on < n.end_on
