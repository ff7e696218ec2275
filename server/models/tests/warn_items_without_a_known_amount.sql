-- Items of subscriptions without invoice lines have a price whose amount is not known (its tiers, its amount in that currency, or the price itself did not land): they count nothing
{{ config(severity='warn') }}
select subscription_id, subscription_item_id, price_id, quantity, currency
from {{ ref('int_billing__items_without_lines') }}
where amount is null
