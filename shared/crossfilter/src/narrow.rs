//! Whole numbers in half the bytes.

/// Values that are looked at before any of them is taken, few enough to still be at hand then.
const STRETCH: usize = 512;

/// Takes numbers of 64 bits, lowest byte first, as numbers of 32, up to the first stretch of which
/// one does not fit; says how many were taken.
pub fn narrow(values: &[[u8; 8]], into: &mut Vec<i32>) -> usize {
    let before = into.len();
    into.reserve(values.len());
    for stretch in values.chunks(STRETCH) {
        let misfit = stretch.iter().fold(0, |misfit, bytes| {
            let value = i64::from_le_bytes(*bytes);
            misfit | (value ^ i64::from(value as i32))
        });
        if misfit != 0 {
            break;
        }
        into.extend(
            stretch
                .iter()
                .map(|bytes| i64::from_le_bytes(*bytes) as i32),
        );
    }
    into.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is taken is what was given, and it ends only in front of a stretch that holds a
        /// number too large.
        #[test]
        fn numbers_that_fit_are_taken(
            mut values in proptest::collection::vec(any::<i32>().prop_map(i64::from), 0..3 * STRETCH),
            large in proptest::option::of((any::<prop::sample::Index>(), prop_oneof![i64::from(i32::MAX) + 1.., ..i64::from(i32::MIN)])),
        ) {
            let mut fit = values.len();
            if let (Some((at, large)), false) = (large, values.is_empty()) {
                let at = at.index(values.len());
                values[at] = large;
                fit = at / STRETCH * STRETCH;
            }
            let bytes: Vec<[u8; 8]> = values.iter().map(|value| value.to_le_bytes()).collect();
            let mut into = vec![7];
            prop_assert_eq!(narrow(&bytes, &mut into), fit);
            let wanted: Vec<i64> = std::iter::once(7).chain(values[..fit].iter().copied()).collect();
            prop_assert_eq!(into.into_iter().map(i64::from).collect::<Vec<_>>(), wanted);
        }
    }
}
