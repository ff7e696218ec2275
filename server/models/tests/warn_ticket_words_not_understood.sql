-- Tickets of generic support have a status or satisfaction that is not understood: it counts as not given; map the words in [support.values]
{{ config(severity='warn') }}
select 'satisfaction' as field, {{ without_email('satisfaction') }} as word, count(*) as tickets
from {{ source('support', 'tickets') }}
where satisfaction not in ('good', 'bad', 'offered', 'unoffered')
group by satisfaction
union all
select 'status' as field, {{ without_email('status') }} as word, count(*) as tickets
from {{ source('support', 'tickets') }}
where status not in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted', 'suspended')
group by status
