-- What happened on a day, as somebody noted it: launches, new prices, incidents. Charts show it beside the numbers.
select day, label, detail
from {{ ref('stg_reference__annotations') }}
order by day, label
