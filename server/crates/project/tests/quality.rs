//! Tests and freshness as the `.yml` files write them, and faults in them told with the file.

use tidemark_project::{Dialect, Files, Project, ProjectError, Severity, Vars, Verdict};

const MODEL: &str = "models: [{name: a, description: One row.}]";

/// A project with one model, one raw table, and what is given.
fn project(files: &[(&str, &str)]) -> Result<Project, ProjectError> {
    let embedded = Files::embedded();
    let mut all = Files::default();
    all.insert(
        "dbt_project.yml",
        "vars: {as_of: \"2026-06-30\", timezone: UTC}",
    );
    for file in ["dialect", "generic_tests", "measures", "words"] {
        let path = format!("macros/{file}.sql");
        let text = embedded.text(&path)?.to_owned();
        all.insert(path, text);
    }
    all.insert("marts/a.sql", "select 1 as x");
    all.insert("marts/_marts.yml", MODEL);
    for (path, text) in files {
        all.insert(*path, *text);
    }
    Project::read(&all)
}

fn vars(project: &Project) -> Vars {
    Vars::from(project.default_vars.clone())
}

fn source(table: &str) -> String {
    format!("sources: [{{name: crm, tables: [{{name: accounts, {table}}}]}}]")
}

#[test]
fn source_tests_are_read_with_their_thresholds() {
    let table = source(
        "columns: [{name: id, data_tests: [{not_null: {config: {where: \"not deleted\", warn_if: \">0\", error_if: \">100\"}}}, \
         {relationships: {arguments: {to: \"source('crm', 'owners')\", field: id}, config: {severity: warn}}}]}]",
    );
    let project = project(&[("staging/crm/_crm.yml", table.as_str())]).unwrap();
    let checks = project
        .source_checks(Dialect::Polars, &vars(&project))
        .unwrap();
    let [empty, related] = checks.as_slice() else {
        panic!("{checks:?}");
    };
    assert_eq!(empty.name, "source_not_null_crm__accounts_id");
    assert_eq!(
        empty.sql,
        "select * from (select * from crm__accounts where not deleted) as tested where id is null"
    );
    assert_eq!(
        [100, 101].map(|n| empty.rule.judge(n)),
        [Verdict::Warn, Verdict::Fail]
    );
    assert!(related.sql.contains("from crm__owners"), "{}", related.sql);
    assert_eq!(related.rule.severity, Severity::Warn);
    assert!(
        project
            .checks(Dialect::Polars, &vars(&project))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn singular_tests_name_their_severity_in_their_config() {
    let test = "-- Nothing is wrong\n{{ config(severity='warn', warn_if='> 3') }}\nselect * from {{ ref('a') }}";
    let project = project(&[("tests/nothing.sql", test)]).unwrap();
    let checks = project.checks(Dialect::Polars, &vars(&project)).unwrap();
    assert_eq!(
        (checks[0].description.as_str(), checks[0].model.as_str()),
        ("Nothing is wrong", "a")
    );
    assert_eq!(
        [3, 4].map(|n| checks[0].rule.judge(n)),
        [Verdict::Pass, Verdict::Warn]
    );
}

#[test]
fn freshness_has_two_ages_and_a_table_without_dates_warns() {
    let ages =
        "freshness: {warn_after: {count: 36, period: hour}, error_after: {count: 7, period: day}}";
    let table = source(&format!("config: {{loaded_at_field: changed, {ages}}}"));
    let project = project(&[("staging/crm/_crm.yml", table.as_str())]).unwrap();
    let freshness = project
        .source_table("crm__accounts")
        .unwrap()
        .freshness
        .as_ref()
        .unwrap();
    let verdicts = [Some(2), Some(3), Some(7), Some(8), None].map(|age| freshness.judge(age));
    let [pass, warn, fail] = [Verdict::Pass, Verdict::Warn, Verdict::Fail];
    assert_eq!(verdicts, [pass, warn, warn, fail, warn]);
    let measures = project.measures(Dialect::Polars, &vars(&project)).unwrap();
    assert!(
        measures[0].sql.contains("local_date(changed)"),
        "{}",
        measures[0].sql
    );
}

#[test]
fn faults_in_tests_name_the_file_and_what_would_do() {
    let test = |test: &str| format!("models: [{{name: a, description: A., data_tests: [{test}]}}]");
    let undated = source("config: {freshness: {warn_after: {count: 1, period: day}}}");
    let cases = [
        (
            "marts/_marts.yml",
            test("{unique_combination: {config: {limit: 5}}}"),
            "`marts/a.sql`: test `unique_combination`: `limit: 5` is not supported",
        ),
        (
            "marts/_marts.yml",
            test("{unique_combination: {config: {error_if: many}}}"),
            "`many` is no threshold; write one like `> 100`",
        ),
        (
            "marts/_marts.yml",
            test("nonsense"),
            "`a` has a test `nonsense`",
        ),
        (
            "staging/crm/_crm.yml",
            undated,
            "`crm__accounts` has a freshness but no loaded_at_field",
        ),
    ];
    for (path, text, words) in cases {
        let error = project(&[(path, text.as_str())])
            .and_then(|project| project.checks(Dialect::Polars, &vars(&project)))
            .expect_err(words)
            .to_string();
        assert!(error.contains(words), "{error}");
    }
}
