-- Numbers of employees are neither a number nor a company size class: the company size is unknown there
{{ config(severity='warn') }}
select 'Salesforce account' as record, id, employees_unread as employees
from {{ source('salesforce', 'accounts') }}
where employees_unread is not null
union all
select 'Salesforce lead' as record, id, employees_unread as employees
from {{ source('salesforce', 'leads') }}
where employees_unread is not null
union all
select 'CRM account' as record, id, employees_unread as employees
from {{ source('crm', 'accounts') }}
where employees_unread is not null
union all
select 'CRM lead' as record, id, employees_unread as employees
from {{ source('crm', 'leads') }}
where employees_unread is not null
