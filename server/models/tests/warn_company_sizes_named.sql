-- Records name a company size class where the number of employees belongs: the class is taken as it is
{{ config(severity='warn') }}
select 'Salesforce account' as record, id, company_size
from {{ source('salesforce', 'accounts') }}
where company_size is not null
union all
select 'Salesforce lead' as record, id, company_size
from {{ source('salesforce', 'leads') }}
where company_size is not null
union all
select 'CRM account' as record, id, company_size
from {{ source('crm', 'accounts') }}
where company_size is not null
