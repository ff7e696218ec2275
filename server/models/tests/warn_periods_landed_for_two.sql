-- Subscription periods were landed for two customers or plans from the same day: the newest stands, the others count nowhere
{{ config(severity='warn') }}
select subscription_id, start_date, count(distinct customer_id) as customers, count(distinct plan) as plans
from {{ source('billing', 'subscription_periods') }}
group by subscription_id, start_date
having count(distinct customer_id) > 1 or count(distinct plan) > 1
