//! Notices when cursors lead in a circle, remembering only one of them.

/// Compares each cursor with one seen before, which moves on ever more seldom (Brent's way).
#[derive(Debug)]
pub(super) struct Ring {
    mark: Option<String>,
    steps: u64,
    until: u64,
}

impl Default for Ring {
    fn default() -> Self {
        Self {
            mark: None,
            steps: 0,
            until: 1,
        }
    }
}

impl Ring {
    /// Takes the next cursor; whether it has been here before. A circle is found within three rounds.
    pub(super) fn closes(&mut self, cursor: &str) -> bool {
        if self.mark.as_deref() == Some(cursor) {
            return true;
        }
        self.steps += 1;
        if self.steps == self.until {
            self.mark = Some(cursor.to_owned());
            self.until *= 2;
            self.steps = 0;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_and_a_line_is_not() {
        let mut line = Ring::default();
        assert!((0..5000).all(|step: u32| !line.closes(&step.to_string())));
        for length in 1..40 {
            let mut ring = Ring::default();
            let cursors = (0..17).chain((0..length).map(|step| 17 + step).cycle());
            let found = cursors
                .take(17 + 60 + 4 * length as usize)
                .any(|cursor: u32| ring.closes(&cursor.to_string()));
            assert!(found, "{length}");
        }
    }
}
