//! dbt's `adapter.dispatch`, settled before rendering: of each dispatched macro only the engine's own variant is kept.

use std::collections::BTreeMap;

/// One `{% macro %}` block.
struct Block {
    name: String,
    text: String,
}

/// The macros of all files as one template prelude for a dialect. `polars__f` (or else `default__f`) takes the place of the
/// dispatcher `f`; `{% test f(…) %}` blocks become macros `test_f`.
pub(crate) fn prelude(files: &[String], dialect: &str) -> String {
    let mut blocks = BTreeMap::new();
    for file in files {
        for block in split(file) {
            blocks.insert(block.name.clone(), block.text);
        }
    }
    let mut prelude = String::new();
    for (name, text) in &blocks {
        if name.contains("__") {
            continue;
        }
        let variant = [format!("{dialect}__{name}"), format!("default__{name}")]
            .into_iter()
            .find(|v| blocks.contains_key(v));
        let chosen = match variant {
            Some(variant) => {
                blocks[&variant].replacen(&format!("macro {variant}"), &format!("macro {name}"), 1)
            }
            None => text.clone(),
        };
        prelude.push_str(&chosen);
    }
    prelude
}

fn split(file: &str) -> Vec<Block> {
    let file = file
        .replace("{% test ", "{% macro test_")
        .replace("{% endtest %}", "{% endmacro %}");
    let mut blocks = Vec::new();
    let mut rest = file.as_str();
    while let Some(start) = rest.find("{% macro ") {
        let Some(close) = rest[start..].find("endmacro") else {
            break;
        };
        let Some(end) = rest[start + close..].find("%}") else {
            break;
        };
        let text = &rest[start..start + close + end + 2];
        let name = text["{% macro ".len()..]
            .split('(')
            .next()
            .unwrap_or_default()
            .trim();
        blocks.push(Block {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        rest = &rest[start + close + end + 2..];
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialects_own_variant_wins_over_the_default() {
        let file = "{% macro f(x) %}{{ adapter.dispatch('f')(x) }}{% endmacro %}\n\
                    {% macro default__f(x) %}d{% endmacro %}{% macro polars__f(x) -%}p{%- endmacro %}{% macro g() %}g{% endmacro %}";
        assert_eq!(
            prelude(&[file.to_owned()], "polars"),
            "{% macro f(x) -%}p{%- endmacro %}{% macro g() %}g{% endmacro %}"
        );
        assert!(prelude(&[file.to_owned()], "duckdb").starts_with("{% macro f(x) %}d"));
    }
}
