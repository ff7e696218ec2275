{#- The project's own vocabulary: small expressions that many models share. Plain SQL, no dialect. -#}

{#- The last day that exists. -#}
{% macro as_of() %}date '{{ var("as_of") }}'{% endmacro %}

{#- Months since year 0: consecutive months differ by 1. -#}
{% macro month_number(day) %}(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) - 1){% endmacro %}

{#- The five dimension columns, optionally qualified: `dims('s')` gives `s.plan, s.region, …`. -#}
{% macro dims(alias='') -%}
{%- set dot = alias ~ '.' if alias else '' -%}
{{ dot }}plan, {{ dot }}region, {{ dot }}industry, {{ dot }}company_size, {{ dot }}acquisition_channel
{%- endmacro %}

{#- Tables that end in `deleted`: the ids of a Salesforce table whose newest version known on the as-of day is deleted.
    A version without a stamp was always known. -#}
{% macro deleted_by_as_of(table) -%}
known as (
    select
        id,
        is_deleted,
        row_number() over (partition by id order by system_modstamp desc nulls last, _ordinal desc) as recency
    from {{ table }}
    where system_modstamp is null or {{ local_date('system_modstamp') }} <= {{ as_of() }}
),

deleted as (
    select id from known where recency = 1 and is_deleted
)
{%- endmacro %}

{#- A name as it may be published: null where it is, or holds, an e-mail address. -#}
{% macro without_email(name) -%}
    case when {{ name }} like '%_@_%._%' and {{ name }} not like '%@ %' then null else {{ name }} end
{%- endmacro %}

{#- Employees as the product's company-size classes. -#}
{% macro company_size(employees) -%}
    case
        when {{ employees }} is null or {{ employees }} <= 0 then 'unknown'
        when {{ employees }} <= 10 then '1-10'
        when {{ employees }} <= 50 then '11-50'
        when {{ employees }} <= 200 then '51-200'
        when {{ employees }} <= 1000 then '201-1000'
        else '1001+'
    end
{%- endmacro %}

{#- Minor units per major unit of the reporting currency, as in `currencies`; two decimals where the seed is silent. -#}
{% macro minor_units(exponent) %}(case coalesce({{ exponent }}, 2) when 0 then 1 when 3 then 1000 else 100 end){% endmacro %}

{#- Whether a record of Stripe counts: one of test mode does not beside live ones. Needs `stg_stripe__modes as modes`. -#}
{% macro of_counted_mode(livemode) %}({{ livemode }} is null or {{ livemode }} or not modes.has_live){% endmacro %}

{#- Whole packages of units: started ones count or do not. Halves cannot occur, so rounding is exact. -#}
{% macro packages(units, divide_by, round_up) -%}
    {{ exact_ratio(['2 * ' ~ units ~ ' + case when ' ~ round_up ~ ' then ' ~ divide_by ~ ' - 1 else 1 - ' ~ divide_by ~ ' end'], ['2 * ' ~ divide_by]) }}
{%- endmacro %}

{#- Whether a price lies within the rounding of a proration, if its full period is the n-th that is tried (`int_billing__debits`). -#}
{% macro fits(price, n) -%}
    abs(cast(net_amount as double) * cast(full_{{ n }} as double) - {{ price }} * cast(part_{{ n }} as double)) <= cast(full_{{ n }} as double)
{%- endmacro %}

{#- What a discount, a percentage or an amount, takes off an amount: rounded, and no more than there is. -#}
{% macro discount_of(amount, discount) -%}
{%- set dot = discount ~ '.' if discount else '' -%}
    case
        when {{ dot }}percent_off_micros is not null then {{ exact_ratio([amount, dot ~ 'percent_off_micros'], ['100000000']) }}
        when {{ dot }}amount_off is not null then least({{ dot }}amount_off, {{ amount }})
        else 0
    end
{%- endmacro %}
