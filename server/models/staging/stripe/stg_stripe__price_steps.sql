-- What a price asks from one quantity to another, in each of its currencies: of the best version of the price that says so.
with judged as (
    select
        *,
        case when deleted then 0 when embedded then 1 else 2 end as standing
    from {{ source('stripe', 'price_steps') }}
),

versions as (
    select price_id, currency, terms, standing, max(_ordinal) as last_ordinal
    from judged
    group by price_id, currency, terms, standing
),

ranked as (
    select
        *,
        row_number() over (partition by price_id, currency order by standing desc, last_ordinal desc) as recency
    from versions
)

select distinct
    s.price_id,
    s.currency,
    s.from_units,
    s.to_units,
    s.unit_numerator,
    s.base_numerator,
    s.denominator
from judged as s
inner join ranked as r
    on r.price_id = s.price_id and r.currency = s.currency and r.terms = s.terms and r.standing = s.standing
where r.recency = 1
