-- Subscription periods end on or before their first day: they cover no day and count nowhere
{{ config(severity='warn') }}
select subscription_id, billing_customer_id, start_on, end_on
from {{ ref('stg_billing__subscription_periods') }}
where end_on <= start_on
