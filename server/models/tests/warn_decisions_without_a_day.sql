-- Salesforce leads are converted, or opportunities closed, without the day: they do not count as converted, won or lost
{{ config(severity='warn') }}
select 'Salesforce lead' as record, id from {{ source('salesforce', 'leads') }} where is_converted and converted_date is null and not is_deleted
union all
select 'Salesforce opportunity' as record, id from {{ source('salesforce', 'opportunities') }} where is_closed and close_date is null and not is_deleted
