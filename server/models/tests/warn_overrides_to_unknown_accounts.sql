-- Identity overrides name accounts that are not in the data: they match nothing
{{ config(severity='warn') }}
select o.source, o.id, o.account_id
from {{ ref('stg_reference__identity_overrides') }} as o
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = o.account_id
where i.known_id is null
