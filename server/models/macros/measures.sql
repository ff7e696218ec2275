{#- What is measured of raw tables on the as-of day: how fresh they are, and how much of them is new. -#}

{#- The newest day a table knows, and its age in days. -#}
{% macro freshness(model, column_name) -%}
with dated as (
    select {{ local_date(column_name) }} as dated_on from {{ model }} where {{ column_name }} is not null
),

newest as (
    select max(dated_on) as newest_on, {{ as_of() }} as as_of from dated where dated_on <= {{ as_of() }}
)

select newest_on, {{ days_between('newest_on', 'as_of') }} as age_days from newest
{%- endmacro %}

{#- Tables that end in `volume`: new records of the last `days` days, the median of the 8 stretches of as many days before
    (rounded down), and the age of the oldest. A record is new on the first day any of its versions names. -#}
{% macro volume(model, column_name, key, days) -%}
versions as (
    select {{ key }} as record, {{ local_date(column_name) }} as dated_on from {{ model }} where {{ column_name }} is not null
),

records as (
    select record, min(dated_on) as dated_on, {{ as_of() }} as as_of from versions group by record
),

ages as (
    select {{ days_between('dated_on', 'as_of') }} as age from records where dated_on <= {{ as_of() }}
),

stretches as (
    select cast(floor(age / {{ days }}.0) as bigint) as stretch, count(*) as records, max(age) as oldest_age
    from ages
    group by cast(floor(age / {{ days }}.0) as bigint)
),

-- Of 8 the fourth and fifth from the top are the middle; a stretch without any record has no row and is the least.
ranked as (
    select
        *,
        row_number() over (
            partition by case when stretch between 1 and 8 then 1 else 0 end
            order by records desc, stretch desc
        ) as place
    from stretches
),

volume as (
    select
        sum(case when stretch = 0 then records else 0 end) as last_days,
        cast(floor(sum(case when stretch between 1 and 8 and place in (4, 5) then records else 0 end) / 2.0) as bigint) as usual,
        max(oldest_age) as oldest_age
    from ranked
)
{%- endmacro %}

{#- The numbers `volume_as_before` judges. -#}
{% macro measure_volume(model, column_name, key, days=7, at_least=10) -%}
with {{ volume(model, column_name, key, days) }}

select {{ days }} as days, last_days, usual from volume
{%- endmacro %}
