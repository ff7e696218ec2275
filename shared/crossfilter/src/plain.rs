//! The reference: one loop over all rows that looks at every filter of every row. The sums kept
//! must equal it.

use std::ops::Range;

use proptest::prelude::*;

use crate::{Allowed, Cells, Codes, Crossfilter, Cube, Key, Pick, Values};

const DIMENSIONS: usize = 3;
const VALUES: [usize; DIMENSIONS] = [2, 3, 4];
const KINDS: usize = 2;
const DAYS: usize = 7;
const COLUMNS: usize = 6;
/// Number of the first measure in the cube; before it is the count of rows.
const FIRST: usize = 4;

/// A row as a person would write it down: codes (the number of values means missing), a kind, a
/// day, measures.
#[derive(Debug, Clone)]
struct Row {
    codes: [u8; DIMENSIONS],
    kind: u8,
    day: u16,
    measures: [i64; COLUMNS],
}

/// What is asked of the rows.
#[derive(Debug, Clone)]
struct Question {
    column: usize,
    kind: Option<u8>,
    dimension: usize,
    values: Vec<usize>,
    days: Range<usize>,
}

/// Adds up the rows that pass all filters, but the one on a dimension.
fn plain(
    rows: &[Row],
    allowed: &Allowed,
    question: &Question,
    but: Option<usize>,
    keep: impl Fn(&Row) -> bool,
) -> i64 {
    let mut sum = 0;
    for row in rows {
        let passes = (0..DIMENSIONS).all(|dimension| {
            let table = allowed[dimension].as_ref();
            but == Some(dimension)
                || table.is_none_or(|table| {
                    let code = usize::from(row.codes[dimension]);
                    table.get(code) == Some(&true)
                })
        });
        if passes && question.kind.is_none_or(|kind| kind == row.kind) && keep(row) {
            sum += row.measures[question.column];
        }
    }
    sum
}

fn cube(rows: &[Row]) -> Cube {
    let column =
        |dimension: usize| -> Vec<u8> { rows.iter().map(|r| r.codes[dimension]).collect() };
    let mut codes: Vec<Vec<u8>> = (0..DIMENSIONS).map(column).collect();
    codes.push(rows.iter().map(|row| row.kind).collect());
    let values = VALUES.into_iter().chain([KINDS]);
    let key = |(codes, values): (_, usize)| Key {
        codes: Codes::U8(codes),
        values,
    };
    let keys: Vec<Key> = codes
        .iter()
        .map(Vec::as_slice)
        .zip(values)
        .map(key)
        .collect();
    let day: Vec<u16> = rows.iter().map(|row| row.day).collect();
    let (cells, of_row) = Cells::assign(rows.len(), &keys);
    let (mut cube, order) = Cube::new(cells, &of_row, DIMENSIONS, &day, DAYS);
    let measure = |column: usize| -> Vec<i64> { rows.iter().map(|r| r.measures[column]).collect() };
    let measures: Vec<Vec<i64>> = (0..COLUMNS).map(measure).collect();
    // As narrow as they are at hand: blocks are made otherwise of numbers of 32 bits, of 64, and of
    // both.
    let narrow = |all: &Vec<i64>| all.iter().map(|value| i32::try_from(*value).ok()).collect();
    let narrow: Vec<Option<Vec<i32>>> = measures.iter().map(narrow).collect();
    let columns = narrow.iter().zip(&measures);
    let columns = columns.map(|(narrow, all)| match narrow {
        Some(narrow) => Values::I32(narrow),
        None => Values::I64(all),
    });
    let measures: Vec<Values> = columns.collect();
    assert_eq!(cube.next_column(), FIRST);
    cube.add(&measures, &order, &day);
    cube
}

/// Rows whose numbers are small, or so large that a day's sum needs more than 32 bits.
fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    let codes = (0u8..=2, 0u8..=3, 0u8..=4).prop_map(|(a, b, c)| [a, b, c]);
    let number = prop_oneof![9 => -50i64..50, 1 => -4_000_000_000i64..4_000_000_000];
    let numbers = proptest::collection::vec(number, COLUMNS);
    let small = proptest::collection::vec(-50i64..50, COLUMNS);
    // Each fits into 32 bits, the sums do not.
    let medium = proptest::collection::vec(-2_000_000_000i64..2_000_000_000, COLUMNS);
    let row = |numbers: BoxedStrategy<Vec<i64>>| {
        let kind = 0..KINDS as u8;
        (codes.clone(), kind, 0..DAYS as u16, numbers).prop_map(|(codes, kind, day, numbers)| Row {
            codes,
            kind,
            day,
            measures: std::array::from_fn(|at| numbers[at]),
        })
    };
    prop_oneof![
        proptest::collection::vec(row(small.boxed()), 0..60),
        proptest::collection::vec(row(medium.boxed()), 0..60),
        proptest::collection::vec(row(numbers.boxed()), 0..60),
    ]
}

