//! Colours are named once, in the tokens sheet.

use crate::tidy::{Rule, each_line, has_word, strings};

/// Rules about style sheets and what the app draws.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "colours only in the tokens sheet",
        why: "light, dark and print themes change one file",
        looks_at: |source| source.is(&[".css"]) && !source.path.ends_with("style/tokens.css"),
        judge: |seen, _| each_line(seen, |_, line| css_colour(line)),
        bad: &[
            ("style/chart.css", ".a { color: #fff; }\n"),
            (
                "style/chart.css",
                ".a {\n  background: rgb(0 0 0 / 50%);\n}\n",
            ),
            (
                "style/chart.css",
                ".a {\n  border: 1px solid oklch(0.7 0.1 200);\n}\n",
            ),
            ("style/chart.css", ".a {\n  color: white;\n}\n"),
        ],
        good: &[
            ("style/chart.css", "#add:hover { color: var(--text); }\n"),
            (
                "style/chart.css",
                ".a { background: color-mix(in srgb, var(--text) 8%, transparent); }\n",
            ),
            ("style/chart.css", ".a { white-space: nowrap; }\n"),
        ],
    },
    Rule {
        name: "the app names no colour",
        why: "charts read their colours from the tokens sheet, so that themes reach them",
        looks_at: |source| {
            source.within(&["app/src/", "app/js/"]) && source.is(&[".rs", ".mjs", ".js"])
        },
        judge: |seen, _| each_line(seen, |_, line| literal_colour(line)),
        bad: &[
            ("app/src/charts/a.rs", "let colour = \"#1a2b3c\";\n"),
            ("app/js/a.mjs", "const shade = \"rgba(0, 0, 0, 0.1)\";\n"),
        ],
        good: &[(
            "app/src/charts/a.rs",
            "let link = \"#main\"; let colour = theme.series(0);\n",
        )],
    },
];

const FUNCTIONS: &[&str] = &[
    "rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "oklch(", "oklab(", "lab(", "lch(", "color(",
];
const NAMES: &[&str] = &[
    "white", "black", "red", "green", "blue", "grey", "gray", "orange", "yellow", "purple",
];

fn css_colour(line: &str) -> Option<String> {
    // What stands after the property's colon; a selector such as `#add:hover` has its hash before.
    let value = line.split_once(": ").map_or("", |(_, value)| value);
    let hash = value
        .split([' ', ',', '(', ';', '}'])
        .find(|word| is_hex(word));
    let function = FUNCTIONS
        .iter()
        .copied()
        .find(|function| has_word(line, function));
    let name = value
        .split([' ', ',', '(', ')', ';', '}'])
        .find(|word| NAMES.contains(word));
    let colour = hash.or(function).or(name)?;
    Some(format!(
        "`{colour}` is a colour: name it in the tokens sheet and use var(--…)"
    ))
}

fn literal_colour(line: &str) -> Option<String> {
    let colour = strings(line).into_iter().find(|literal| {
        is_hex(literal)
            || FUNCTIONS
                .iter()
                .any(|function| literal.starts_with(function))
    })?;
    Some(format!("\"{colour}\" is a colour: read it from the theme"))
}

/// True for `#` and 3, 4, 6 or 8 hexadecimal digits.
fn is_hex(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    })
}
