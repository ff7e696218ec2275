-- Salesforce and the generic CRM know accounts by the same id: Salesforce's attributes stand
{{ config(severity='warn') }}
select distinct c.account_id, c.name
from {{ ref('stg_crm__accounts') }} as c
inner join {{ ref('stg_salesforce__account_versions') }} as s on s.account_id = c.account_id
