//! Keeps calls apart, so that a vendor's limit is a speed and not a wall.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Gives each call its turn.
pub(crate) struct Pace {
    apart: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Most calls per second; 0 for no limit.
    pub(crate) fn new(per_second: f64) -> Self {
        let apart = Duration::try_from_secs_f64(1.0 / per_second).unwrap_or_default();
        Self {
            apart,
            next: Mutex::new(None),
        }
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&self) {
        if self.apart.is_zero() {
            return;
        }
        let turn = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.apart);
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_keep_their_distance() {
        let pace = Pace::new(100.0);
        let begun = Instant::now();
        for _ in 0..6 {
            pace.turn().await;
        }
        assert!(begun.elapsed() >= Duration::from_millis(50));
        Pace::new(0.0).turn().await;
    }
}
