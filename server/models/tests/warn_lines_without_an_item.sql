-- Invoice lines name no item and their subscription has none that they can belong to: they count as they stand and are not carried on
{{ config(severity='warn') }}
select invoice_id, line_id, subscription_id, price_id, amount
from {{ ref('int_billing__lines') }}
where is_subscription_known and not has_item and kind <> 'none'
