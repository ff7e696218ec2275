//! The sums of one block under filters: by day of the whole, and by day and value of dimensions.

use std::ops::{AddAssign, Range, SubAssign};

use crate::block::{LANES, Lanes};
use crate::cube::Cube;
use crate::reach::Reach;

/// What sums are formed in.
pub(crate) trait Number:
    Copy + Default + AddAssign + SubAssign + Into<i64> + std::fmt::Debug
{
}

impl Number for i32 {}
impl Number for i64 {}

/// The sums of the rows of some cells.
#[derive(Debug)]
pub(crate) struct Sums<T> {
    /// The cells that count at all.
    cells: Vec<u32>,
    /// The reach of each of these that is in the sums now.
    reach: Vec<Reach>,
    /// Which filters those are.
    version: u64,
    targets: Vec<Target<T>>,
}

/// Sums by day, of the whole or of each value of a dimension.
#[derive(Debug)]
struct Target<T> {
    by: Option<usize>,
    /// Without any filter: value by value, day by day.
    all: Vec<Lanes<T>>,
    /// Under the filters.
    now: Vec<Lanes<T>>,
    /// Whether `now` was never formed.
    fresh: bool,
    /// Sums of `now` over the days last asked for, by value.
    spanned: Option<(Range<usize>, Vec<Lanes<i64>>)>,
}

/// From where the sums under new filters are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Kept,
    Nothing,
    All,
}

/// What is done with the rows of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Leave,
    Add,
    Subtract,
}

/// Steps of every target for every pair of a reach before and after.
type Plan = [[Step; TARGETS]; Reach::COUNT * Reach::COUNT];

/// The whole and one per dimension.
const TARGETS: usize = crate::MOST_DIMENSIONS + 1;

const fn pair(before: Reach, after: Reach) -> usize {
    before.index() * Reach::COUNT + after.index()
}

impl<T: Number> Sums<T> {
    /// Of the given cells; nothing is summed yet.
    pub(crate) fn new(cells: Vec<u32>) -> Sums<T> {
        Sums {
            reach: vec![Reach::NOWHERE; cells.len()],
            cells,
            version: 0,
            targets: Vec::new(),
        }
    }

    /// The sums by day of the whole, or by value and day of a dimension, under filters: `reach` of
    /// every cell, and a version that another reach never had.
    pub(crate) fn of(
        &mut self,
        cube: &Cube,
        rows: &[Lanes<T>],
        (version, reach): (u64, &[Reach]),
        by: Option<usize>,
    ) -> &[Lanes<T>] {
        let at = self.follow(cube, rows, (version, reach), by);
        &self.targets[at].now
    }

    /// The sums over a range of days of each value of a dimension, under all filters but the one on
    /// it.
    pub(crate) fn by_value(
        &mut self,
        cube: &Cube,
        rows: &[Lanes<T>],
        reach: (u64, &[Reach]),
        (dimension, days): (usize, Range<usize>),
    ) -> &[Lanes<i64>] {
        let at = self.follow(cube, rows, reach, Some(dimension));
        let target = &mut self.targets[at];
        let kept = target.spanned.take().filter(|(of, _)| *of == days);
        let sums = kept.map_or_else(
            || {
                let strips = target.now.chunks_exact(cube.days().max(1));
                strips.map(|strip| total(&strip[days.clone()])).collect()
            },
            |(_, sums)| sums,
        );
        &target.spanned.insert((days, sums)).1
    }

    /// Brings all targets to the filters, with the one asked for among them; gives its place.
    fn follow(
        &mut self,
        cube: &Cube,
        rows: &[Lanes<T>],
        (version, reach): (u64, &[Reach]),
        by: Option<usize>,
    ) -> usize {
        let known = self.targets.iter().position(|target| target.by == by);
        let at = known.unwrap_or_else(|| {
            let target = self.everything(cube, rows, by);
            self.targets.push(target);
            self.targets.len() - 1
        });
        if known.is_none() || self.version != version {
            self.update(cube, rows, reach);
            self.version = version;
        }
        at
    }

    /// A target without filters.
    fn everything(&self, cube: &Cube, rows: &[Lanes<T>], by: Option<usize>) -> Target<T> {
        let values = by.map_or(1, |dimension| cube.cells().values(dimension));
        let mut all = vec![Lanes::default(); values * cube.days()];
        for cell in &self.cells {
            let cell = *cell as usize;
            let span = cube.rows_of(cell);
            if let Some(strip) = strip(&mut all, cube, by, cell) {
                add(strip, &cube.day()[span.clone()], &rows[span]);
            }
        }
        Target {
            by,
            now: all.clone(),
            all,
            fresh: true,
            spanned: None,
        }
    }

