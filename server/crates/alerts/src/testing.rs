//! Marts and manifests for this crate's tests.

use chrono::NaiveDate;
use tidemark_shared::api::{Manifest, Outcome, Policies, Quality};
use tidemark_shared::columns::{Column, Columns, TextColumn};
use tidemark_shared::date::{add_days, to_days};
use tidemark_shared::engine::Dataset;
use tidemark_shared::mart::{self, ColumnType};

/// `lifecycle_daily` of so many days up to `end`: two plans, each with half of what `count` gives for a day and column.
pub(crate) fn daily(
    end: NaiveDate,
    days: i32,
    mut count: impl FnMut(NaiveDate, &str) -> i64,
) -> Dataset {
    let spec = mart::find("lifecycle_daily").unwrap();
    let dates: Vec<NaiveDate> = (1 - days..=0).map(|back| add_days(end, back)).collect();
    let plans = ["Pro", "Team"];
    let columns = spec.columns.iter().map(|column| match column.column_type {
        ColumnType::Date => {
            let twice = dates.iter().flat_map(|day| [to_days(*day); 2]);
            Column::Date(twice.collect())
        }
        ColumnType::Text => {
            let plan = column.name == "plan";
            let rows = dates.iter().flat_map(|_| plans);
            let rows = rows.map(|name| Some(if plan { name } else { "none" }));
            Column::Text(TextColumn::from_rows(rows))
        }
        ColumnType::Int64 => {
            let halves = dates.iter().flat_map(|day| {
                let all = count(*day, column.name);
                [all / 2, all - all / 2]
            });
            Column::Int(halves.collect())
        }
        ColumnType::Bool => Column::Bool(vec![false; 2 * dates.len()]),
    });
    let columns = Columns::new(spec, columns.collect()).unwrap();
    Dataset::new(columns, end).unwrap()
}

/// A manifest of nothing but its day.
pub(crate) fn manifest(as_of: NaiveDate) -> Manifest {
    Manifest {
        snapshot_id: "0a1b2c3d4e5f".to_owned(),
        as_of,
        generated_at: as_of.and_hms_opt(23, 0, 0).unwrap().and_utc(),
        timezone: "UTC".to_owned(),
        currency: "usd".to_owned(),
        policies: Policies::default(),
        marts: Vec::new(),
        sources: Vec::new(),
        quality: Quality {
            status: Outcome::Pass,
            errors: 0,
            warnings: 0,
        },
        demo: false,
        made_by: None,
    }
}
