-- Minor units of the reporting currency for one minor unit of a Stripe amount, and for one millionth of a major unit: exact, as integer ratios. Of several rows the last stands.
with ranked as (
    select *, row_number() over (partition by currency order by _ordinal desc) as recency
    from {{ source('reference', 'exchange_rates') }}
),

rates as (
    select currency, rate_numerator, rate_denominator
    from ranked
    where recency = 1 and currency <> '{{ var("currency") }}'

    union all

    select '{{ var("currency") }}' as currency, 1 as rate_numerator, 1 as rate_denominator
),

-- One row, also where the seed does not name the reporting currency.
home as (
    select max(exponent) as exponent from {{ ref('currencies') }} where currency = '{{ var("currency") }}'
)

select
    r.currency,
    r.rate_numerator * {{ minor_units('home.exponent') }} as numerator,
    r.rate_denominator * {{ minor_units('c.stripe_exponent') }} as stripe_denominator,
    r.rate_denominator * 1000000 as micros_denominator
from rates as r
left join {{ ref('currencies') }} as c on c.currency = r.currency
cross join home
