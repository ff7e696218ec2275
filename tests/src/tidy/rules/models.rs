//! The SQL project: who reads whom, and that each model says what it is.

use crate::tidy::{Finding, Rule, Source, code, each_line};

/// Rules about the folder of models.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "staging reads its own source",
        why: "sources meet in the intermediate layer, where joins are named; a source can then be absent alone",
        looks_at: |source| staging_folder(source).is_some(),
        judge: |seen, _| each_line(seen, foreign_read),
        bad: &[
            (
                "server/models/staging/stripe/stg_stripe__invoices.sql",
                "select * from {{ source('zendesk', 'tickets') }}\n",
            ),
            (
                "server/models/staging/stripe/stg_stripe__invoices.sql",
                "select * from {{ ref('stg_zendesk__tickets') }}\n",
            ),
            (
                "server/models/staging/stripe/stg_stripe__invoices.sql",
                "select * from {{ ref(\"int_customers_matched\") }}\n",
            ),
        ],
        good: &[(
            "server/models/staging/stripe/stg_stripe__invoices.sql",
            "select * from {{ source('stripe', 'invoices') }} join {{ ref('stg_stripe__prices') }}\n",
        )],
    },
    Rule {
        name: "only staging reads raw tables",
        why: "renames, casts and dedupes happen once, before anything is joined",
        looks_at: |source| is_model(source) && !source.path.contains("/staging/"),
        judge: |seen, _| {
            each_line(seen, |_, line| {
                let raw = first_arguments(line, "source(").next()?;
                Some(format!(
                    "reads the raw source `{raw}`: add a staging model and ref() that"
                ))
            })
        },
        bad: &[(
            "server/models/marts/customers.sql",
            "from {{ source('stripe', 'customers') }}\n",
        )],
        good: &[(
            "server/models/marts/customers.sql",
            "from {{ ref('stg_stripe__customers') }}\n",
        )],
    },
    Rule {
        name: "every model is described",
        why: "its owner reads the .yml beside it first; the data dictionary is made from it",
        looks_at: is_model,
        judge: |seen, everything| {
            seen.iter()
                .filter_map(|model| undescribed(model, everything))
                .collect()
        },
        bad: &[(
            "server/models/marts/customers.sql",
            "-- One row per customer.\nselect 1\n",
        )],
        good: &[],
    },
];

fn is_model(source: &Source) -> bool {
    let layer = ["/staging/", "/intermediate/", "/marts/"]
        .iter()
        .any(|layer| source.path.contains(layer));
    source.within(&["server/models/"]) && layer && source.is(&[".sql"])
}

/// The source whose staging folder a model is in.
fn staging_folder(source: &Source) -> Option<&str> {
    if !is_model(source) {
        return None;
    }
    source
        .path
        .split_once("/staging/")?
        .1
        .split_once('/')
        .map(|(folder, _)| folder)
}

fn foreign_read(source: &Source, line: &str) -> Option<String> {
    let own = staging_folder(source)?;
    if let Some(other) = first_arguments(line, "source(").find(|name| *name != own) {
        return Some(format!(
            "staging of `{own}` reads the source `{other}`: join them in an intermediate model"
        ));
    }
    let prefix = format!("stg_{own}");
    let foreign = |name: &&str| {
        (name.starts_with("stg_") && !name.starts_with(&prefix))
            || name.starts_with("int_")
            || name.starts_with("mart_")
    };
    let other = first_arguments(line, "ref(").find(foreign)?;
    Some(format!(
        "staging of `{own}` reads `{other}`: join them in an intermediate model"
    ))
}

/// The first quoted argument of each call of `call`, as `stripe` in `source('stripe', 'invoices')`.
fn first_arguments<'a>(line: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(call).skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let quote = rest
            .chars()
            .next()
            .filter(|quote| matches!(quote, '\'' | '"'))?;
        rest[1..].split(quote).next()
    })
}

/// A finding unless a .yml in the model's folder has an entry with its name and a description.
fn undescribed(model: &Source, everything: &[Source]) -> Option<Finding> {
    let (folder, file) = model.path.rsplit_once('/')?;
    let name = file.strip_suffix(".sql")?;
    let beside = everything.iter().filter(|source| {
        source.is(&[".yml"])
            && source
                .path
                .rsplit_once('/')
                .is_some_and(|(other, _)| other == folder)
    });
    if beside.into_iter().any(|yml| describes(yml, name)) {
        return None;
    }
    let message = format!(
        "no description: put `- name: {name}` with a `description:` into {folder}/{name}.yml"
    );
    Some(Finding {
        path: model.path.clone(),
        line: 0,
        message,
    })
}

fn describes(yml: &Source, name: &str) -> bool {
    let (mut top, mut inside) = (None, false);
    for line in yml.text.lines() {
        let text = code(yml, line).trim_end();
        let indent = text.len() - text.trim_start().len();
        if let Some(item) = text.trim_start().strip_prefix("- name:") {
            // Deeper names are columns of the entry.
            if indent == *top.get_or_insert(indent) {
                inside = item.trim() == name;
            }
        } else if let Some(value) = text.trim_start().strip_prefix("description:")
            && inside
            && Some(indent) == top.map(|top| top + 2)
        {
            return !value.trim().is_empty();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_counts_for_its_own_model_only() {
        let yml = Source::new(
            "server/models/marts/marts.yml",
            "models:\n  - name: a\n    columns:\n      - name: day\n        description: The day.\n  - name: b\n    description: One row per b.\n",
        );
        assert!(describes(&yml, "b"));
        assert!(
            !describes(&yml, "a"),
            "a column's description is not the model's"
        );
        assert!(!describes(&yml, "day"), "a column is no model");
    }
}
