-- Periods of one subscription overlap: each counts as it stands, so their amounts add up
{{ config(severity='warn') }}
with followed as (
    select
        *,
        lead(start_on) over (partition by subscription_id order by start_on) as next_start_on
    from {{ ref('stg_billing__subscription_periods') }}
)

select subscription_id, billing_customer_id, start_on, end_on, next_start_on
from followed
where next_start_on is not null and (end_on is null or end_on > next_start_on)
