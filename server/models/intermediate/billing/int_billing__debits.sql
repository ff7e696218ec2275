-- What a debit proration costs for its full billing period. Stripe charges the part of the period that is left, rounded to a minor unit;
-- scaling that up magnifies the rounding, so the exact price is recovered where one lies within the error: first the price's own
-- amount × quantity, else the item's next regular charge, under the first of the possible full periods where one does. Result: an exact ratio full_numerator / full_denominator, in minor units.
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
        {{ seconds_between('d.period_start', 'd.period_end') }} as prorated_seconds,
        {{ seconds_between('f.period_start', 'd.period_end') }} as regular_seconds,
        {{ seconds_between(intervals_before('d.period_end', 'd.recurring_interval', 'd.interval_count'), 'd.period_end') }} as back_seconds,
        {{ seconds_between('d.period_start', intervals_after('d.period_start', 'd.recurring_interval', 'd.interval_count')) }} as on_seconds,
        d.recurring_interval = 'month' and d.interval_count = 1 as is_one_month
    from {{ ref('int_billing__charges') }} as d
    left join periods as f
        on f.subscription_id = d.subscription_id
        and f.period_end = d.period_end
        and f.recurring_interval = d.recurring_interval
        and f.interval_count = d.interval_count
    where d.kind = 'debit' and d.period_end > d.period_start
),

-- How many intervals the period is about as long as.
counted as (
    select
        *,
        {{ exact_ratio(
            ['prorated_seconds'],
            ["(case recurring_interval when 'day' then 86400 when 'week' then 604800 when 'month' then 2629746 else 31556952 end)", 'interval_count']
        ) }} as intervals
    from debits
),

-- The full periods that the proration may be a part of, in the order they are tried: each as a ratio of it, numerator over denominator.
measured as (
    select
        *,
        regular_seconds as full_1,
        prorated_seconds as part_1,
        back_seconds as full_2,
        prorated_seconds as part_2,
        on_seconds as full_3,
        prorated_seconds as part_3,
        {% for days in [28, 29, 30, 31] -%}
        case when is_one_month then {{ days * 86400 }} end as full_{{ days - 24 }},
        prorated_seconds as part_{{ days - 24 }},
        {% endfor -%}
        case
            when intervals >= 2 and {{ intervals_after('period_start', 'recurring_interval', '(intervals * interval_count)') }} = period_end then 1
        end as full_8,
        intervals as part_8
    from counted
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
        case when p.is_plain_per_unit and p.currency = m.currency then p.unit_amount_numerator end as unit_numerator,
        p.unit_amount_denominator as unit_denominator,
        case when n.price_id = m.price_id and n.quantity = m.quantity then n.net_amount end as next_amount
    from measured as m
    left join {{ ref('stg_stripe__prices') }} as p on p.price_id = m.price_id
    left join next_regular as n on n.line_id = m.line_id and n.invoice_id = m.invoice_id
),

listed as (
    select
        *,
        cast(unit_numerator as double) * cast(quantity as double) / cast(unit_denominator as double) as list_price
    from priced
),

-- |net × full ÷ part − price| ≤ full ÷ part, multiplied by the part. These products stay exact in doubles.
judged as (
    select
        *,
        case
            {%- if var('mrr_discounts') == 'none' %}
            when list_price is not null and tax_inclusive_amount = 0 then 'price'
            {%- endif %}
            {%- for n in range(1, 9) %}
            when {{ fits('list_price', n) }} then 'price'
            when {{ fits('cast(next_amount as double)', n) }} then 'next'
            {%- endfor %}
            else 'none'
        end as exact_price
    from listed
)

select
    invoice_id,
    line_id,
    case exact_price when 'price' then unit_numerator when 'next' then next_amount else net_amount end as full_numerator,
    case exact_price when 'price' then unit_denominator else 1 end as full_denominator,
    case exact_price when 'price' then quantity when 'next' then 1 else coalesce(full_1, full_2) end as scale_numerator,
    case when exact_price in ('price', 'next') then 1 else prorated_seconds end as scale_denominator
from judged
