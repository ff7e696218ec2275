-- Discounts say neither a percentage nor an amount in the subscription's currency (the coupon did not land, or has no amount in it), or stand behind the fifth: they are not taken off
{{ config(severity='warn') }}
select subscription_id, subscription_item_id, scope, turn, discount_id, coupon_id
from {{ ref('int_billing__discounts') }}
where (percent_off_micros is null and amount_off is null) or turn > 5
