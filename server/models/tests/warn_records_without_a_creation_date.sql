-- Leads, opportunities and tickets bear no creation date: nobody can say when they began, so they count nowhere
{{ config(severity='warn') }}
select 'Salesforce lead' as record, id from {{ source('salesforce', 'leads') }} where created_date is null
union all
select 'Salesforce opportunity' as record, id from {{ source('salesforce', 'opportunities') }} where created_date is null
union all
select 'Zendesk ticket' as record, id from {{ source('zendesk', 'tickets') }} where created_at is null
