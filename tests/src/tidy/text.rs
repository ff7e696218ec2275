//! Just enough reading of source text to judge it: production lines, code without comments, words, string literals.

use super::Source;

/// The numbered lines of a file that are not tests: in Rust, everything before the unit tests at the end.
pub fn production(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let is_test = source.path.ends_with("/tests.rs") || source.path.contains("/tests/");
    let rust = source.path.ends_with(".rs");
    let lines: Vec<&str> = source.text.lines().collect();
    let end = if !rust {
        lines.len()
    } else if is_test {
        0
    } else {
        unit_tests_start(&lines)
    };
    lines
        .into_iter()
        .take(end)
        .enumerate()
        .map(|(index, line)| (index + 1, line))
}

/// The line of a `#[cfg(test)]` that opens a module with a body, else the end.
fn unit_tests_start(lines: &[&str]) -> usize {
    let opens = |index: &usize| {
        let next = lines[index + 1..]
            .iter()
            .find(|line| !line.starts_with("#["));
        next.is_some_and(|line| line.contains("mod ") && line.ends_with('{'))
    };
    let marks = (0..lines.len()).filter(|&index| lines[index] == "#[cfg(test)]");
    marks.into_iter().find(opens).unwrap_or(lines.len())
}

/// The part of a line that is code: without a line comment, empty inside a block comment's own lines.
pub fn code<'a>(source: &Source, line: &'a str) -> &'a str {
    let marker = if source.is(&[".css", ".html", ".json", ".md"]) {
        // No line comments there; nothing is cut.
        "\0"
    } else if source.is(&[".sql"]) {
        "--"
    } else if source.is(&[".sh", ".toml", ".yml", ".yaml", "run", "Makefile", ".py"]) {
        "#"
    } else {
        "//"
    };
    let start = line.trim_start();
    if start.starts_with(marker) || start.starts_with("/*") || start.starts_with("* ") {
        return "";
    }
    // A marker inside quotes, or in an address such as `https://`, is no comment.
    let mut quotes = 0;
    for (index, character) in line.char_indices() {
        match character {
            '"' => quotes += 1,
            _ if quotes % 2 == 0
                && line[index..].starts_with(marker)
                && !line[..index].ends_with(':') =>
            {
                return &line[..index];
            }
            _ => {}
        }
    }
    line
}

/// True if the text has this word, not as a part of a longer identifier.
pub fn has_word(text: &str, word: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    let (first, last) = (word.starts_with(part), word.ends_with(part));
    text.match_indices(word).any(|(index, _)| {
        let before = text[..index].chars().next_back();
        let after = text[index + word.len()..].chars().next();
        let longer = (first && before.is_some_and(part)) || (last && after.is_some_and(part));
        !longer
    })
}

/// The double-quoted literals of a line, without their quotes.
pub fn strings(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_code_and_addresses_are() {
        let rust = Source::new("a.rs", "");
        assert_eq!(code(&rust, "let a = 1; // polars"), "let a = 1; ");
        assert_eq!(code(&rust, "/// polars"), "");
        assert_eq!(
            code(&rust, r#"let a = "https://x"; // y"#),
            r#"let a = "https://x"; "#
        );
        assert_eq!(
            code(&Source::new("a.sql", ""), "select 1 -- all"),
            "select 1 "
        );
    }

    #[test]
    fn words_end_at_identifier_borders() {
        assert!(has_word("use polars::prelude;", "polars"));
        assert!(!has_word("use polars_like::prelude;", "polars"));
        assert!(has_word("x = rgb(1)", "rgb("));
        assert!(has_word("std::fs::read", "std::fs"));
    }

    #[test]
    fn unit_tests_are_not_production() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        let lines: Vec<_> = production(&Source {
            path: "a.rs".into(),
            text: text.into(),
        })
        .map(|line| line.0)
        .collect();
        assert_eq!(lines, [1]);
    }

    #[test]
    fn an_item_only_for_tests_does_not_hide_what_follows() {
        let text = "#[cfg(test)]\nmod testing;\nfn a() {}\n";
        let source = Source {
            path: "a.rs".into(),
            text: text.into(),
        };
        assert_eq!(production(&source).count(), 3);
    }

    #[test]
    fn literals_are_what_is_between_quotes() {
        assert_eq!(strings(r#"f("a", "b c")"#), ["a", "b c"]);
    }
}
