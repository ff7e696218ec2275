-- The items of subscriptions without any invoice line in the data, which are served by the as-of day: what they cost now, before discounts.
with subscriptions as (
    select
        s.*,
        coalesce(s.trial_ends_on, s.start_on) as serves_from,
        coalesce(l.ended_on, {{ add_days(as_of(), 1) }}) as serves_until
    from {{ ref('stg_stripe__subscriptions') }} as s
    inner join {{ ref('int_billing__subscription_limits') }} as l on l.subscription_id = s.subscription_id
    left join (select distinct subscription_id as billed_id from {{ ref('stg_stripe__invoice_lines') }}) as k
        on k.billed_id = s.subscription_id
    where k.billed_id is null
        and s.status not in ('incomplete', 'incomplete_expired', 'unpaid', 'paused')
        and not s.paused_collection
),

items as (
    select
        s.stripe_customer_id,
        s.subscription_id,
        i.subscription_item_id,
        i.item_position,
        i.price_id,
        i.quantity,
        p.product_id,
        p.product_name as plan,
        p.recurring_interval,
        p.interval_count,
        coalesce(s.currency, p.currency) as currency,
        s.serves_from as start_on,
        s.serves_until as end_on
    from subscriptions as s
    inner join {{ ref('stg_stripe__subscription_items') }} as i on i.subscription_id = s.subscription_id
    left join {{ ref('stg_stripe__prices') }} as p on p.price_id = i.price_id
    where s.serves_from < s.serves_until
        and (p.is_licensed_recurring is null or p.is_licensed_recurring)
)

select i.*, a.amount
from items as i
left join {{ ref('int_billing__amounts') }} as a
    on a.price_id = i.price_id and a.quantity = i.quantity and a.currency = i.currency
