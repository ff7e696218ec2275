-- Every currency that an amount is in has a rate in exchange_rates
with used as (
    select currency, source || ' subscriptions' as used_by from {{ ref('int_billing__segments') }} where mrr is not null
    union
    select currency, source || ' opportunities' as used_by from {{ ref('int_sales__opportunities') }} where amount_micros <> 0
    union
    select currency, 'marketing spend' as used_by from {{ ref('stg_reference__marketing_spend') }}
)

select u.currency, u.used_by
from used as u
left join {{ ref('stg_reference__exchange_rates') }} as x on x.currency = u.currency
where x.currency is null
