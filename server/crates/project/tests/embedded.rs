//! The models that are built in: they read, order and render, and the reader tells what is wrong with others.

use std::collections::BTreeSet;

use tidemark_project::{Dialect, Files, Project, ProjectError, Vars};
use tidemark_shared::mart::MARTS;

fn vars(project: &Project) -> Vars {
    Vars::from(project.default_vars.clone())
}

#[test]
fn every_model_renders_for_every_dialect_and_runs_after_what_it_reads() {
    let project = Project::embedded().unwrap();
    let mut done: BTreeSet<String> = project.seeds.iter().map(|s| s.name.clone()).collect();
    for model in &project.models {
        assert!(
            model.refs.is_subset(&done),
            "{} runs before what it reads",
            model.name
        );
        done.insert(model.name.clone());
        for dialect in [Dialect::Polars, Dialect::DuckDb] {
            let sql = project.render(model, dialect, &vars(&project)).unwrap();
            assert!(!sql.contains("{{") && !sql.contains("{%"), "{sql}");
        }
    }
}

#[test]
fn every_mart_has_a_model_with_the_same_columns_in_the_same_order() {
    let project = Project::embedded().unwrap();
    for mart in MARTS {
        let model = project
            .model(mart.name)
            .unwrap_or_else(|| panic!("no model {}", mart.name));
        let documented: Vec<&str> = model.doc.columns.iter().map(|c| c.name.as_str()).collect();
        let specified: Vec<&str> = mart.columns.iter().map(|c| c.name).collect();
        assert_eq!(documented, specified, "{}", mart.name);
    }
}

#[test]
fn staging_reads_its_own_source_alone() {
    for model in Project::embedded()
        .unwrap()
        .models
        .iter()
        .filter(|m| m.layer == "staging")
    {
        let source = model.path.split('/').nth(1).unwrap();
        assert!(
            model
                .sources
                .iter()
                .all(|s| s.starts_with(&format!("{source}__"))),
            "{}",
            model.path
        );
    }
}

#[test]
fn checks_have_names_of_their_own_and_a_sentence() {
    let project = Project::embedded().unwrap();
    let checks = project.checks(Dialect::Polars, &vars(&project)).unwrap();
    let names: BTreeSet<&str> = checks.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), checks.len());
    assert!(
        checks
            .iter()
            .all(|c| !c.description.is_empty() && !c.sql.is_empty())
    );
    assert!(
        checks
            .iter()
            .any(|c| c.name == "assert_movements_add_up_to_mrr")
    );
}

#[test]
fn lineage_leads_from_raw_invoices_to_the_mart() {
    let project = Project::embedded().unwrap();
    let lineage = project.lineage(Dialect::Polars, &vars(&project)).unwrap();
    let mut reached: BTreeSet<&str> = BTreeSet::from(["stripe__invoice_lines"]);
    for edge in &lineage.edges {
        if reached.contains(edge.from.as_str()) {
            reached.insert(&edge.to);
        }
    }
    assert!(reached.contains("lifecycle_daily") && reached.contains("retention_cohorts"));
    for node in &lineage.nodes {
        let file = node.file.as_deref().unwrap_or_default();
        let known = Files::embedded().text(file).is_ok();
        assert_eq!(known, node.layer != "source", "{}: {file}", node.name);
    }
}

#[test]
fn column_lineage_leads_from_new_mrr_back_to_the_amounts_of_invoice_lines() {
    let project = Project::embedded().unwrap();
    let lineage = project.lineage(Dialect::Polars, &vars(&project)).unwrap();
    assert_eq!(lineage.unresolved, 0, "a column could not be followed");
    let mut reached = BTreeSet::from([("lifecycle_daily", "mrr_new")]);
    // Models stand after what they read, so one walk from the end finds all.
    for column in lineage.columns.iter().rev() {
        if reached.contains(&(column.model.as_str(), column.column.as_str())) {
            let from = column.from.iter();
            reached.extend(from.map(|o| (o.model.as_str(), o.column.as_str())));
        }
    }
    assert!(
        reached.contains(&("stripe__invoice_lines", "amount")),
        "{reached:?}"
    );
    assert!(
        !reached.contains(&("zendesk__tickets", "id")),
        "{reached:?}"
    );
}

#[test]
fn every_column_the_sql_shows_is_documented_and_none_else() {
    let project = Project::embedded().unwrap();
    let lineage = project.lineage(Dialect::Polars, &vars(&project)).unwrap();
    for model in &project.models {
        let shown: Vec<&str> = lineage
            .columns
            .iter()
            .filter(|column| column.model == model.name)
            .map(|column| column.column.as_str())
            .collect();
        let documented: Vec<&str> = model.doc.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(documented, shown, "columns of {}", model.path);
        for column in &model.doc.columns {
            assert!(
                column.description.len() > 3 && column.data_type.is_some(),
                "{}.{} has no description or data_type",
                model.name,
                column.name
            );
        }
    }
}

/// A project of one model, with a change made to it.
fn broken(path: &str, text: &str) -> ProjectError {
    let mut files = Files::default();
    files.insert("dbt_project.yml", "vars: {}");
    files.insert("marts/a.sql", "select 1 as x");
    files.insert(
        "marts/_marts.yml",
        "models: [{name: a, description: One row.}, {name: b, description: Another.}]",
    );
    files.insert(path, text);
    Project::read(&files).expect_err("a fault")
}

#[test]
fn faults_name_the_file() {
    let cases = [
        (
            "marts/b.sql",
            "select * from {{ ref('c') }}",
            "`marts/b.sql` refers to `c`",
        ),
        (
            "marts/b.sql",
            "select * from {{ ref('b') }}",
            "wait for each other: b",
        ),
        (
            "marts/b.sql",
            "select {{ var('nothing') }}",
            "`marts/b.sql` does not render: line 1",
        ),
        ("marts/c.sql", "select 1", "`marts/c.sql` has no entry"),
        (
            "marts/_marts.yml",
            "models: [{name: a}]",
            "model `a` has no description",
        ),
    ];
    for (path, text, words) in cases {
        let error = broken(path, text).to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn vars_are_set_in_the_project_file_itself() {
    let mut files = Files::embedded();
    let before = files.text("dbt_project.yml").unwrap().to_owned();
    let project = Project::read(&files).unwrap();
    files.set_vars(&vars(&project)).unwrap();
    assert_eq!(files.text("dbt_project.yml").unwrap(), before);

    let vars = Vars::default()
        .with("as_of", "2026-02-28")
        .with("timezone", "Pacific/Kiritimati");
    files.set_vars(&vars).unwrap();
    let changed = Project::read(&files).unwrap().default_vars;
    assert_eq!(changed["as_of"], "2026-02-28");
    assert_eq!(changed["timezone"], "Pacific/Kiritimati");
    assert_eq!(changed["currency"], project.default_vars["currency"]);

    let unknown = files.set_vars(&Vars::default().with("as", "x"));
    assert!(unknown.unwrap_err().to_string().contains("`as: "));
}
