//! Seeded random draws: one independent stream per purpose and record, plain arithmetic only, so every platform draws the same.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream is for; streams of different purposes never overlap.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Company = 1,
    Journey = 2,
    Billing = 3,
    Support = 4,
    Spend = 5,
}

/// A deterministic source of randomness.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of one record: the same seed, purpose and index give the same draws, whatever else is drawn before.
    pub(crate) fn stream(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(((purpose as u64) << 48) | index);
        Self(rng)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits: exactly what an f64 holds.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0..n; 0 for n = 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform in lo..=hi; lo where the range is empty.
    pub(crate) fn between(&mut self, lo: i64, hi: i64) -> i64 {
        if hi <= lo {
            return lo;
        }
        lo + self.below((hi - lo + 1) as u64) as i64
    }

    /// Between lo and hi with most of the mass near lo: waiting times, company sizes.
    pub(crate) fn skewed(&mut self, lo: i64, hi: i64) -> i64 {
        let u = self.unit();
        lo + ((hi - lo) as f64 * u * u * u) as i64
    }

    /// True with probability p.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// An index drawn in proportion to its weight.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        let mut left = self.below(total);
        for (index, weight) in weights.iter().enumerate() {
            if left < u64::from(*weight) {
                return index;
            }
            left -= u64::from(*weight);
        }
        0
    }

    /// One of the items of a slice that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// Seconds after midnight UTC, inside a long working day.
    pub(crate) fn time_of_day(&mut self) -> i64 {
        self.between(6 * 3600, 21 * 3600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |purpose, index| Random::stream(7, purpose, index).below(u64::MAX);
        assert_eq!(draw(Purpose::Billing, 3), draw(Purpose::Billing, 3));
        assert_ne!(draw(Purpose::Billing, 3), draw(Purpose::Billing, 4));
        assert_ne!(draw(Purpose::Billing, 3), draw(Purpose::Support, 3));
    }

    #[test]
    fn weights_are_followed() {
        let mut random = Random::stream(1, Purpose::Company, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[random.weighted(&[1, 0, 3])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!(counts[0] > 2_200 && counts[0] < 2_800, "{counts:?}");
    }

    #[test]
    fn ranges_hold() {
        let mut random = Random::stream(1, Purpose::Company, 1);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&random.between(3, 5)));
            assert!((10..=20).contains(&random.skewed(10, 20)));
        }
        assert_eq!(random.between(4, 2), 4);
    }
}
