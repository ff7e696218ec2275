-- Records that belong to no account, those that weigh most first: the first thousand of each source.
with ranked as (
    select
        *,
        row_number() over (partition by source, object order by -(mrr + tickets), record_id) as position
    from {{ ref('int_identity__matched_records') }}
    where match_method = 'none'
)

select source, object, record_id, name, mrr, tickets
from ranked
where position <= 1000
order by source, object, position
