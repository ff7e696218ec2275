//! The SQL functions Polars lacks and the models need: what `macros/dialect.sql` names for this engine.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate};
use chrono_tz::Tz;
use polars::prelude::*;
use polars::sql::{FunctionOptions, FunctionRegistry};

const DATETIME: DataType = DataType::Datetime(TimeUnit::Microseconds, None);
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A registry with all functions; days are those of `timezone`.
pub(crate) fn registry(timezone: Tz) -> Arc<dyn FunctionRegistry> {
    let mut functions = HashMap::new();
    let mut add =
        |function: UserDefinedFunction| functions.insert(function.name.to_string(), function);
    add(function("local_date", DataType::Date, move |a| {
        local_date(a, timezone)
    }));
    add(function("exact_ratio", DataType::Int64, exact_ratio));
    add(function("days_between", DataType::Int64, |a| {
        map2(a, &DataType::Int32, &DataType::Int32, |first, last| {
            Some(last - first)
        })
    }));
    add(function("seconds_between", DataType::Int64, |a| {
        map2(a, &DataType::Int64, &DataType::Int64, |first, last| {
            Some(last.div_euclid(1_000_000) - first.div_euclid(1_000_000))
        })
    }));
    add(function("add_minutes", DATETIME, |a| {
        map2(a, &DataType::Int64, &DataType::Int64, |ts, minutes| {
            ts.checked_add(minutes.checked_mul(60_000_000)?)
        })
        .and_then(|c| c.cast(&DATETIME))
    }));
    add(function("exact_step", DataType::Int64, exact_step));
    add(function(
        "exact_remainder",
        DataType::Int64,
        exact_remainder,
    ));
    add(function("intervals_before", DATETIME, |a| {
        intervals(a, false)
    }));
    add(function("intervals_after", DATETIME, |a| {
        intervals(a, true)
    }));
    Arc::new(Functions(functions))
}

struct Functions(HashMap<String, UserDefinedFunction>);

impl FunctionRegistry for Functions {
    fn register(&mut self, name: &str, function: UserDefinedFunction) -> PolarsResult<()> {
        self.0.insert(name.to_owned(), function);
        Ok(())
    }

    fn get_udf(&self, name: &str) -> PolarsResult<Option<UserDefinedFunction>> {
        Ok(self.0.get(name).cloned())
    }

    fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

fn function(
    name: &'static str,
    output: DataType,
    body: impl Fn(&[Column]) -> PolarsResult<Column> + Send + Sync + 'static,
) -> UserDefinedFunction {
    let udf = BaseColumnUdf::new(
        move |arguments: &mut [Column]| body(arguments),
        move |_: &Schema, fields: &[Field]| {
            Ok(Field::new(fields[0].name().clone(), output.clone()))
        },
    );
    let mut function = UserDefinedFunction::new(name.into(), udf);
    // Row by row: filters may be pushed through, and literals are broadcast.
    function.options = FunctionOptions::elementwise();
    function
}

/// An argument as 64-bit values; a literal has length 1 and stands for every row.
fn numbers(column: &Column, physical: &DataType) -> PolarsResult<Int64Chunked> {
    let physical = column
        .as_materialized_series()
        .cast(physical)?
        .cast(&DataType::Int64)?;
    physical.i64().cloned()
}

fn at(values: &Int64Chunked, row: usize) -> Option<i64> {
    values.get(if values.len() == 1 { 0 } else { row })
}

fn height(arguments: &[Column]) -> usize {
    // An empty column is empty whatever literals stand beside it.
    let lengths = arguments.iter().map(Column::len);
    if lengths.clone().any(|l| l == 0) {
        0
    } else {
        lengths.max().unwrap_or(0)
    }
}

fn map2(
    arguments: &[Column],
    first_type: &DataType,
    second_type: &DataType,
    f: impl Fn(i64, i64) -> Option<i64>,
) -> PolarsResult<Column> {
    let (first, second) = (
        numbers(&arguments[0], first_type)?,
        numbers(&arguments[1], second_type)?,
    );
    let values = (0..height(arguments)).map(|row| f(at(&first, row)?, at(&second, row)?));
    Ok(Int64Chunked::from_iter_options(arguments[0].name().clone(), values).into_column())
}

/// The calendar day of UTC instants in a zone. Its rules come from the zone database, DST included.
fn local_date(arguments: &[Column], timezone: Tz) -> PolarsResult<Column> {
    let instants = numbers(&arguments[0].cast(&DATETIME)?, &DataType::Int64)?;
    let day = |micros: i64| -> Option<i32> {
        if timezone == Tz::UTC {
            return i32::try_from(micros.div_euclid(MICROS_PER_DAY)).ok();
        }
        let local = DateTime::from_timestamp_micros(micros)?
            .with_timezone(&timezone)
            .date_naive();
        i32::try_from(local.signed_duration_since(NaiveDate::default()).num_days()).ok()
    };
    let days = instants.iter().map(|micros| micros.and_then(day));
    Ok(
        Int32Chunked::from_iter_options(arguments[0].name().clone(), days)
            .into_date()
            .into_column(),
    )
}

/// `exact_ratio(k, n1 … nk, d1 …)`: Π n ÷ Π d in 128 bits, rounded half away from zero; an overflow is an error, never a wrong number.
fn exact_ratio(arguments: &[Column]) -> PolarsResult<Column> {
    let parts = arguments
        .iter()
        .map(|c| numbers(c, &DataType::Int64))
        .collect::<PolarsResult<Vec<_>>>()?;
    let (count, parts) = parts
        .split_first()
        .ok_or_else(|| polars_err!(ComputeError: "exact_ratio needs arguments"))?;
    let split = count
        .get(0)
        .and_then(|c| usize::try_from(c).ok())
        .unwrap_or(0)
        .min(parts.len());
    let (numerators, denominators) = parts.split_at(split);
    let product = |factors: &[Int64Chunked], row: usize| -> PolarsResult<Option<i128>> {
        let mut product = 1_i128;
        for factor in factors {
            let Some(value) = at(factor, row) else {
                return Ok(None);
            };
            product = product.checked_mul(i128::from(value)).ok_or_else(
                || polars_err!(ComputeError: "an amount is too large to convert exactly"),
            )?;
        }
        Ok(Some(product))
    };
    let values = (0..height(&arguments[1..]))
        .map(
            |row| match (product(numerators, row)?, product(denominators, row)?) {
                (Some(n), Some(d)) if d > 0 => round_half_away(n, d),
                _ => Ok(None),
            },
        )
        .collect::<PolarsResult<Vec<Option<i64>>>>()?;
    Ok(
        Int64Chunked::from_iter_options(arguments[1].name().clone(), values.into_iter())
            .into_column(),
    )
}

fn round_half_away(numerator: i128, denominator: i128) -> PolarsResult<Option<i64>> {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let away = i128::from(rest.unsigned_abs() >= denominator.unsigned_abs() - rest.unsigned_abs())
        * numerator.signum();
    let rounded = if rest == 0 { quotient } else { quotient + away };
    i64::try_from(rounded)
        .map(Some)
        .map_err(|_| polars_err!(ComputeError: "an amount is too large for 64 bits"))
}

/// `exact_step(slope, units, base, denominator)`: (slope × units + base) ÷ denominator in 128 bits, rounded half away from zero.
fn exact_step(arguments: &[Column]) -> PolarsResult<Column> {
    exactly(arguments, |parts| {
        let [slope, units, base, denominator] = *parts else {
            return Ok(None);
        };
        if denominator <= 0 {
            return Ok(None);
        }
        let sum = slope.checked_mul(units).and_then(|p| p.checked_add(base));
        let too_large = || polars_err!(ComputeError: "an amount is too large to compute exactly");
        round_half_away(sum.ok_or_else(too_large)?, denominator)
    })
}

/// `exact_remainder(a, b, m)`: a × b modulo m in 128 bits.
fn exact_remainder(arguments: &[Column]) -> PolarsResult<Column> {
    exactly(arguments, |parts| {
        let [a, b, m] = *parts else {
            return Ok(None);
        };
        let rest = a.checked_mul(b).and_then(|p| p.checked_rem(m));
        Ok(rest.and_then(|rest| i64::try_from(rest).ok()))
    })
}

/// Computes each row in 128 bits; null where an argument is.
fn exactly(
    arguments: &[Column],
    compute: impl Fn(&[i128]) -> PolarsResult<Option<i64>>,
) -> PolarsResult<Column> {
    let parts = arguments
        .iter()
        .map(|c| numbers(c, &DataType::Int64))
        .collect::<PolarsResult<Vec<_>>>()?;
    let values = (0..height(arguments))
        .map(|row| {
            let row: Option<Vec<i128>> = parts.iter().map(|p| at(p, row).map(i128::from)).collect();
            row.map_or(Ok(None), |row| compute(&row))
        })
        .collect::<PolarsResult<Vec<Option<i64>>>>()?;
    let name = arguments[0].name().clone();
    Ok(Int64Chunked::from_iter_options(name, values.into_iter()).into_column())
}

/// An instant moved by `count` billing intervals, back or on; a day past a month's end becomes its last day.
fn intervals(arguments: &[Column], forward: bool) -> PolarsResult<Column> {
    let instants = numbers(&arguments[0].cast(&DATETIME)?, &DataType::Int64)?;
    let units = arguments[1].as_materialized_series().clone();
    let units = units.str()?;
    let counts = numbers(&arguments[2], &DataType::Int64)?;
    let moved = (0..height(arguments)).map(|row| {
        let instant = DateTime::from_timestamp_micros(at(&instants, row)?)?.naive_utc();
        let count = u32::try_from(at(&counts, row)?).ok()?;
        let days = |days: i64| {
            let days = chrono::Duration::days(if forward { days } else { -days });
            instant.checked_add_signed(days)
        };
        let months = |months: u32| {
            let months = Months::new(months);
            if forward {
                instant.checked_add_months(months)
            } else {
                instant.checked_sub_months(months)
            }
        };
        let moved = match units.get(if units.len() == 1 { 0 } else { row })? {
            "day" => days(i64::from(count)),
            "week" => days(7 * i64::from(count)),
            "month" => months(count),
            _ => months(count.checked_mul(12)?),
        };
        Some(moved?.and_utc().timestamp_micros())
    });
    Int64Chunked::from_iter_options(arguments[0].name().clone(), moved)
        .into_column()
        .cast(&DATETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        for (n, d, want) in [
            (5, 2, 3),
            (-5, 2, -3),
            (7, 3, 2),
            (8, 3, 3),
            (-7, 3, -2),
            (0, 5, 0),
            (1, 2, 1),
            (-1, 2, -1),
            (13, 5, 3),
        ] {
            assert_eq!(round_half_away(n, d).unwrap(), Some(want), "{n}/{d}");
        }
    }

    /// A column of one number.
    fn number(value: i64) -> Column {
        Int64Chunked::from_iter_options("n".into(), [Some(value)].into_iter()).into_column()
    }

    #[test]
    fn steps_and_remainders_pass_through_128_bits() {
        let of = |function: fn(&[Column]) -> PolarsResult<Column>, arguments: &[i64]| {
            let columns: Vec<Column> = arguments.iter().copied().map(number).collect();
            function(&columns).map(|column| column.i64().unwrap().get(0))
        };
        assert_eq!(of(exact_step, &[25, 999, 0, 2]).unwrap(), Some(12_488));
        assert_eq!(of(exact_step, &[-25, 999, 0, 2]).unwrap(), Some(-12_488));
        let (big, trillion) = (4_000_000_000_000_000_000, 1_000_000_000_000);
        assert_eq!(
            of(exact_step, &[big, 3, -big, trillion]).unwrap(),
            Some(8_000_000)
        );
        assert_eq!(of(exact_step, &[1, 1, 1, 0]).unwrap(), None);
        assert!(of(exact_step, &[big, big, 0, 1]).is_err());
        assert_eq!(of(exact_remainder, &[big, 3, 7]).unwrap(), Some(5));
        assert_eq!(of(exact_remainder, &[1, 1, 0]).unwrap(), None);
    }

    #[test]
    fn intervals_end_inside_their_month_both_ways() {
        let moved = |forward: bool, day: &str, unit: &str, count: i64| {
            let micros = format!("{day}T06:00:00Z").parse::<DateTime<chrono::Utc>>();
            let micros = micros.unwrap().timestamp_micros();
            let instant = Int64Chunked::from_iter_options("t".into(), [Some(micros)].into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_column();
            let unit = Column::new("u".into(), [unit]);
            let moved = intervals(&[instant, unit, number(count)], forward).unwrap();
            moved.get(0).unwrap().to_string()[..10].to_owned()
        };
        assert_eq!(moved(true, "2026-01-31", "month", 1), "2026-02-28");
        assert_eq!(moved(true, "2024-02-29", "year", 1), "2025-02-28");
        assert_eq!(moved(true, "2026-01-31", "week", 2), "2026-02-14");
        assert_eq!(moved(false, "2026-03-31", "month", 1), "2026-02-28");
        assert_eq!(moved(false, "2026-03-01", "day", 1), "2026-02-28");
    }

    #[test]
    fn days_follow_the_zone_across_dst_and_the_date_line() {
        let day = |instant: &str, zone: Tz| {
            let micros = instant
                .parse::<DateTime<chrono::Utc>>()
                .unwrap()
                .timestamp_micros();
            let column = Int64Chunked::from_iter_options("t".into(), [Some(micros)].into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_column();
            local_date(&[column], zone)
                .unwrap()
                .get(0)
                .unwrap()
                .to_string()
        };
        assert_eq!(
            day("2026-03-08T04:59:59Z", Tz::America__New_York),
            "2026-03-07"
        );
        assert_eq!(
            day("2026-03-09T03:59:59Z", Tz::America__New_York),
            "2026-03-08"
        );
        assert_eq!(
            day("2026-03-09T04:00:00Z", Tz::America__New_York),
            "2026-03-09"
        );
        assert_eq!(
            day("2026-11-01T03:59:59Z", Tz::America__New_York),
            "2026-10-31"
        );
        assert_eq!(
            day("2026-11-02T04:59:59Z", Tz::America__New_York),
            "2026-11-01"
        );
        assert_eq!(
            day("2026-01-01T10:00:00Z", Tz::Pacific__Kiritimati),
            "2026-01-02"
        );
        assert_eq!(
            day("2026-01-01T11:59:59Z", Tz::Etc__GMTPlus12),
            "2025-12-31"
        );
        assert_eq!(day("1969-12-31T23:59:59Z", Tz::UTC), "1969-12-31");
        assert_eq!(day("2024-02-29T23:59:59Z", Tz::UTC), "2024-02-29");
    }
}
