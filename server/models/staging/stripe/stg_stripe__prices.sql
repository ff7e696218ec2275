-- One row per price or legacy plan, with the name of its product. The object's own record wins over copies embedded in lines and items.
with prices as (
    select
        *,
        row_number() over (
            partition by id
            order by case when deleted then 0 when embedded then 1 else 2 end desc, _ordinal desc
        ) as recency
    from {{ source('stripe', 'prices') }}
),

products as (
    select
        *,
        row_number() over (
            partition by id
            order by case when deleted or name is null then 0 when embedded then 1 else 2 end desc, _ordinal desc
        ) as recency
    from {{ source('stripe', 'products') }}
)

select
    p.id as price_id,
    coalesce(pr.name, p.product_name, p.product_id, 'unknown') as product_name,
    p.currency,
    p.product_id,
    p.unit_amount_numerator,
    p.unit_amount_denominator,
    p.recurring_interval,
    coalesce(p.interval_count, 1) as interval_count,
    p.recurring_interval is not null and coalesce(p.usage_type, 'licensed') <> 'metered' as is_licensed_recurring,
    coalesce(p.billing_scheme, 'per_unit') = 'tiered' as is_tiered,
    coalesce(p.billing_scheme, 'per_unit') = 'per_unit' and not p.transform_quantity as is_plain_per_unit,
    p.transform_quantity as is_packaged,
    p.transform_divide_by as package_units,
    p.transform_round_up as counts_started_packages
from (select * from prices where recency = 1) as p
left join (select * from products where recency = 1) as pr on pr.id = p.product_id
