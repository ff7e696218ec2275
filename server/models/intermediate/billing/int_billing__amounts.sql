-- The amount of a price for a quantity in a currency, by Stripe's own rules: packages, tiers, other currencies, fractions of a minor unit,
-- rounded half away from zero once. Null where it is not known: never 0, and never the number of another currency.
with asked as (
    select distinct
        i.price_id,
        i.quantity,
        coalesce(s.currency, p.currency) as currency,
        case
            when not p.is_packaged then i.quantity
            when p.package_units > 0 then {{ packages('i.quantity', 'p.package_units', 'p.counts_started_packages') }}
        end as units
    from {{ ref('stg_stripe__subscription_items') }} as i
    inner join {{ ref('stg_stripe__subscriptions') }} as s on s.subscription_id = i.subscription_id
    inner join {{ ref('stg_stripe__prices') }} as p on p.price_id = i.price_id
),

known as (
    select
        a.price_id,
        a.quantity,
        a.currency,
        {{ exact_step('t.unit_numerator', 'a.units', 't.base_numerator', 't.denominator') }} as amount
    from asked as a
    inner join {{ ref('stg_stripe__price_steps') }} as t on t.price_id = a.price_id and t.currency = a.currency
    where t.from_units <= a.units and (t.to_units is null or t.to_units >= a.units)
)

select a.price_id, a.quantity, a.currency, k.amount
from asked as a
left join known as k on k.price_id = a.price_id and k.quantity = a.quantity and k.currency = a.currency
