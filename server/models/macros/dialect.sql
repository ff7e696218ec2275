{#- What SQL engines spell differently, in one place. Everything else in the models is the common subset. -#}

{#- The calendar day of an instant (UTC timestamp) in the reporting time zone. -#}
{% macro local_date(ts) %}{{ adapter.dispatch('local_date', 'tidemark')(ts) }}{% endmacro %}
{% macro default__local_date(ts) %}cast((({{ ts }}) at time zone 'UTC') at time zone '{{ var("timezone") }}' as date){% endmacro %}
{% macro polars__local_date(ts) %}local_date({{ ts }}){% endmacro %}
{% macro spark__local_date(ts) %}cast(convert_timezone('UTC', '{{ var("timezone") }}', {{ ts }}) as date){% endmacro %}
{% macro snowflake__local_date(ts) %}to_date(convert_timezone('UTC', '{{ var("timezone") }}', {{ ts }})){% endmacro %}

{#- Product of `numerators` over product of `denominators` (integer expressions, denominators > 0),
    computed exactly and rounded half away from zero, once. NULL if any part is. -#}
{% macro exact_ratio(numerators, denominators) %}{{ adapter.dispatch('exact_ratio', 'tidemark')(numerators, denominators) }}{% endmacro %}
{% macro default__exact_ratio(numerators, denominators) -%}
    cast(
        sign(cast({{ numerators[0] }} as hugeint))
        * (
            (2 * abs({% for n in numerators %}cast({{ n }} as hugeint){% if not loop.last %} * {% endif %}{% endfor %})
             + {% for d in denominators %}cast({{ d }} as hugeint){% if not loop.last %} * {% endif %}{% endfor %})
            // (2 * {% for d in denominators %}cast({{ d }} as hugeint){% if not loop.last %} * {% endif %}{% endfor %})
        ) as bigint)
{%- endmacro %}
{#- Spark's `div` of decimals is a whole number, cut off toward zero. -#}
{% macro spark__exact_ratio(numerators, denominators) -%}
    {%- set n = exact_product(numerators) -%}
    {%- set d = exact_product(denominators) -%}
    cast(
        case when {{ n }} < 0 then -1 else 1 end
        * ((2 * abs({{ n }}) + {{ d }}) div (2 * {{ d }}))
    as bigint)
{%- endmacro %}
{#- Snowflake divides to some decimals: what does not divide evenly is taken off first. -#}
{% macro snowflake__exact_ratio(numerators, denominators) -%}
    {%- set n = '2 * abs(' ~ exact_product(numerators) ~ ') + ' ~ exact_product(denominators) -%}
    {%- set d = '2 * ' ~ exact_product(denominators) -%}
    cast(
        case when {{ exact_product(numerators) }} < 0 then -1 else 1 end
        * (({{ n }} - mod({{ n }}, {{ d }})) / ({{ d }}))
    as bigint)
{%- endmacro %}
{#- The product of integer expressions with 38 digits. Factors of 37 are no limit, and fakesnow takes 38 for 64 bits. -#}
{% macro exact_product(factors) -%}
    ({% for f in factors %}cast({{ f }} as decimal(37, 0)){% if not loop.last %} * {% endif %}{% endfor %})
{%- endmacro %}
{% macro polars__exact_ratio(numerators, denominators) -%}
    exact_ratio({{ numerators | length }}, {{ numerators | join(', ') }}, {{ denominators | join(', ') }})
{%- endmacro %}

{#- A date moved by a constant number of days. -#}
{% macro add_days(day, days) %}{{ adapter.dispatch('add_days', 'tidemark')(day, days) }}{% endmacro %}
{% macro default__add_days(day, days) %}cast({{ day }} {{ '-' if days < 0 else '+' }} interval '{{ days | abs }} day' as date){% endmacro %}
{% macro spark__add_days(day, days) %}date_add({{ day }}, {{ days }}){% endmacro %}
{% macro snowflake__add_days(day, days) %}dateadd('day', {{ days }}, {{ day }}){% endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(first_day, last_day) %}{{ adapter.dispatch('days_between', 'tidemark')(first_day, last_day) }}{% endmacro %}
{% macro default__days_between(first_day, last_day) %}date_diff('day', {{ first_day }}, {{ last_day }}){% endmacro %}
{% macro polars__days_between(first_day, last_day) %}days_between({{ first_day }}, {{ last_day }}){% endmacro %}
{% macro spark__days_between(first_day, last_day) %}datediff({{ last_day }}, {{ first_day }}){% endmacro %}
{% macro snowflake__days_between(first_day, last_day) %}datediff('day', {{ first_day }}, {{ last_day }}){% endmacro %}

{#- Whole seconds from one instant to another. -#}
{% macro seconds_between(first_ts, last_ts) %}{{ adapter.dispatch('seconds_between', 'tidemark')(first_ts, last_ts) }}{% endmacro %}
{% macro default__seconds_between(first_ts, last_ts) %}date_diff('second', {{ first_ts }}, {{ last_ts }}){% endmacro %}
{% macro polars__seconds_between(first_ts, last_ts) %}seconds_between({{ first_ts }}, {{ last_ts }}){% endmacro %}
{% macro spark__seconds_between(first_ts, last_ts) %}timestampdiff(second, {{ first_ts }}, {{ last_ts }}){% endmacro %}
{% macro snowflake__seconds_between(first_ts, last_ts) %}datediff('second', {{ first_ts }}, {{ last_ts }}){% endmacro %}

{#- An instant moved back by whole billing intervals (`day`, `week`, `month`, `year`); a month's end is kept inside the month. -#}
{% macro intervals_before(ts, unit, count) %}{{ adapter.dispatch('intervals_before', 'tidemark')(ts, unit, count) }}{% endmacro %}
{% macro default__intervals_before(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then {{ ts }} - to_days(cast({{ count }} as integer))
        when 'week' then {{ ts }} - to_days(cast(7 * {{ count }} as integer))
        when 'month' then {{ ts }} - to_months(cast({{ count }} as integer))
        else {{ ts }} - to_months(cast(12 * {{ count }} as integer))
    end
{%- endmacro %}
{% macro spark__intervals_before(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then timestampadd(day, cast(-{{ count }} as int), {{ ts }})
        when 'week' then timestampadd(week, cast(-{{ count }} as int), {{ ts }})
        when 'month' then timestampadd(month, cast(-{{ count }} as int), {{ ts }})
        else timestampadd(year, cast(-{{ count }} as int), {{ ts }})
    end
{%- endmacro %}
{% macro snowflake__intervals_before(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then dateadd('day', -{{ count }}, {{ ts }})
        when 'week' then dateadd('week', -{{ count }}, {{ ts }})
        when 'month' then dateadd('month', -{{ count }}, {{ ts }})
        else dateadd('year', -{{ count }}, {{ ts }})
    end
{%- endmacro %}
{% macro polars__intervals_before(ts, unit, count) %}intervals_before({{ ts }}, {{ unit }}, {{ count }}){% endmacro %}

{#- An instant moved by whole minutes given by a column. -#}
{% macro add_minutes(ts, minutes) %}{{ adapter.dispatch('add_minutes', 'tidemark')(ts, minutes) }}{% endmacro %}
{% macro default__add_minutes(ts, minutes) %}({{ ts }} + to_minutes({{ minutes }})){% endmacro %}
{% macro polars__add_minutes(ts, minutes) %}add_minutes({{ ts }}, {{ minutes }}){% endmacro %}
{% macro spark__add_minutes(ts, minutes) %}timestampadd(minute, cast({{ minutes }} as int), {{ ts }}){% endmacro %}
{% macro snowflake__add_minutes(ts, minutes) %}dateadd('minute', {{ minutes }}, {{ ts }}){% endmacro %}

{#- All values of a group in ascending order, joined with `;`. -#}
{% macro joined(value) %}{{ adapter.dispatch('joined', 'tidemark')(value) }}{% endmacro %}
{% macro default__joined(value) %}string_agg({{ value }}, ';' order by {{ value }}){% endmacro %}
{% macro spark__joined(value) %}array_join(sort_array(collect_list({{ value }})), ';'){% endmacro %}
{% macro snowflake__joined(value) %}listagg({{ value }}, ';') within group (order by {{ value }}){% endmacro %}

{#- `slope` × `units` + `base` over `denominator` (integer expressions, denominator > 0), computed exactly and rounded half away
    from zero, once. NULL if any part is. -#}
{% macro exact_step(slope, units, base, denominator) %}{{ adapter.dispatch('exact_step', 'tidemark')(slope, units, base, denominator) }}{% endmacro %}
{% macro default__exact_step(slope, units, base, denominator) -%}
    {%- set n = '(cast(' ~ slope ~ ' as hugeint) * cast(' ~ units ~ ' as hugeint) + cast(' ~ base ~ ' as hugeint))' -%}
    cast(sign({{ n }}) * ((2 * abs({{ n }}) + cast({{ denominator }} as hugeint)) // (2 * cast({{ denominator }} as hugeint))) as bigint)
{%- endmacro %}
{% macro spark__exact_step(slope, units, base, denominator) -%}
    {%- set n = '(' ~ exact_product([slope, units]) ~ ' + ' ~ exact_product([base]) ~ ')' -%}
    {%- set d = exact_product([denominator]) -%}
    cast(case when {{ n }} < 0 then -1 else 1 end * ((2 * abs({{ n }}) + {{ d }}) div (2 * {{ d }})) as bigint)
{%- endmacro %}
{% macro snowflake__exact_step(slope, units, base, denominator) -%}
    {%- set sum = '(' ~ exact_product([slope, units]) ~ ' + ' ~ exact_product([base]) ~ ')' -%}
    {%- set n = '2 * abs(' ~ sum ~ ') + ' ~ exact_product([denominator]) -%}
    {%- set d = '2 * ' ~ exact_product([denominator]) -%}
    cast(case when {{ sum }} < 0 then -1 else 1 end * (({{ n }} - mod({{ n }}, {{ d }})) / ({{ d }})) as bigint)
{%- endmacro %}
{% macro polars__exact_step(slope, units, base, denominator) %}exact_step({{ slope }}, {{ units }}, {{ base }}, {{ denominator }}){% endmacro %}

{#- What is left of `a` × `b` after division by `m` (integer expressions, a, b ≥ 0, m > 0), computed exactly. -#}
{% macro exact_remainder(a, b, m) %}{{ adapter.dispatch('exact_remainder', 'tidemark')(a, b, m) }}{% endmacro %}
{% macro default__exact_remainder(a, b, m) %}cast((cast({{ a }} as hugeint) * cast({{ b }} as hugeint)) % cast({{ m }} as hugeint) as bigint){% endmacro %}
{% macro spark__exact_remainder(a, b, m) %}cast(mod({{ exact_product([a, b]) }}, {{ exact_product([m]) }}) as bigint){% endmacro %}
{% macro snowflake__exact_remainder(a, b, m) %}cast(mod({{ exact_product([a, b]) }}, {{ exact_product([m]) }}) as bigint){% endmacro %}
{% macro polars__exact_remainder(a, b, m) %}exact_remainder({{ a }}, {{ b }}, {{ m }}){% endmacro %}

{#- An instant moved on by whole billing intervals, as `intervals_before` moves it back. -#}
{% macro intervals_after(ts, unit, count) %}{{ adapter.dispatch('intervals_after', 'tidemark')(ts, unit, count) }}{% endmacro %}
{% macro default__intervals_after(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then {{ ts }} + to_days(cast({{ count }} as integer))
        when 'week' then {{ ts }} + to_days(cast(7 * {{ count }} as integer))
        when 'month' then {{ ts }} + to_months(cast({{ count }} as integer))
        else {{ ts }} + to_months(cast(12 * {{ count }} as integer))
    end
{%- endmacro %}
{% macro spark__intervals_after(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then timestampadd(day, cast({{ count }} as int), {{ ts }})
        when 'week' then timestampadd(week, cast({{ count }} as int), {{ ts }})
        when 'month' then timestampadd(month, cast({{ count }} as int), {{ ts }})
        else timestampadd(year, cast({{ count }} as int), {{ ts }})
    end
{%- endmacro %}
{% macro snowflake__intervals_after(ts, unit, count) -%}
    case {{ unit }}
        when 'day' then dateadd('day', {{ count }}, {{ ts }})
        when 'week' then dateadd('week', {{ count }}, {{ ts }})
        when 'month' then dateadd('month', {{ count }}, {{ ts }})
        else dateadd('year', {{ count }}, {{ ts }})
    end
{%- endmacro %}
{% macro polars__intervals_after(ts, unit, count) %}intervals_after({{ ts }}, {{ unit }}, {{ count }}){% endmacro %}
