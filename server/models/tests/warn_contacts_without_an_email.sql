-- Contacts of Salesforce were landed, but none has both an account and an e-mail: nothing can be matched by them
{{ config(severity='warn') }}
select landed.contacts
from (select count(*) as contacts from {{ source('salesforce', 'contacts') }}) as landed
cross join (select count(*) as contacts from {{ ref('stg_salesforce__contacts') }}) as usable
where landed.contacts > 0 and usable.contacts = 0
