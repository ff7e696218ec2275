//! What every file owes its reader: a first line, a size, and nothing of the machine it was written on.

use crate::tidy::{Finding, Rule, Source, code};

/// Rules about any file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "every file says what it is for",
        why: "a reader decides at the first line whether this is the place",
        looks_at: |source| source.is(SOURCES),
        judge: |seen, _| seen.iter().filter_map(|source| opening(source)).collect(),
        bad: &[
            ("shared/src/a.rs", "use std::fmt;\n"),
            ("shared/src/a.rs", "//! Stuff\n"),
            ("server/models/marts/a.sql", "select 1\n"),
            ("scripts/a.sh", "#!/bin/sh\nset -e\n"),
            ("style/a.css", ".a {}\n"),
            ("app/js/a.mjs", "import a from 'a';\n"),
        ],
        good: &[
            (
                "shared/src/a.rs",
                "//! Dates without a clock, as marts carry them.\n",
            ),
            (
                "scripts/a.sh",
                "#!/usr/bin/env bash\n# Builds the browser app into app/dist.\n",
            ),
            (
                "server/models/marts/a.sql",
                "-- One row per customer and day.\nselect 1\n",
            ),
            (
                "style/a.css",
                "/* The sticky bar of filters above the charts. */\n",
            ),
        ],
    },
    Rule {
        name: "no file over 500 lines",
        why: "a number must be checkable by reading one file; past that there is a second idea in it",
        looks_at: |source| source.is(SOURCES) || source.is(&[".html"]),
        judge: |seen, _| seen.iter().filter_map(|source| too_long(source)).collect(),
        bad: &[("shared/src/a.rs", LONG)],
        good: &[("shared/src/a.rs", "//! Short and to the point.\n")],
    },
    Rule {
        name: "no machine's own paths",
        why: "the project must build anywhere; a path of one machine helps nobody",
        looks_at: |source| !source.is(&["package-lock.json"]),
        judge: |seen, _| lines_with(seen, machine_path),
        bad: &[
            ("scripts/a.sh", concat!("cd /wo", "rk/main\n")),
            ("README.md", concat!("see /ro", "ot/.cargo\n")),
            (
                "tests/browser/a.mjs",
                concat!("const out = \"/tm", "p/shots\";\n"),
            ),
            ("README.md", concat!("see /ho", "me/ada/x\n")),
        ],
        good: &[(
            "scripts/a.sh",
            "ls ./frame/work/x \"$HOME/.cache\" /usr/lib\n",
        )],
    },
    Rule {
        name: "nothing left over",
        why: "what is on main is done; open work is not marked in the code",
        looks_at: |source| source.is(SOURCES) && !source.within(&["tests/src/tidy/"]),
        judge: |seen, _| lines_with(seen, leftover),
        bad: &[
            ("shared/src/a.rs", "fn f() { todo!() }\n"),
            ("tests/tests/a.rs", "#[ignore]\n"),
            ("tests/browser/a.test.mjs", "test.only('x', () => {});\n"),
        ],
        good: &[("shared/src/a.rs", "//! Nothing to do.\n")],
    },
    Rule {
        name: "lock files name no download addresses",
        why: "an install must work from whatever registry the machine is set up for",
        looks_at: |source| source.is(&["package-lock.json"]),
        judge: |seen, _| {
            lines_with(seen, |line| {
                line.contains("\"resolved\": \"http").then(|| {
                    "a download address: run `npm install --omit-lockfile-registry-resolved`"
                        .to_owned()
                })
            })
        },
        bad: &[(
            "app/js/package-lock.json",
            "\"resolved\": \"https://registry.example.com/a.tgz\"\n",
        )],
        good: &[("app/js/package-lock.json", "\"integrity\": \"sha512-x\"\n")],
    },
];

const SOURCES: &[&str] = &[
    ".rs", ".sql", ".mjs", ".js", ".ts", ".sh", ".css", ".py", ".ci/run",
];
const LONGEST: usize = 500;
const LONG: &str = match std::str::from_utf8(&[b'\n'; LONGEST + 1]) {
    Ok(text) => text,
    Err(_) => "",
};

/// A finding unless the file opens with a comment of at least a few words.
fn opening(source: &Source) -> Option<Finding> {
    let mut lines = source.text.lines();
    let mut first = lines.next().unwrap_or_default();
    if first.starts_with("#!/") {
        first = lines.next().unwrap_or_default();
    }
    let marks: &[&str] = match source.path.rsplit('.').next() {
        Some("rs") => &["//! "],
        Some("sql") => &["-- ", "{# ", "{#- ", "/* "],
        Some("css") => &["/* "],
        Some("mjs" | "js" | "ts") => &["// ", "/* ", "/** "],
        Some("py") => &["# ", "\"\"\""],
        _ => &["# "],
    };
    let said = marks
        .iter()
        .find_map(|mark| first.strip_prefix(mark))
        .unwrap_or_default();
    if said.split_whitespace().count() >= 2 {
        return None;
    }
    let message = format!(
        "the first line must say in a comment (`{}…`) what the file is for",
        marks[0]
    );
    Some(Finding {
        path: source.path.clone(),
        line: 1,
        message,
    })
}

fn too_long(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    (lines > LONGEST).then(|| Finding {
        path: source.path.clone(),
        line: 0,
        message: format!("{lines} lines: look for the second idea in it and move that out"),
    })
}

/// Like `each_line`, but over tests and comments too.
pub(super) fn lines_with(seen: &[&Source], judge: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in seen {
        for (index, line) in source.text.lines().enumerate() {
            if let Some(message) = judge(line) {
                findings.push(Finding {
                    path: source.path.clone(),
                    line: index + 1,
                    message,
                });
            }
        }
    }
    findings
}

/// Folders at the top of some machine; spelt in halves, since this file is judged too.
fn machine_path(line: &str) -> Option<String> {
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
    ];
    folders.iter().find_map(|folder| {
        let at_top = line.match_indices(folder).any(|(index, _)| {
            !line[..index]
                .ends_with(|before: char| before.is_alphanumeric() || "._-}*".contains(before))
        });
        at_top.then(|| format!("`{folder}…` is a path of one machine"))
    })
}

fn leftover(line: &str) -> Option<String> {
    let line = code(&Source::new("a.rs", ""), line);
    let marks = [
        "todo!(",
        "unimplemented!(",
        "dbg!(",
        "#[ignore",
        "test.only(",
        "describe.only(",
        "test.skip(",
        "it.skip(",
    ];
    let mark = marks.iter().find(|mark| line.contains(**mark))?;
    Some(format!("`{mark}` is unfinished work"))
}
