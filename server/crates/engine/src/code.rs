//! Numbers for groups: each key column becomes small codes, the codes of a row one number, equal numbers one group.

use std::hash::Hash;

use polars::prelude::*;
use rayon::prelude::*;

/// The group of every row.
pub(crate) struct Groups {
    of_row: Vec<IdxSize>,
    /// One row of each group.
    first: Vec<IdxSize>,
    /// Whether groups are numbered in the order of the keys asked for.
    pub(crate) is_ordered: bool,
}

impl Groups {
    /// Groups rows by the values of `keys`, nulls being equal; numbered by the keys at `order`, if these are all that count. Texts are
    /// ordered by code point, nulls last.
    pub(crate) fn of(keys: &[&Series], order: &[usize]) -> PolarsResult<Self> {
        let mut places = order.to_vec();
        places.extend((0..keys.len()).filter(|at| !order.contains(at)));
        let coded = places
            .par_iter()
            .map(|at| Codes::of(keys[*at], order.contains(at)))
            .collect::<PolarsResult<Vec<_>>>()?;
        let mut coded = coded.into_iter();
        let Some(first) = coded.next() else {
            polars_bail!(ComputeError: "a GROUP BY has a key");
        };
        let mut is_ordered = !order.is_empty();
        let mut size = u64::from(first.size);
        let mut numbers: Vec<u64> = first.codes.into_iter().map(u64::from).collect();
        for Codes { codes, size: more } in coded {
            if size.checked_mul(u64::from(more)).is_none() {
                // Too many combinations for one number: those there are get small ones, in no order.
                let (dense, firsts) = dense(&numbers, size);
                numbers = dense.into_iter().map(u64::from).collect();
                size = firsts.len().max(1) as u64;
                is_ordered = false;
            }
            size = size.saturating_mul(u64::from(more));
            numbers
                .par_iter_mut()
                .zip(&codes)
                .for_each(|(number, code)| *number = *number * u64::from(more) + u64::from(*code));
        }
        let (mut of_row, mut first) = dense(&numbers, size);
        if is_ordered {
            let mut by_number: Vec<IdxSize> = (0..first.len() as IdxSize).collect();
            by_number.par_sort_unstable_by_key(|group| numbers[first[*group as usize] as usize]);
            let mut place = vec![0; first.len()];
            for (at, group) in by_number.iter().enumerate() {
                place[*group as usize] = at as IdxSize;
            }
            of_row
                .par_iter_mut()
                .for_each(|group| *group = place[*group as usize]);
            first = by_number
                .iter()
                .map(|group| first[*group as usize])
                .collect();
        }
        Ok(Self {
            of_row,
            first,
            is_ordered,
        })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// One row of each.
    pub(crate) fn firsts(&self) -> IdxCa {
        IdxCa::from_vec(PlSmallStr::EMPTY, self.first.clone())
    }

    /// Rows of each, or only those that are `counted`.
    pub(crate) fn counts(&self, counted: Option<&BooleanChunked>) -> Series {
        let mut counts = vec![0_i64; self.len()];
        match counted {
            None => self
                .of_row
                .iter()
                .for_each(|group| counts[*group as usize] += 1),
            Some(counted) => {
                for (group, is) in self.of_row.iter().zip(counted.iter()) {
                    counts[*group as usize] += i64::from(is == Some(true));
                }
            }
        }
        Int64Chunked::from_vec(PlSmallStr::EMPTY, counts).into_series()
    }

    /// The sum of each, null where all values are.
    pub(crate) fn sums(&self, values: &Series) -> PolarsResult<Series> {
        polars_ensure!(
            values.dtype().is_integer() || values.dtype().is_null(),
            ComputeError: "a model sums whole numbers only, so that money stays exact; this is {}", values.dtype()
        );
        let values = values.cast(&DataType::Int64)?;
        let values = values.i64()?;
        let mut sums = vec![0_i64; self.len()];
        let mut add = |group: IdxSize, value: i64| -> PolarsResult<()> {
            let sum = &mut sums[group as usize];
            *sum = sum
                .checked_add(value)
                .ok_or_else(|| polars_err!(ComputeError: "a sum is too large for 64 bits"))?;
            Ok(())
        };
        if values.null_count() == 0 {
            let mut rows = self.of_row.iter();
            for chunk in values.downcast_iter() {
                for (value, group) in chunk.values_iter().zip(&mut rows) {
                    add(*group, *value)?;
                }
            }
            return Ok(Int64Chunked::from_vec(PlSmallStr::EMPTY, sums).into_series());
        }
        let mut found = vec![false; self.len()];
        for (value, group) in values.iter().zip(&self.of_row) {
            if let Some(value) = value {
                add(*group, value)?;
                found[*group as usize] = true;
            }
        }
        let sums = sums
            .into_iter()
            .zip(found)
            .map(|(sum, found)| found.then_some(sum));
        Ok(Int64Chunked::from_iter_options(PlSmallStr::EMPTY, sums).into_series())
    }

    /// The row of each that is better than all others; none where no row is `valid`.
    pub(crate) fn best(
        &self,
        valid: &BooleanChunked,
        better: impl Fn(usize, usize) -> bool,
    ) -> IdxCa {
        let mut best: Vec<Option<IdxSize>> = vec![None; self.len()];
        for (row, (group, is_valid)) in self.of_row.iter().zip(valid.iter()).enumerate() {
            let best = &mut best[*group as usize];
            if is_valid == Some(true) && best.is_none_or(|known| better(row, known as usize)) {
                *best = Some(row as IdxSize);
            }
        }
        IdxCa::from_iter_options(PlSmallStr::EMPTY, best.into_iter())
    }
}

/// Numbers below `size`, made small: which distinct one each is, and a row of each.
fn dense(numbers: &[u64], size: u64) -> (Vec<IdxSize>, Vec<IdxSize>) {
    const NONE: IdxSize = IdxSize::MAX;
    let mut firsts = Vec::new();
    let mut next = |row: usize| {
        firsts.push(row as IdxSize);
        firsts.len() as IdxSize - 1
    };
    let groups = if size <= 4 * numbers.len() as u64 + 1024 {
        // A table of all that are possible beats a hash where there are not many more than rows.
        let mut table = vec![NONE; size as usize];
        let group = |(row, number): (usize, &u64)| {
            let group = &mut table[*number as usize];
            if *group == NONE {
                *group = next(row);
            }
            *group
        };
        numbers.iter().enumerate().map(group).collect()
    } else {
        let mut table: PlHashMap<u64, IdxSize> = PlHashMap::with_capacity(numbers.len() / 4);
        let group =
            |(row, number): (usize, &u64)| *table.entry(*number).or_insert_with(|| next(row));
        numbers.iter().enumerate().map(group).collect()
    };
    (groups, firsts)
}

/// A column as codes below `size`; equal values have equal ones.
struct Codes {
    codes: Vec<u32>,
    size: u32,
}

impl Codes {
    /// `ordered` asks for codes in the order of the values, nulls last.
    fn of(column: &Series, ordered: bool) -> PolarsResult<Self> {
        if let DataType::String = column.dtype() {
            return Ok(Self::of_values(column.str()?.iter(), ordered));
        }
        let numbers = column.to_physical_repr().cast(&DataType::Int64)?;
        let numbers = numbers.i64()?;
        let range = numbers.min().zip(numbers.max());
        let span = range.and_then(|(min, max)| max.checked_sub(min));
        Ok(match (range, span) {
            // Days, months, small counts: their distance from the least is their code.
            (Some((min, _)), Some(span)) if span < 1 << 20 => {
                let null = span as u32 + 1;
                let code = |value: Option<i64>| value.map_or(null, |value| (value - min) as u32);
                Self {
                    codes: numbers.iter().map(code).collect(),
                    size: null + 1,
                }
            }
            _ => Self::of_values(numbers.iter(), ordered),
        })
    }

