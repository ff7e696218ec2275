-- How many records of each source were matched to an account by each method, and the MRR and tickets that hang on them.
select
    m.source,
    m.object,
    m.match_method,
    cast(count(*) as bigint) as records,
    cast(sum(m.mrr) as bigint) as mrr,
    cast(sum(m.tickets) as bigint) as tickets
from {{ ref('int_identity__matched_records') }} as m
inner join {{ ref('match_methods') }} as w on w.match_method = m.match_method
group by m.source, m.object, m.match_method, w.method_rank
order by m.source, m.object, w.method_rank
