-- The customers active at the end of each complete month, with their MRR and dimension values: one row per customer and month.
with months as (
    select month_number, month_end from {{ ref('months') }} where month_end <= {{ as_of() }}
)

select
    s.customer_id,
    m.month_number,
    s.mrr,
    {{ dims('s') }}
from {{ ref('int_lifecycle__states') }} as s
inner join months as m on s.valid_from <= m.month_end and s.valid_to > m.month_end
where s.mrr > 0
