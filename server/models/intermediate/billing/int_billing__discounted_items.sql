-- What the items of subscriptions without invoice lines cost after their discounts, in Stripe's order: the item's, each on what remains;
-- then the subscription's, each on the sum of the items it applies to, spread over them by largest remainder, ties to the earlier item.
{%- set most = 5 %}
with item_0 as (
    select subscription_item_id, subscription_id, item_position, amount as net_amount
    from {{ ref('int_billing__items_without_lines') }}
    where amount is not null
),

{% for n in range(1, most + 1) -%}
off_item_{{ n }} as (
    select subscription_item_id as discounted_item_id, percent_off_micros, amount_off
    from {{ ref('int_billing__discounts') }}
    where scope = 'item' and turn = {{ n }}
),

item_{{ n }} as (
    select
        b.subscription_item_id,
        b.subscription_id,
        b.item_position,
        b.net_amount - {{ discount_of('b.net_amount', 'd') }} as net_amount
    from item_{{ n - 1 }} as b
    left join off_item_{{ n }} as d on d.discounted_item_id = b.subscription_item_id
),

{% endfor -%}
net_0 as (
    select * from item_{{ most }}
),

{% for n in range(1, most + 1) -%}
off_all_{{ n }} as (
    select subscription_item_id as discounted_item_id, percent_off_micros, amount_off
    from {{ ref('int_billing__discounts') }}
    where scope = 'subscription' and turn = {{ n }}
),

shared_{{ n }} as (
    select
        b.subscription_item_id,
        b.subscription_id,
        b.item_position,
        b.net_amount,
        d.percent_off_micros,
        d.amount_off,
        sum(case when d.percent_off_micros is null and d.amount_off is null then 0 else b.net_amount end) over (partition by b.subscription_id) as base_amount
    from net_{{ n - 1 }} as b
    left join off_all_{{ n }} as d on d.discounted_item_id = b.subscription_item_id
),

taken_{{ n }} as (
    select
        *,
        {{ discount_of('base_amount', '') }} as off_amount
    from shared_{{ n }}
),

split_{{ n }} as (
    select
        *,
        case when base_amount > 0 then {{ exact_remainder('off_amount', 'net_amount', 'base_amount') }} else 0 end as rest
    from taken_{{ n }}
),

floored_{{ n }} as (
    select
        *,
        case when base_amount > 0 then {{ exact_step('off_amount', 'net_amount', '(0 - rest)', 'base_amount') }} else 0 end as whole
    from split_{{ n }}
),

spread_{{ n }} as (
    select
        *,
        sum(whole) over (partition by subscription_id) as spread_amount,
        row_number() over (partition by subscription_id order by rest desc, item_position) as place
    from floored_{{ n }}
),

net_{{ n }} as (
    select
        subscription_item_id,
        subscription_id,
        item_position,
        net_amount - whole - case when rest > 0 and place <= off_amount - spread_amount then 1 else 0 end as net_amount
    from spread_{{ n }}
),

{% endfor -%}
nets as (
    select * from net_{{ most }}
)

select
    i.subscription_item_id,
    {% if var('mrr_discounts') == 'all' %}n.net_amount{% else %}i.amount{% endif %} as net_amount
from {{ ref('int_billing__items_without_lines') }} as i
inner join nets as n on n.subscription_item_id = i.subscription_item_id
