-- Marketing spend per day and channel in the reporting currency; each row is converted and rounded once, then summed.
with converted as (
    select
        s.day,
        s.acquisition_channel,
        {{ exact_ratio(['s.amount_micros', 'x.numerator'], ['x.micros_denominator']) }} as amount
    from {{ ref('stg_reference__marketing_spend') }} as s
    left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = s.currency
)

select day, acquisition_channel, cast(sum(coalesce(amount, 0)) as bigint) as amount
from converted
group by day, acquisition_channel
having sum(coalesce(amount, 0)) <> 0
order by day, acquisition_channel