fn any_filters() -> impl Strategy<Value = Allowed> {
    let condition = |values| proptest::option::of(proptest::collection::vec(any::<bool>(), values));
    (condition(2), condition(3), condition(4)).prop_map(|(a, b, c)| vec![a, b, c])
}

fn any_question() -> impl Strategy<Value = Question> {
    let days = (0..=DAYS, 0..=DAYS).prop_map(|(a, b)| a.min(b)..a.max(b));
    let values = proptest::collection::btree_set(0usize..4, 0..4);
    let kind = proptest::option::of(0..KINDS as u8);
    (0..COLUMNS, kind, 0..DIMENSIONS, values, days).prop_map(
        |(column, kind, dimension, values, days)| Question {
            column,
            kind,
            dimension,
            values: values.into_iter().collect(),
            days,
        },
    )
}

proptest! {
    /// Whatever was filtered and asked before, each answer is that of the loop.
    #[test]
    fn every_answer_is_that_of_a_plain_loop(
        rows in any_rows(),
        steps in proptest::collection::vec((any_filters(), proptest::collection::vec(any_question(), 0..4)), 1..8),
    ) {
        let cube = cube(&rows);
        let mut crossfilter = Crossfilter::default();
        for (allowed, questions) in steps {
            crossfilter.filter(&cube, allowed.clone());
            for question in questions {
                let Question { column, dimension, ref values, ref days, .. } = question;
                let pick = question.kind.map_or(Pick::All, |kind| Pick::Code(DIMENSIONS, kind.into()));
                let value_of = |row: &Row| usize::from(row.codes[dimension]);
                let valued = |row: &Row| value_of(row) < VALUES[dimension] && values.contains(&value_of(row));

                let column = FIRST + column;
                let running = crossfilter.running(&cube, column, pick);
                let grouped = crossfilter.running_of(&cube, column, pick, (dimension, values));
                for end in 0..=DAYS {
                    let before = |row: &Row| usize::from(row.day) < end;
                    prop_assert_eq!(running[end], plain(&rows, &allowed, &question, None, before));
                    let of_values = |row: &Row| before(row) && valued(row);
                    prop_assert_eq!(grouped[end], plain(&rows, &allowed, &question, Some(dimension), of_values));
                }
                let by_value = crossfilter.by_value(&cube, column, pick, dimension, days.clone());
                prop_assert_eq!(by_value.len(), VALUES[dimension]);
                for (value, sum) in by_value.into_iter().enumerate() {
                    let within = |row: &Row| days.contains(&usize::from(row.day)) && value_of(row) == value;
                    prop_assert_eq!(sum, plain(&rows, &allowed, &question, Some(dimension), within));
                }
            }
            let passing: usize = crossfilter.passing().map(|cell| cube.rows_of(cell).len()).sum();
            let question = Question { column: 0, kind: None, dimension: 0, values: vec![], days: 0..0 };
            let ones: Vec<Row> = rows.iter().map(|row| Row { measures: [1; COLUMNS], ..*row }).collect();
            let counted = plain(&ones, &allowed, &question, None, |_| true);
            prop_assert_eq!(passing as i64, counted);
            prop_assert_eq!(crossfilter.running(&cube, Cube::ROWS, Pick::All)[DAYS], counted);
        }
    }

    /// Rows keep their values when they are sorted into cells.
    #[test]
    fn sorting_loses_nothing(rows in any_rows()) {
        let cube = cube(&rows);
        let mut sorted: Vec<(u16, Vec<i64>)> = (0..cube.rows())
            .map(|row| (cube.day()[row], (0..COLUMNS).map(|column| cube.value(FIRST + column, row)).collect()))
            .collect();
        let mut given: Vec<(u16, Vec<i64>)> = rows.iter().map(|row| (row.day, row.measures.to_vec())).collect();
        sorted.sort();
        given.sort();
        prop_assert_eq!(sorted, given);
    }
}
