-- What a debit proration costs for its full billing period. Stripe charges the part of the period that is left, rounded to a minor unit;
-- scaling that up magnifies the rounding, so the exact price is recovered where one lies within the error: first the price's own
-- amount × quantity, else the item's next regular charge. Result: an exact ratio full_numerator / full_denominator, in minor units.
with regular as (
    select * from {{ ref('int_billing__charges') }} where kind = 'regular'
),

periods as (
    select subscription_id, period_end, recurring_interval, interval_count, min(period_start) as period_start
    from regular
    group by subscription_id, period_end, recurring_interval, interval_count
),

debits as (
    select
        d.*,
        coalesce(
            f.period_start,
            {{ intervals_before('d.period_end', 'd.recurring_interval', 'd.interval_count') }}
        ) as full_start
    from {{ ref('int_billing__charges') }} as d
    left join periods as f
        on f.subscription_id = d.subscription_id
        and f.period_end = d.period_end
        and f.recurring_interval = d.recurring_interval
        and f.interval_count = d.interval_count
    where d.kind = 'debit' and d.period_end > d.period_start
),

measured as (
    select
        d.*,
        {{ seconds_between('d.full_start', 'd.period_end') }} as full_seconds,
        {{ seconds_between('d.period_start', 'd.period_end') }} as prorated_seconds
    from debits as d
),

later_regular as (
    select
        d.line_id,
        d.invoice_id,
        r.price_id,
        r.quantity,
        r.net_amount,
        row_number() over (partition by d.invoice_id, d.line_id order by r.period_start, r.invoiced_at, r.line_id) as position
    from measured as d
    inner join regular as r on r.item_key = d.item_key
    where r.period_start > d.period_start
),

next_regular as (
    select * from later_regular where position = 1
),

priced as (
    select
        m.*,
        case when p.is_plain_per_unit and p.currency = m.currency then p.unit_amount_micros * m.quantity end as price_micros,
        case when n.price_id = m.price_id and n.quantity = m.quantity then n.net_amount end as next_amount
    from measured as m
    left join {{ ref('stg_stripe__prices') }} as p on p.price_id = m.price_id
    left join next_regular as n on n.line_id = m.line_id and n.invoice_id = m.invoice_id
),

-- |net × full ÷ prorated − price| ≤ full ÷ prorated, multiplied by the prorated seconds. These products stay exact in doubles.
judged as (
    select
        *,
        abs(
            cast(net_amount as double) * cast(full_seconds as double)
            - cast(price_micros as double) / 1000000.0 * cast(prorated_seconds as double)
        ) <= cast(full_seconds as double) as is_price,
        abs(
            cast(net_amount as double) * cast(full_seconds as double)
            - cast(next_amount as double) * cast(prorated_seconds as double)
        ) <= cast(full_seconds as double) as is_next
    from priced
)

select
    invoice_id,
    line_id,
    case when is_price then price_micros when is_next then next_amount else net_amount end as full_numerator,
    case when is_price then 1000000 else 1 end as full_denominator,
    case when is_price or is_next then 1 else full_seconds end as scale_numerator,
    case when is_price or is_next then 1 else prorated_seconds end as scale_denominator
from judged
