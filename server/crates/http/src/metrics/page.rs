//! page: writes the Prometheus text format: families, labels, escapes.
use std::fmt::{Display, Write};

use tidemark_shared::api::{Manifest, Run};

/// What is being served, for the page of metrics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Serving<'a> {
    /// The manifest of the snapshot served as the latest.
    pub(crate) manifest: Option<&'a Manifest>,
    /// Whether the latest is damaged.
    pub(crate) damaged: bool,
    /// Files of the data folder that are damaged, or were and lie aside.
    pub(crate) faults: &'a [String],
    /// The latest runs, newest first.
    pub(crate) runs: &'a [Run],
    /// Bytes of published files on their way to clients.
    pub(crate) bytes_in_flight: usize,
}

/// The text so far; a family is opened first, its lines follow.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
    family: &'static str,
}

impl Page {
    /// Begins a family of the `kind` counter, gauge or histogram.
    pub(crate) fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.family = name;
        // Writing to a String does not fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A value of the family; `suffix` is empty but for the parts of a histogram.
    pub(crate) fn line(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let _ = write!(self.text, "{}{suffix}", self.family);
        for (i, (name, value)) in labels.iter().enumerate() {
            let opening = if i == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{opening}{name}=\"{}\"", escaped(value));
        }
        let closing = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{closing} {value}");
    }

    /// The whole text.
    pub(crate) fn text(self) -> String {
        self.text
    }
}

/// A label's value as the format wants it.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn labels_are_escaped_and_lines_follow_their_family() {
        let mut page = Page::default();
        page.family("a_total", "counter", "Things.");
        page.line("", &[], 1);
        page.line("_sum", &[("x", "a\\b\"c\nd"), ("y", "")], 0.5);
        assert_eq!(
            page.text(),
            "# HELP a_total Things.\n# TYPE a_total counter\na_total 1\na_total_sum{x=\"a\\\\b\\\"c\\nd\",y=\"\"} 0.5\n"
        );
    }
}
