-- Marketing spend as written, up to the as-of day; rows without a currency are in the reporting currency.
select
    day,
    coalesce(acquisition_channel, 'unknown') as acquisition_channel,
    amount_micros,
    coalesce(currency, '{{ var("currency") }}') as currency
from {{ source('reference', 'marketing_spend') }}
where day <= {{ as_of() }}
