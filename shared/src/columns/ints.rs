//! Whole numbers of a column, in half the bytes where they fit.

/// Counts or cents, one per row: in 32 bits as long as all fit, so equal numbers are equal whatever
/// they were made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ints(Width);

/// The numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Width {
    Narrow(Vec<i32>),
    /// At least one does not fit into 32 bits.
    Wide(Vec<i64>),
}

impl Ints {
    /// None yet.
    pub const fn new() -> Ints {
        Ints(Width::Narrow(Vec::new()))
    }

    /// None yet, with room for so many.
    pub fn with_capacity(rows: usize) -> Ints {
        Ints(Width::Narrow(Vec::with_capacity(rows)))
    }

    /// Adds numbers of 64 bits, lowest byte first.
    pub fn extend_from_bytes(&mut self, values: &[[u8; 8]]) {
        let taken = match &mut self.0 {
            Width::Narrow(narrow) => tidemark_crossfilter::narrow(values, narrow),
            Width::Wide(_) => 0,
        };
        let rest = values[taken..].iter();
        self.extend(rest.map(|bytes| i64::from_le_bytes(*bytes)));
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Width::Narrow(values) => values.len(),
            Width::Wide(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row; panics past the end, like a slice.
    pub fn get(&self, row: usize) -> i64 {
        match &self.0 {
            Width::Narrow(values) => i64::from(values[row]),
            Width::Wide(values) => values[row],
        }
    }

    /// All numbers, row by row.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The numbers in 32 bits, if all fit; else in 64.
    pub fn slices(&self) -> Result<&[i32], &[i64]> {
        match &self.0 {
            Width::Narrow(values) => Ok(values),
            Width::Wide(values) => Err(values),
        }
    }
}

impl Default for Ints {
    fn default() -> Ints {
        Ints::new()
    }
}

impl Extend<i64> for Ints {
    fn extend<T: IntoIterator<Item = i64>>(&mut self, more: T) {
        let mut more = more.into_iter();
        if let Width::Narrow(values) = &mut self.0 {
            values.reserve(more.size_hint().0);
            let first_wide = more.by_ref().find(|value| match i32::try_from(*value) {
                Ok(value) => {
                    values.push(value);
                    false
                }
                Err(_) => true,
            });
            let Some(wide) = first_wide else { return };
            let mut all: Vec<i64> = Vec::with_capacity(values.len() + 1 + more.size_hint().0);
            all.extend(values.iter().map(|value| i64::from(*value)));
            all.push(wide);
            self.0 = Width::Wide(all);
        }
        if let Width::Wide(values) = &mut self.0 {
            values.extend(more);
        }
    }
}

impl FromIterator<i64> for Ints {
    fn from_iter<T: IntoIterator<Item = i64>>(values: T) -> Ints {
        let mut ints = Ints::new();
        ints.extend(values);
        ints
    }
}

impl From<Vec<i64>> for Ints {
    fn from(values: Vec<i64>) -> Ints {
        values.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However they arrive, the numbers are those given, and equal numbers are equal columns.
        #[test]
        fn numbers_are_kept(parts in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![9 => -5i64..5, 1 => any::<i64>()], 0..6), 0..5)
        ) {
            let flat: Vec<i64> = parts.iter().flatten().copied().collect();
            let mut ints = Ints::new();
            let mut read = Ints::with_capacity(3);
            for part in &parts {
                ints.extend(part.iter().copied());
                read.extend_from_bytes(&part.iter().map(|value| value.to_le_bytes()).collect::<Vec<_>>());
            }
            prop_assert_eq!(&read, &ints);
            prop_assert_eq!(ints.iter().collect::<Vec<_>>(), flat.clone());
            prop_assert_eq!(ints.slices().is_ok(), flat.iter().all(|value| i32::try_from(*value).is_ok()));
            prop_assert_eq!(ints, Ints::from(flat));
        }
    }
}
