-- Every invoice line tied to a subscription, with the kind it has for MRR: regular, debit or credit; the rest gives no segment (`none`).
select
    l.line_id,
    l.invoice_id,
    i.created_at as invoiced_at,
    i.status as invoice_status,
    i.is_paid,
    l.subscription_id,
    s.subscription_id is not null as is_subscription_known,
    coalesce(s.stripe_customer_id, i.stripe_customer_id) as stripe_customer_id,
    coalesce(l.subscription_item_id, l.subscription_id || ':' || coalesce(l.price_id, '')) as item_key,
    l.price_id,
    p.product_name as plan,
    p.recurring_interval,
    p.interval_count,
    p.is_tiered,
    l.currency,
    l.quantity,
    l.amount,
    l.amount
        - l.tax_inclusive_amount
        {% if var('mrr_discounts') == 'all' %}- l.discount_amount{% endif %} as net_amount,
    l.period_start,
    l.period_end,
    case
        when i.status in ('draft', 'void') or coalesce(s.status, '') in ('incomplete', 'incomplete_expired') then 'none'
        when p.is_licensed_recurring is null or not p.is_licensed_recurring then 'none'
        when not l.is_proration then 'regular'
        when l.amount = 0 then 'none'
        when l.amount < 0 then 'credit'
        else 'debit'
    end as kind
from {{ ref('stg_stripe__invoice_lines') }} as l
inner join {{ ref('stg_stripe__invoices') }} as i on i.invoice_id = l.invoice_id
left join {{ ref('stg_stripe__subscriptions') }} as s on s.subscription_id = l.subscription_id
left join {{ ref('stg_stripe__prices') }} as p on p.price_id = l.price_id
where l.subscription_id is not null