    fn update(&mut self, cube: &Cube, rows: &[Lanes<T>], reach: &[Reach]) {
        // How many rows went from which reach to which.
        let mut moved = [0u64; Reach::COUNT * Reach::COUNT];
        for (cell, before) in self.cells.iter().zip(&self.reach) {
            let cell = *cell as usize;
            moved[pair(*before, reach[cell])] += cube.rows_of(cell).len() as u64;
        }
        let plan = self.plan(&moved);
        let busy = plan.map(|steps| steps.iter().any(|step| *step != Step::Leave));
        for (cell, before) in self.cells.iter().zip(&mut self.reach) {
            let cell = *cell as usize;
            let at = pair(*before, reach[cell]);
            *before = reach[cell];
            if !busy[at] {
                continue;
            }
            let span = cube.rows_of(cell);
            let (day, rows) = (&cube.day()[span.clone()], &rows[span]);
            for (target, step) in self.targets.iter_mut().zip(&plan[at]) {
                let change = match step {
                    Step::Leave => continue,
                    Step::Add => add,
                    Step::Subtract => subtract,
                };
                if let Some(strip) = strip(&mut target.now, cube, target.by, cell) {
                    change(strip, day, rows);
                }
            }
        }
    }

    /// Sets every target to where the fewest rows lead to the new sums from, and says which.
    fn plan(&mut self, moved: &[u64; Reach::COUNT * Reach::COUNT]) -> Plan {
        let mut plan = [[Step::Leave; TARGETS]; Reach::COUNT * Reach::COUNT];
        for (at, target) in self.targets.iter_mut().enumerate() {
            let step = |base: Base, before: Reach, after: Reach| {
                let counted = match base {
                    Base::Kept => before.counts(target.by),
                    Base::Nothing => false,
                    Base::All => true,
                };
                match (counted, after.counts(target.by)) {
                    (false, true) => Step::Add,
                    (true, false) => Step::Subtract,
                    _ => Step::Leave,
                }
            };
            let pairs = || Reach::all().flat_map(|b| Reach::all().map(move |a| (b, a)));
            let rows = |base: &Base| -> u64 {
                let busy = pairs().filter(|(b, a)| step(*base, *b, *a) != Step::Leave);
                busy.map(|(b, a)| moved[pair(b, a)]).sum()
            };
            let bases = [Base::Kept, Base::All, Base::Nothing];
            let possible = &bases[usize::from(target.fresh)..];
            let base = possible
                .iter()
                .copied()
                .min_by_key(rows)
                .unwrap_or(Base::All);
            for (before, after) in pairs() {
                plan[pair(before, after)][at] = step(base, before, after);
            }
            match base {
                Base::Kept => {}
                Base::Nothing => target.now.fill(Lanes::default()),
                Base::All => target.now.copy_from_slice(&target.all),
            }
            target.fresh = false;
            target.spanned = None;
        }
        plan
    }
}

/// The sums by day that a cell counts in; none if its value of the dimension is missing.
fn strip<'a, T>(
    sums: &'a mut [Lanes<T>],
    cube: &Cube,
    by: Option<usize>,
    cell: usize,
) -> Option<&'a mut [Lanes<T>]> {
    let value = by.map_or(0, |dimension| cube.cells().code(cell, dimension));
    let start = value * cube.days();
    sums.get_mut(start..start + cube.days())
}

fn add<T: Number>(sums: &mut [Lanes<T>], day: &[u16], rows: &[Lanes<T>]) {
    for (day, row) in day.iter().zip(rows) {
        if let Some(sum) = sums.get_mut(usize::from(*day)) {
            for lane in 0..LANES {
                sum[lane] += row[lane];
            }
        }
    }
}

fn subtract<T: Number>(sums: &mut [Lanes<T>], day: &[u16], rows: &[Lanes<T>]) {
    for (day, row) in day.iter().zip(rows) {
        if let Some(sum) = sums.get_mut(usize::from(*day)) {
            for lane in 0..LANES {
                sum[lane] -= row[lane];
            }
        }
    }
}

fn total<T: Number>(sums: &[Lanes<T>]) -> Lanes<i64> {
    let mut total = [0i64; LANES];
    for sum in sums {
        for lane in 0..LANES {
            total[lane] += sum[lane].into();
        }
    }
    total
}
