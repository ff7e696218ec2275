-- One row: whether any object of Stripe says it is live, and whether any says it is of test mode.
with said as (
    select livemode from {{ source('stripe', 'customers') }} where livemode is not null
    union all
    select livemode from {{ source('stripe', 'subscriptions') }} where livemode is not null
    union all
    select livemode from {{ source('stripe', 'invoices') }} where livemode is not null
    union all
    select livemode from {{ source('stripe', 'prices') }} where livemode is not null
    union all
    select livemode from {{ source('stripe', 'products') }} where livemode is not null
    union all
    select livemode from {{ source('stripe', 'coupons') }} where livemode is not null
)

select
    coalesce(max(case when livemode then 1 else 0 end), 0) = 1 as has_live,
    coalesce(max(case when livemode then 0 else 1 end), 0) = 1 as has_test
from said
