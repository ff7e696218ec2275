{#- Generic tests of the project, beside dbt's own. Each returns the failing rows. -#}

{#- No two rows share these columns' values. -#}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}, count(*) as duplicates
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{#- An expression holds on every row. -#}
{% test expression_is_true(model, expression) %}
select * from {{ model }} where not ({{ expression }})
{% endtest %}

{#- As many rows as another table: a join along the way has neither multiplied nor lost any. -#}
{% test same_rows_as(model, to) %}
with counted as (
    select count(*) as rows_here, 0 as rows_there from {{ model }}
    union all
    select 0 as rows_here, count(*) as rows_there from {{ to }}
),

totals as (
    select sum(rows_here) as rows_here, sum(rows_there) as rows_there from counted
)

select * from totals where rows_here <> rows_there
{% endtest %}

{#- No more rows than another table: a join along the way has not multiplied any. -#}
{% test at_most_rows_of(model, to) %}
with counted as (
    select count(*) as rows_here, 0 as rows_there from {{ model }}
    union all
    select 0 as rows_here, count(*) as rows_there from {{ to }}
),

totals as (
    select sum(rows_here) as rows_here, sum(rows_there) as rows_there from counted
)

select * from totals where rows_here > rows_there
{% endtest %}

{#- As many new records in the last `days` days as usual: not below a third, not above three times the median of the
    8 stretches of as many days before. Silent until there is that much history and at least `at_least` records are usual. -#}
{% test volume_as_before(model, column_name, key, days=7, at_least=10) %}
with {{ volume(model, column_name, key, days) }}

select last_days, usual
from volume
where oldest_age >= {{ days * 8 }}
    and usual >= {{ at_least }}
    and (3 * last_days < usual or last_days > 3 * usual)
{% endtest %}
