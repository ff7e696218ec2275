//! Marts of any number of rows, the same for the same arguments: skewed dimensions, and a row for each day and combination
//! of values on which something happened.

use tidemark_shared::columns::{Codes, Column, Columns, TextColumn};
use tidemark_shared::mart::MartSpec;

use crate::company::{DIMENSIONS, EVENTS, Values};
use crate::mart::{DAYS, START};

/// How many rows have a number in each measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// As in a real mart: on most days only one or two things happen to a combination of values.
    Sparse,
    /// All: the hardest case for whoever leaves zeros out.
    Full,
}

/// An event as a mart has it: how likely, and per measure its position with the smallest and largest number.
type Told = (f64, Vec<(usize, i64, i64)>);

/// The events that a mart tells of.
fn told(measures: &[&str]) -> Vec<Told> {
    let placed = |(name, least, most): &(&str, i64, i64)| {
        let at = measures.iter().position(|measure| measure == name)?;
        Some((at, *least, *most))
    };
    let events = EVENTS.iter().map(|event| {
        (
            event.chance,
            event.gives.iter().filter_map(placed).collect::<Vec<_>>(),
        )
    });
    events.filter(|(_, gives)| !gives.is_empty()).collect()
}

/// `lifecycle_daily` with the measures of a specification, of that many rows, ordered by day and then by dimension values,
/// like the real one. At most a row for each day and combination of values.
///
/// # Errors
/// A sentence, if so many rows do not exist.
pub fn mart(spec: &'static MartSpec, rows: usize, fill: Fill) -> Result<Columns, String> {
    let cells = cells();
    let possible = cells.len() * DAYS;
    if rows == 0 || rows > possible {
        return Err(format!("a mart can have 1 to {possible} rows, not {rows}"));
    }
    let most = furthest(&cells, rows);
    let mut days = Vec::with_capacity(rows);
    let mut codes: [Vec<u32>; 5] = Default::default();
    let names: Vec<&str> = spec.columns[spec.grain..]
        .iter()
        .map(|column| column.name)
        .collect();
    let mut measures: Vec<Vec<i64>> = vec![Vec::with_capacity(rows); names.len()];
    let events = told(&names);
    let mut numbers = vec![0; names.len()];
    for place in (0..possible).filter(|place| distance(&cells, *place) <= most) {
        let (day, cell) = (place / cells.len(), place % cells.len());
        days.push(START + day as i32);
        for (codes, code) in codes.iter_mut().zip(cells[cell].codes) {
            codes.push(code);
        }
        happen(&mut numbers, &events, place as u64, fill);
        for (column, value) in measures.iter_mut().zip(&numbers) {
            column.push(*value);
        }
    }
    let text = |(codes, values): (&Vec<u32>, &Values)| {
        Column::Text(TextColumn {
            codes: Codes::pack(codes, values.len()),
            values: values
                .iter()
                .map(|(value, _)| (*value).to_owned())
                .collect(),
        })
    };
    let mut columns = vec![Column::Date(days)];
    columns.extend(codes.iter().zip(&DIMENSIONS).map(text));
    columns.extend(
        measures
            .into_iter()
            .map(|values| Column::Int(values.into())),
    );
    Columns::new(spec, columns)
}

/// A combination of dimension values and how common it is.
struct Cell {
    codes: [u32; 5],
    weight: f64,
}

/// All combinations, ascending.
fn cells() -> Vec<Cell> {
    let mut cells = vec![Cell {
        codes: [0; 5],
        weight: 1.0,
    }];
    for (at, values) in DIMENSIONS.iter().enumerate() {
        let longer = |cell: &Cell| {
            let (before, weight) = (cell.codes, cell.weight);
            (0u32..)
                .zip(*values)
                .map(move |(code, (_, share))| {
                    let mut codes = before;
                    codes[at] = code;
                    Cell {
                        codes,
                        weight: weight * share,
                    }
                })
                .collect::<Vec<_>>()
        };
        cells = cells.iter().flat_map(longer).collect();
    }
    cells
}

/// Weighted sampling without replacement (Efraimidis and Spirakis 2006): of all places, each a day and a combination, the
/// nearest are drawn.
fn distance(cells: &[Cell], place: usize) -> f64 {
    -unit(0, place as u64).ln() / cells[place % cells.len()].weight
}

