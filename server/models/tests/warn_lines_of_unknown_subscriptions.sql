-- Invoice lines name subscriptions that are nowhere in the data: they count as they stand and are not carried on
{{ config(severity='warn') }}
select invoice_id, line_id, subscription_id, plan, amount
from {{ ref('int_billing__lines') }}
where not is_subscription_known and kind <> 'none'
