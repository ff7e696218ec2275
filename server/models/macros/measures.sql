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
    select
        {%- for n in range(9) %}
        sum(case when age >= {{ n * days }} and age < {{ (n + 1) * days }} then 1 else 0 end) as stretch_{{ n }},
        {%- endfor %}
        max(age) as oldest_age
    from ages
),

before as (
    {%- for n in range(1, 9) %}
    select {{ n }} as stretch, stretch_{{ n }} as records from stretches
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ranked as (
    select records, row_number() over (order by records, stretch) as place from before
),

middle as (
    select cast(floor(sum(records) / 2.0) as bigint) as usual from ranked where place in (4, 5)
),

volume as (
    select s.stretch_0 as last_days, m.usual, s.oldest_age
    from stretches as s
    cross join middle as m
)
{%- endmacro %}

{#- The numbers `volume_as_before` judges. -#}
{% macro measure_volume(model, column_name, key, days=7, at_least=10) -%}
with {{ volume(model, column_name, key, days) }}

select last_days, usual from volume
{%- endmacro %}
