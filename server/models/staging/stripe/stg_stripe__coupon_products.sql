-- The products a coupon is limited to; a coupon without any is for all.
select distinct coupon_id, product_id
from {{ source('stripe', 'coupon_products') }}
