-- Daily moves between lifecycle stages, so that stage counts are running sums for any filter. When dimension values change,
-- the entity leaves the old ones (`stage → moved`), enters the new ones (`moved → stage`), then makes its transition.
with paired as (
    select
        *,
        lag(stage) over (partition by entity_id order by day) as last_stage,
        lag(plan) over (partition by entity_id order by day) as last_plan,
        lag(region) over (partition by entity_id order by day) as last_region,
        lag(industry) over (partition by entity_id order by day) as last_industry,
        lag(company_size) over (partition by entity_id order by day) as last_company_size,
        lag(acquisition_channel) over (partition by entity_id order by day) as last_acquisition_channel
    from {{ ref('int_lifecycle__stage_history') }}
),

moves as (
    select *
    from paired
    where last_stage is not null
        and (
            plan <> last_plan or region <> last_region or industry <> last_industry
            or company_size <> last_company_size or acquisition_channel <> last_acquisition_channel
        )
),

transitions as (
    select day, coalesce(last_stage, 'none') as from_stage, stage as to_stage, {{ dims() }}
    from paired
    where last_stage is null or stage <> last_stage

    union all

    select
        day, last_stage as from_stage, 'moved' as to_stage,
        last_plan as plan, last_region as region, last_industry as industry,
        last_company_size as company_size, last_acquisition_channel as acquisition_channel
    from moves

    union all

    select day, 'moved' as from_stage, last_stage as to_stage, {{ dims() }}
    from moves
)

select day, from_stage, to_stage, {{ dims() }}, cast(count(*) as bigint) as entities
from transitions
group by day, from_stage, to_stage, {{ dims() }}
order by day, from_stage, to_stage, {{ dims() }}
