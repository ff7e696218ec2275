-- Events noted by hand: launches, new prices, incidents. Charts mark them.
select day, label, detail
from {{ ref('stg_reference__annotations') }}
order by day, label
