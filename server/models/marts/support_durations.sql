-- Histograms of the minutes to the first reply and to the full resolution. Buckets add up under any filter; percentiles interpolate inside one.
with durations as (
    select replied_on as day, 'first_reply' as measure, first_reply_minutes as minutes, {{ dims() }}
    from {{ ref('int_lifecycle__tickets') }}
    where replied_on is not null

    union all

    select resolved_on as day, 'full_resolution' as measure, full_resolution_minutes as minutes, {{ dims() }}
    from {{ ref('int_lifecycle__tickets') }}
    where resolved_on is not null
)

select d.day, d.measure, cast(b.bucket as bigint) as bucket, {{ dims('d') }}, cast(count(*) as bigint) as tickets
from durations as d
inner join {{ ref('duration_buckets') }} as b on b.bucket <= d.minutes and b.next_bucket > d.minutes
group by d.day, d.measure, b.bucket, {{ dims('d') }}
order by d.day, d.measure, b.bucket, {{ dims('d') }}
