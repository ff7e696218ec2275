//! How long to wait before the next try, and when to give up.

use std::time::Duration;

/// How often a call is tried, and how long it waits in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries of one call in a row.
    pub attempts: u32,
    /// The wait after the first try, at most; it doubles with each.
    pub first: Duration,
    /// The longest wait of our own choosing.
    pub longest: Duration,
    /// The longest wait a server may ask for; beyond it the sync ends and can be run again later.
    pub asked: Duration,
    /// How long one try may take, answer included.
    pub timeout: Duration,
}

impl Default for Patience {
    /// About four minutes of trouble, or an hour of waits the server asks for.
    fn default() -> Self {
        Self {
            attempts: 12,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(60),
            asked: Duration::from_secs(15 * 60),
            timeout: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// The wait after the `tried`-th try, `None` to give up. What the server asks for is kept, and
    /// a little random time is added or taken, so that clients which failed together do not return together.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        if tried >= self.attempts || asked.is_some_and(|asked| asked > self.asked) {
            return None;
        }
        let doubled = self
            .first
            .saturating_mul(1 << tried.saturating_sub(1).min(16));
        let jitter = doubled.min(self.longest).mul_f64(rand::random::<f64>());
        Some(match asked {
            Some(asked) => asked + jitter.min(self.first),
            None => jitter,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let patience = Patience::default();
        for tried in 1..patience.attempts {
            let wait = patience.wait(tried, None).unwrap();
            let most = patience.first * (1 << (tried - 1));
            assert!(wait <= most.min(patience.longest), "{tried}: {wait:?}");
        }
        assert_eq!(patience.wait(patience.attempts, None), None);
    }

    #[test]
    fn a_server_is_not_asked_before_it_said() {
        let patience = Patience::default();
        let asked = Duration::from_secs(30);
        for tried in 1..patience.attempts {
            let wait = patience.wait(tried, Some(asked)).unwrap();
            assert!(wait >= asked && wait <= asked + patience.first);
        }
        assert_eq!(patience.wait(1, Some(Duration::from_secs(86_400))), None);
    }
}
