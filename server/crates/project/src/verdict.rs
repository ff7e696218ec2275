//! How bad a number of failing rows is: severity and thresholds, as dbt reads them.

use std::fmt;

/// How bad a failing check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Publishing goes on; the finding is shown.
    Warn,
    /// Nothing is published.
    Error,
}

/// What a check says about the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// Suspicious; published with a notice.
    Warn,
    /// Wrong; nothing is published.
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A condition on the number of failing rows, such as `> 100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    comparison: Comparison,
    rows: u64,
}

impl Threshold {
    /// What holds where nothing is said: any failing row counts.
    pub const ANY: Threshold = Threshold {
        comparison: Comparison::Unequal,
        rows: 0,
    };

    /// Reads `> 100`, `>=1`, `!= 0` and their like; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let signs = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("!=", Comparison::Unequal),
            ("<>", Comparison::Unequal),
            ("==", Comparison::Equal),
            ("=", Comparison::Equal),
            (">", Comparison::More),
            ("<", Comparison::Less),
        ];
        let (comparison, rows) = signs
            .iter()
            .find_map(|(sign, comparison)| Some((*comparison, text.strip_prefix(sign)?)))?;
        let rows = rows.trim().parse().ok()?;
        Some(Self { comparison, rows })
    }

    /// Whether so many failing rows meet the condition.
    pub fn is_met(self, failing: u64) -> bool {
        match self.comparison {
            Comparison::Equal => failing == self.rows,
            Comparison::Unequal => failing != self.rows,
            Comparison::Less => failing < self.rows,
            Comparison::AtMost => failing <= self.rows,
            Comparison::More => failing > self.rows,
            Comparison::AtLeast => failing >= self.rows,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.comparison {
            Comparison::Equal => "=",
            Comparison::Unequal => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        };
        write!(f, "{sign} {}", self.rows)
    }
}

/// When a check warns and when it stops publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// `warn` never stops publishing, whatever `error_if` says.
    pub severity: Severity,
    /// From how many failing rows on there is a warning.
    pub warn_if: Threshold,
    /// From how many failing rows on nothing is published.
    pub error_if: Threshold,
}

impl Rule {
    /// Any failing row has this severity.
    pub const fn any(severity: Severity) -> Self {
        Self {
            severity,
            warn_if: Threshold::ANY,
            error_if: Threshold::ANY,
        }
    }

    /// What so many failing rows mean.
    pub fn judge(self, failing: u64) -> Verdict {
        if self.severity == Severity::Error && self.error_if.is_met(failing) {
            Verdict::Fail
        } else if self.warn_if.is_met(failing) {
            Verdict::Warn
        } else {
            Verdict::Pass
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(severity: Severity, warn_if: &str, error_if: &str) -> Rule {
        let threshold = |text| Threshold::parse(text).expect("a threshold");
        Rule {
            severity,
            warn_if: threshold(warn_if),
            error_if: threshold(error_if),
        }
    }

    #[test]
    fn thresholds_are_read_and_printed() {
        for (text, met, unmet) in [
            (">100", 101, 100),
            (">= 1", 1, 0),
            ("!=0", 3, 0),
            ("<> 0", 3, 0),
            ("< 5", 4, 5),
            ("<=5", 5, 6),
            ("= 2", 2, 3),
        ] {
            let threshold = Threshold::parse(text).expect(text);
            assert!(threshold.is_met(met) && !threshold.is_met(unmet), "{text}");
            assert_eq!(Threshold::parse(&threshold.to_string()), Some(threshold));
        }
        for bad in ["", "many", "> x", "between 1 and 2", "5"] {
            assert_eq!(Threshold::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn errors_come_before_warnings_and_a_warning_never_stops() {
        let both = rule(Severity::Error, "> 0", "> 100");
        assert_eq!(
            [0, 1, 100, 101].map(|n| both.judge(n)),
            [Verdict::Pass, Verdict::Warn, Verdict::Warn, Verdict::Fail]
        );
        assert_eq!(rule(Severity::Warn, "> 0", "> 1").judge(5), Verdict::Warn);
        assert_eq!(Rule::any(Severity::Error).judge(0), Verdict::Pass);
        // A test that only names `error_if` warns of any row below it, as in dbt.
        assert_eq!(
            rule(Severity::Error, "!= 0", "> 10").judge(3),
            Verdict::Warn
        );
    }
}