    fn of_values<T: Copy + Eq + Hash + Ord + Send>(
        values: impl Iterator<Item = Option<T>>,
        ordered: bool,
    ) -> Self {
        let mut table: PlHashMap<T, u32> = PlHashMap::new();
        // Neighbours are often equal: what is sorted by customer repeats its text.
        let mut last: Option<(T, u32)> = None;
        const NULL: u32 = u32::MAX;
        let mut codes: Vec<u32> = values
            .map(|value| {
                let Some(value) = value else {
                    return NULL;
                };
                match last {
                    Some((known, code)) if known == value => code,
                    _ => {
                        let next = table.len() as u32;
                        let code = *table.entry(value).or_insert(next);
                        last = Some((value, code));
                        code
                    }
                }
            })
            .collect();
        let null = table.len() as u32;
        let mut place: Vec<u32> = (0..null).collect();
        if ordered {
            let mut distinct: Vec<(T, u32)> = table.into_iter().collect();
            distinct.par_sort_unstable();
            for (at, (_, code)) in (0..).zip(distinct) {
                place[code as usize] = at;
            }
        }
        codes.par_iter_mut().for_each(|code| {
            *code = if *code == NULL {
                null
            } else {
                place[*code as usize]
            };
        });
        Self {
            codes,
            size: null + 1,
        }
    }
}