/// The distance within which there are that many places.
fn furthest(cells: &[Cell], rows: usize) -> f64 {
    let places = 0..cells.len() * DAYS;
    let mut distances: Vec<f64> = places.map(|place| distance(cells, place)).collect();
    *distances.select_nth_unstable_by(rows - 1, f64::total_cmp).1
}

/// The measures of a row. One of them at least is not zero.
fn happen(numbers: &mut [i64], events: &[Told], place: u64, fill: Fill) {
    numbers.fill(0);
    let certain = (unit(1, place) * events.len() as f64) as usize % events.len().max(1);
    for (at, (chance, gives)) in events.iter().enumerate() {
        let salt = 2 + at as u64;
        if fill == Fill::Full || at == certain || unit(salt, place) < *chance {
            for (column, least, most) in gives {
                // Small numbers are more common than large ones.
                let share = unit(salt + 100, place).powi(3);
                numbers[*column] = least + ((most - least + 1) as f64 * share) as i64;
            }
        }
    }
}

/// A number above 0 and up to 1 for a salt and a place, always the same: the mixing steps of SplitMix64 (Steele, Lea, Flood 2014).
fn unit(salt: u64, place: u64) -> f64 {
    let mut mixed = (salt << 40 | place)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    ((mixed >> 11) + 1) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tidemark_shared::mart::LIFECYCLE_DAILY;

    use super::*;
    use crate::mart::{MART, MEASURES};

    fn rows_of(columns: &Columns) -> Vec<(i32, Vec<String>)> {
        let days = columns.days("day").expect("days");
        let dims = [
            "plan",
            "region",
            "industry",
            "company_size",
            "acquisition_channel",
        ];
        let texts = dims.map(|name| columns.text(name).expect("a dimension"));
        let texts = |row: usize| {
            texts
                .iter()
                .map(|text| text.get(row).expect("a value").to_owned())
                .collect()
        };
        days.iter()
            .enumerate()
            .map(|(row, day)| (*day, texts(row)))
            .collect()
    }

    #[test]
    fn rows_are_as_many_as_asked_for_ordered_and_distinct() {
        let columns = mart(&MART, 20_000, Fill::Sparse).expect("a mart");
        let rows = rows_of(&columns);
        assert_eq!(rows.len(), 20_000);
        assert!(rows.is_sorted());
        assert_eq!(rows.iter().collect::<HashSet<_>>().len(), rows.len());
        assert_eq!(
            (rows[0].0, rows[rows.len() - 1].0),
            (START, START + DAYS as i32 - 1)
        );
    }

    #[test]
    fn the_same_arguments_give_the_same_mart() {
        assert_eq!(
            mart(&MART, 5_000, Fill::Sparse),
            mart(&MART, 5_000, Fill::Sparse)
        );
        assert_ne!(
            mart(&MART, 5_000, Fill::Sparse),
            mart(&MART, 5_000, Fill::Full)
        );
    }

    #[test]
    fn values_are_skewed_and_no_row_is_empty() {
        let columns = mart(&MART, 20_000, Fill::Sparse).expect("a mart");
        let text = columns.text("industry").expect("a dimension");
        assert_eq!(text.values.len(), 12);
        assert!(text.values.is_sorted());
        let count = |value: &str| {
            (0..20_000)
                .filter(|row| text.get(*row) == Some(value))
                .count()
        };
        assert!(count("Software") > 5 * count("Construction"));
        let measures = MEASURES.map(|name| columns.ints(name).expect("a measure"));
        let full = |row: usize| {
            measures
                .iter()
                .filter(|values| values.get(row) != 0)
                .count()
        };
        assert!((0..20_000).all(|row| full(row) >= 1));
        let columns = mart(&MART, 1_000, Fill::Full).expect("a mart");
        for name in MEASURES {
            let numbers = columns.ints(name).expect("a measure");
            assert!(numbers.iter().all(|number| number != 0), "{name}");
        }
    }

    #[test]
    fn too_many_rows_are_refused() {
        assert!(mart(&MART, 0, Fill::Sparse).is_err());
        assert!(mart(&MART, 30_000_000, Fill::Sparse).is_err());
    }

    #[test]
    fn the_whole_mart_can_be_made_and_every_measure_occurs() {
        let columns = mart(&LIFECYCLE_DAILY, 5_000, Fill::Sparse).expect("a mart");
        for column in &LIFECYCLE_DAILY.columns[LIFECYCLE_DAILY.grain..] {
            let numbers = columns.ints(column.name).expect("a measure");
            assert!(numbers.iter().any(|number| number != 0), "{}", column.name);
        }
    }
}
