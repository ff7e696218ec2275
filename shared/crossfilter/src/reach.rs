//! Where a cell counts under filters.

use crate::cells::Cells;

/// The most dimensions that can be filtered.
pub const MOST_DIMENSIONS: usize = 8;

/// For each dimension the values that pass, by code; none where there is no condition.
pub type Allowed = Vec<Option<Vec<bool>>>;

/// Where a cell counts: in the whole and in the breakdown by every dimension if it passes all
/// filters; in the breakdown by one dimension if it fails only the filter on this one; else
/// nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach(u8);

impl Reach {
    /// It fails more than one filter.
    pub const NOWHERE: Reach = Reach(0);
    /// It passes all filters.
    pub const EVERYWHERE: Reach = Reach(1);
    /// How many different ones there are.
    pub(crate) const COUNT: usize = MOST_DIMENSIONS + 2;

    /// It fails only the filter on a dimension.
    pub(crate) const fn only(dimension: usize) -> Reach {
        Reach(dimension as u8 + 2)
    }

    pub(crate) fn all() -> impl Iterator<Item = Reach> {
        (0..Self::COUNT as u8).map(Reach)
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether the cell counts in the whole, or in the breakdown by a dimension.
    pub(crate) fn counts(self, by: Option<usize>) -> bool {
        self == Reach::EVERYWHERE || by.is_some_and(|dimension| self == Reach::only(dimension))
    }

    /// From the dimensions whose filter a cell fails, a bit each.
    fn of(failed: u8) -> Reach {
        match failed {
            0 => Reach::EVERYWHERE,
            _ if failed.is_power_of_two() => Reach::only(failed.trailing_zeros() as usize),
            _ => Reach::NOWHERE,
        }
    }
}

/// Writes the reach of every cell. The first keys of the cells are the dimensions; a missing value
/// passes no condition, and a dimension without any value is no condition.
pub(crate) fn reach(cells: &Cells, allowed: &Allowed, failed: &mut Vec<u8>, out: &mut Vec<Reach>) {
    failed.clear();
    failed.resize(cells.count(), 0);
    for (dimension, table) in allowed.iter().enumerate().take(MOST_DIMENSIONS) {
        let Some(table) = table else { continue };
        if dimension >= cells.keys() || cells.values(dimension) == 0 {
            continue;
        }
        for (failed, code) in failed.iter_mut().zip(cells.codes(dimension)) {
            let passes = table.get(*code as usize).copied().unwrap_or(false);
            *failed |= u8::from(!passes) << dimension;
        }
    }
    let table: [Reach; 256] = std::array::from_fn(|failed| Reach::of(failed as u8));
    out.clear();
    out.extend(failed.iter().map(|failed| table[usize::from(*failed)]));
}
