//! The architecture as rules over the source text: what a rule is, and how one is judged.

mod imports;
pub mod rules;
mod text;
mod walk;

use std::fmt;

pub use imports::Imports;
pub use text::{code, has_word, production, strings};
pub use walk::checkout;

/// One text file of the checkout.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the top of the checkout, with forward slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A source that need not exist as a file.
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The files of an example: one, or several where lines `//// path` begin the next.
    pub fn several(path: &str, text: &str) -> Vec<Self> {
        let mut parts = text.split("//// ");
        let first = Self::new(path, parts.next().unwrap_or_default());
        let others = parts.filter_map(|part| part.split_once('\n'));
        let others = others.map(|(path, text)| Self::new(path, text));
        std::iter::once(first).chain(others).collect()
    }

    /// True if the path ends in one of these, as `.rs`.
    pub fn is(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    /// True if the path is under one of these folders or is one of these files.
    pub fn within(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, from the top of the checkout.
    pub path: String,
    /// Line number from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong there and what to do.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A small input with the path it pretends to have.
pub type Example = (&'static str, &'static str);

/// One boundary of the architecture.
pub struct Rule {
    /// Short name, as the test reports it.
    pub name: &'static str,
    /// Why the boundary is there.
    pub why: &'static str,
    /// The files it looks at; a rule that looks at none is a rule that moved away unnoticed.
    pub looks_at: fn(&Source) -> bool,
    /// Judges all files at once; the first argument is what it looks at, the second everything.
    pub judge: fn(&[&Source], &[Source]) -> Vec<Finding>,
    /// Inputs that must be found.
    pub bad: &'static [Example],
    /// Inputs that must pass.
    pub good: &'static [Example],
}

impl Rule {
    /// What breaks this rule, or a finding that there was nothing to look at.
    pub fn check(&self, sources: &[Source]) -> Vec<Finding> {
        let seen: Vec<&Source> = sources
            .iter()
            .filter(|source| (self.looks_at)(source))
            .collect();
        if seen.is_empty() {
            let message = format!(
                "rule `{}` found no file to look at: did a folder move?",
                self.name
            );
            return vec![Finding {
                path: "tests/src/tidy/rules".to_owned(),
                line: 0,
                message,
            }];
        }
        (self.judge)(&seen, sources)
    }
}

/// Judges line by line: `judge` gets the code of each production line and says what is wrong with it.
pub fn each_line(
    sources: &[&Source],
    judge: impl Fn(&Source, &str) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in production(source) {
            if let Some(message) = judge(source, code(source, line)) {
                findings.push(Finding {
                    path: source.path.clone(),
                    line: number,
                    message,
                });
            }
        }
    }
    findings
}
