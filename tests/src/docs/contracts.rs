//! A data contract per mart, in the Open Data Contract Standard: its columns, its grain, and the checks that guard it.

use tidemark_project::{Check, Dialect, Project, ProjectError, Severity, Vars};
use tidemark_shared::mart::{ColumnSpec, ColumnType, MARTS, MartSpec, Sign};

use super::{Document, line};

pub(super) fn documents(project: &Project) -> Result<Vec<Document>, ProjectError> {
    let checks = project.checks(Dialect::DuckDb, &Vars::from(project.default_vars.clone()))?;
    let document = |mart: &MartSpec| {
        let guards = |check: &&Check| check.model == mart.name && is_stated_here(check);
        let checks: Vec<&Check> = checks.iter().filter(guards).collect();
        let path = format!("docs/contracts/{}.odcs.yaml", mart.name);
        (path, contract(mart, &checks))
    };
    Ok(MARTS.iter().map(|mart| document(mart)).collect())
}

/// Checks that columns do not say themselves: whether one may be empty or repeat is said beside it.
fn is_stated_here(check: &Check) -> bool {
    !matches!(check.kind.as_str(), "not_null" | "unique" | "singular")
}

fn contract(mart: &MartSpec, checks: &[&Check]) -> String {
    let mut text = String::new();
    let name = mart.name;
    line!(
        text,
        "# Data contract of the mart {name}, made from its specification and its checks."
    );
    line!(text, "apiVersion: v3.1.0");
    line!(text, "kind: DataContract");
    line!(text, "id: tidemark-{}", name.replace('_', "-"));
    line!(text, "name: {name}");
    line!(text, "version: 1.0.0");
    line!(text, "status: active");
    line!(text, "description:");
    line!(text, "  purpose: {}", quoted(mart.description));
    line!(
        text,
        "  usage: {}",
        quoted(
            "Add measures up over any rows; form rates, averages and percentiles from the sums, never from rates."
        )
    );
    line!(
        text,
        "  limitations: {}",
        quoted(
            "A snapshot holds facts up to its as-of day. Amounts are minor units of its reporting currency, days are those of its reporting time zone; rows whose measures are all zero are left out."
        )
    );
    line!(text, "servers:");
    for format in ["csv", "parquet"] {
        line!(text, "  - server: {format}");
        line!(text, "    type: local");
        line!(text, "    path: ./{name}.{format}");
        line!(text, "    format: {format}");
        line!(
            text,
            "    description: {}",
            quoted(&format!(
                "The file of a snapshot, from /api/v1/snapshots/latest/{name}.{format}"
            ))
        );
    }
    line!(text, "schema:");
    line!(text, "  - name: {name}");
    line!(text, "    physicalName: {name}");
    line!(text, "    logicalType: object");
    line!(text, "    physicalType: table");
    line!(text, "    description: {}", quoted(mart.description));
    let grain: Vec<&str> = mart
        .grain_columns()
        .iter()
        .map(|column| column.name)
        .collect();
    line!(
        text,
        "    dataGranularityDescription: {}",
        quoted(&format!("One row per {}", grain.join(", ")))
    );
    line!(text, "    properties:");
    for (at, column) in mart.columns.iter().enumerate() {
        property(&mut text, mart, at, column);
    }
    quality(&mut text, mart, &grain, checks);
    text
}

fn property(text: &mut String, mart: &MartSpec, at: usize, column: &ColumnSpec) {
    let (logical, physical) = match column.column_type {
        ColumnType::Date => ("date", "DATE"),
        ColumnType::Text => ("string", "VARCHAR"),
        ColumnType::Int64 => ("integer", "BIGINT"),
        ColumnType::Bool => ("boolean", "BOOLEAN"),
    };
    line!(text, "      - name: {}", column.name);
    line!(text, "        logicalType: {logical}");
    line!(text, "        physicalType: {physical}");
    line!(text, "        required: {}", !column.nullable);
    if at < mart.grain {
        line!(text, "        primaryKey: true");
        line!(text, "        primaryKeyPosition: {}", at + 1);
    }
    if mart.grain == 1 && at == 0 {
        line!(text, "        unique: true");
    }
    line!(text, "        description: {}", quoted(column.help));
    if column.personal {
        line!(text, "        classification: personal");
    }
}

fn quality(text: &mut String, mart: &MartSpec, grain: &[&str], checks: &[&Check]) {
    line!(text, "    quality:");
    let name = mart.name;
    let grain = grain.join(", ");
    let duplicates = format!(
        "select count(*) from (select {grain} from {name} group by {grain} having count(*) > 1) as failing"
    );
    rule(
        text,
        "grain_is_unique",
        "No two rows share a grain.",
        "uniqueness",
        "error",
        &duplicates,
    );
    let wrong: Vec<String> = mart
        .columns
        .iter()
        .filter_map(|column| match column.sign {
            Sign::NotNegative => Some(format!("{} < 0", column.name)),
            Sign::NotPositive => Some(format!("{} > 0", column.name)),
            Sign::Either => None,
        })
        .collect();
    if !wrong.is_empty() {
        let query = format!("select count(*) from {name} where {}", wrong.join(" or "));
        rule(
            text,
            "signs_are_right",
            "Counts and amounts have the sign their meaning allows.",
            "conformity",
            "error",
            &query,
        );
    }
    for check in checks
        .iter()
        .filter(|check| check.kind != "unique_combination")
    {
        let severity = match check.rule.severity {
            Severity::Error => "error",
            Severity::Warn => "warning",
        };
        let sql: Vec<&str> = check.sql.split_whitespace().collect();
        let query = format!("select count(*) from ({}) as failing", sql.join(" "));
        rule(
            text,
            &check.name,
            &check.description,
            "conformity",
            severity,
            &query,
        );
    }
}

/// A query that counts what is wrong, which must be nothing.
fn rule(text: &mut String, name: &str, says: &str, dimension: &str, severity: &str, query: &str) {
    line!(text, "      - name: {name}");
    line!(text, "        description: {}", quoted(says));
    line!(text, "        type: sql");
    line!(text, "        dimension: {dimension}");
    line!(text, "        severity: {severity}");
    line!(text, "        query: {}", quoted(query));
    line!(text, "        mustBe: 0");
}

/// A text as YAML takes it in double quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
