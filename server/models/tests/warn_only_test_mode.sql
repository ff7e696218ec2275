-- Everything of Stripe is of its test mode (livemode: false): the numbers are those of a test, not of a business
{{ config(severity='warn') }}
select has_live, has_test
from {{ ref('stg_stripe__modes') }}
where has_test and not has_live
