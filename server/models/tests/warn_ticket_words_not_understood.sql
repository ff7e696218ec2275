-- Tickets have a status or satisfaction that is not understood: it counts as not given; map the words in [support.values] or [zendesk.values]
{{ config(severity='warn') }}
select 'satisfaction' as field, {{ without_email('satisfaction') }} as word, count(*) as tickets
from {{ source('support', 'tickets') }}
where satisfaction not in ('good', 'bad', 'offered', 'unoffered')
group by satisfaction
union all
select 'satisfaction' as field, {{ without_email('satisfaction') }} as word, count(*) as tickets
from {{ source('zendesk', 'tickets') }}
where satisfaction not in ('good', 'bad', 'offered', 'unoffered', 'not offered', 'unknown')
group by satisfaction
union all
select 'status' as field, {{ without_email('status') }} as word, count(*) as tickets
from {{ source('support', 'tickets') }}
where status not in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted', 'suspended')
group by status
