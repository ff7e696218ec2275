//! Plain English: words that hide what is meant, doc comments that add nothing, comments too wide to read.

use super::files::lines_with;
use crate::tidy::{Finding, Rule, Source, has_word};

/// Rules about language. `STYLE.md` is the standard; these keep out what is easy to find.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "plain words",
        why: "code does not talk: name what happens with the terms of STYLE.md",
        looks_at: |source| source.within(CLEANED) && source.is(TEXTS),
        judge: |seen, _| lines_with(seen, odd_word),
        bad: &[
            ("app/src/a.rs", "// Made anew for each view.\n"),
            ("app/src/a.rs", "let told = load();\n"),
            ("style/a.css", "/* nobody sees it */\n"),
        ],
        good: &[
            ("app/src/a.rs", "// Drawn again for each view.\n"),
            ("app/src/a.rs", "let retold_by = 1;\n"),
        ],
    },
    Rule {
        name: "a doc comment says more than a word",
        why: "one word repeats the name; say the unit, the range, the source or the reason",
        looks_at: |source| source.within(CLEANED) && source.is(&[".rs"]),
        judge: |seen, _| seen.iter().flat_map(|source| bare_docs(source)).collect(),
        bad: &[("shared/src/a.rs", "    /// Why.\n    reason: String,\n")],
        good: &[
            (
                "shared/src/a.rs",
                "    /// Why it was refused.\n    reason: String,\n",
            ),
            (
                "shared/src/a.rs",
                "    /// The first line of two that ends with one\n    /// word.\n",
            ),
        ],
    },
    Rule {
        name: "comments end at column 100",
        why: "comments are read beside the code, which is wrapped there too",
        looks_at: |source| source.within(CLEANED) && source.is(&[".rs"]),
        judge: |seen, _| lines_with(seen, wide_comment),
        bad: &[("shared/src/a.rs", WIDE)],
        good: &[(
            "shared/src/a.rs",
            "/// Short enough to be read beside code.\n",
        )],
    },
];

/// What has been revised. Still missing: `server/`, `tests/`, `scripts/`, DECISIONS.md and documents made from
/// them. Add a folder when it is done; the list of missing ones only shrinks.
const CLEANED: &[&str] = &[
    "app/",
    "shared/",
    "style/",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/alerts.md",
    "docs/operate.md",
    "docs/runs.md",
    "docs/warehouse.md",
];

const TEXTS: &[&str] = &[".rs", ".js", ".mjs", ".css", ".html", ".md"];

/// Words that STYLE.md replaces, with what to write instead.
const ODD: &[(&str, &str)] = &[
    ("told", "shown, reported, logged or labelled"),
    ("tell", "show, report, log or distinguish"),
    ("tells", "shows, reports, logs or distinguishes"),
    ("anew", "again"),
    ("whoever", "the user, the client"),
    ("nobody", "no user, no customer"),
    ("somebody", "a user, a person"),
    ("once more", "again"),
    ("made ready", "prepared"),
    ("set to leave", "scheduled to cancel"),
    ("behind on payment", "past due"),
];

const WIDEST: usize = 100;
const WIDE: &str = concat!(
    "/// A comment that goes on and on, well past the column at which code beside it is wrapped, so ",
    "that a reader has to scroll.\n"
);

fn odd_word(line: &str) -> Option<String> {
    let line = line.to_lowercase();
    let (word, instead) = ODD.iter().find(|(word, _)| has_word(&line, word))?;
    Some(format!("`{word}`: write {instead}"))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn wide_comment(line: &str) -> Option<String> {
    let width = line.chars().count();
    let is_wide = is_comment(line) && width > WIDEST;
    is_wide.then(|| format!("{width} columns wide: wrap the comment"))
}

/// Doc comments of a single line with a single word.
fn bare_docs(source: &Source) -> Vec<Finding> {
    let lines: Vec<&str> = source.text.lines().collect();
    let is_doc = |at: Option<usize>| {
        let line = at.and_then(|at| lines.get(at)).copied();
        line.is_some_and(|line| line.trim_start().starts_with("///"))
    };
    let mut findings = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(text) = line.trim_start().strip_prefix("///") else {
            continue;
        };
        let is_alone = !is_doc(at.checked_sub(1)) && !is_doc(Some(at + 1));
        if is_alone && text.split_whitespace().count() < 2 {
            findings.push(Finding {
                path: source.path.clone(),
                line: at + 1,
                message: "a doc comment of one word: say what the name does not".to_owned(),
            });
        }
    }
    findings
}
