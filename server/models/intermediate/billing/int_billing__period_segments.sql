-- Periods of generic subscriptions as segments, as they stand: [start_on, end_on) at the monthly value of their price and quantity, to the as-of day while they run.
with ended as (
    select
        *,
        coalesce(end_on, {{ add_days(as_of(), 1) }}) as open_end_on
    from {{ ref('stg_billing__subscription_periods') }}
)

select
    p.source,
    p.billing_customer_id,
    p.subscription_id,
    'billing:' || p.subscription_id as item_key,
    p.plan,
    false as is_credit,
    p.start_on,
    p.open_end_on as end_on,
    cast(null as timestamp) as period_ends_at,
    p.currency,
    {{ exact_ratio(
        ['p.amount_micros', 'p.quantity', 'b.months_numerator', 'x.numerator'],
        ['b.months_denominator * p.interval_count', 'x.micros_denominator']
    ) }} as mrr
from ended as p
left join {{ ref('billing_intervals') }} as b on b.recurring_interval = p.recurring_interval
left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = p.currency
where p.start_on < p.open_end_on
