-- Converted leads lead to no account, neither by an account id nor by their e-mail: they count as converted, but their source says nothing about a customer
{{ config(severity='warn') }}
select l.source, l.lead_id, l.converted_on
from {{ ref('int_sales__leads') }} as l
left join {{ ref('int_identity__account_ids') }} as i on i.known_id = l.converted_account_id
where l.converted_on is not null and i.known_id is null
