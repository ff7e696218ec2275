-- Objects of Stripe's test mode (livemode: false) stand beside live ones: they are left out
{{ config(severity='warn') }}
with tested as (
    select 'customers' as object, id from {{ source('stripe', 'customers') }} where not livemode
    union all
    select 'subscriptions' as object, id from {{ source('stripe', 'subscriptions') }} where not livemode
    union all
    select 'invoices' as object, id from {{ source('stripe', 'invoices') }} where not livemode
)

select distinct t.object, t.id
from tested as t
cross join {{ ref('stg_stripe__modes') }} as modes
where modes.has_live
