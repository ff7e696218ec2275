//! A metric's recent course as paths of a tiny picture.

/// Width and height of the picture's coordinates.
pub(crate) const SIZE: (f64, f64) = (100.0, 28.0);

/// Paths of a sparkline in SVG's language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Spark {
    /// The line over complete periods.
    pub(crate) line: String,
    /// The surface below it; none where the line has gaps.
    pub(crate) area: String,
    /// The line to a last period that is not complete.
    pub(crate) partial: String,
}

/// Draws values from left to right, fitted to the picture's height. `open`: the last one is not
/// complete.
pub(crate) fn spark(values: &[Option<f64>], open: bool) -> Spark {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    if known.len() < 2 {
        return Spark::default();
    }
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = SIZE.0 / (values.len() - 1) as f64;
    let point = |at: usize, value: f64| {
        // A flat line runs through the middle.
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        (at as f64 * step, 2.0 + (1.0 - share) * (SIZE.1 - 4.0))
    };
    let points: Vec<(usize, (f64, f64))> = values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| Some((at, point(at, (*value)?))))
        .collect();
    let last_is_open = open && points.last().is_some_and(|(at, _)| at + 1 == values.len());
    let whole = &points[..points.len() - usize::from(last_is_open)];
    let mut spark = Spark {
        line: path(whole),
        ..Spark::default()
    };
    if let (Some((_, (from, _))), Some((_, (to, _)))) = (whole.first(), whole.last())
        && whole.len() > 1
        && whole.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0)
    {
        spark.area = format!(
            "{}L{to:.1} {:.1}L{from:.1} {:.1}Z",
            spark.line, SIZE.1, SIZE.1
        );
    }
    if last_is_open {
        spark.partial = path(&points[points.len().saturating_sub(2)..]);
    }
    spark
}

fn path(points: &[(usize, (f64, f64))]) -> String {
    let mut out = String::new();
    let mut before = None;
    for (at, (x, y)) in points {
        // A gap in the values is a gap in the line.
        let command = if before.is_some_and(|b: usize| b + 1 == *at) {
            'L'
        } else {
            'M'
        };
        out.push_str(&format!("{command}{x:.1} {y:.1}"));
        before = Some(*at);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highest_is_up_and_the_open_end_is_apart() {
        let spark = spark(&[Some(1.0), Some(3.0), Some(2.0)], true);
        assert_eq!(spark.line, "M0.0 26.0L50.0 2.0");
        assert_eq!(spark.partial, "M50.0 2.0L100.0 14.0");
        assert!(spark.area.ends_with('Z'));
    }

    #[test]
    fn gaps_stay_gaps_and_flat_is_the_middle() {
        let gap = spark(&[Some(5.0), None, Some(5.0)], false);
        assert_eq!(
            (gap.line.as_str(), gap.area.as_str()),
            ("M0.0 14.0M100.0 14.0", "")
        );
        assert_eq!(spark(&[None, Some(1.0)], false), Spark::default());
    }
}
