//! The `sources:` of the dbt project are the raw tables that landing writes, and say what to mend where they are not.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_norway::Value;
use tidemark_landing::{ColumnSchema, ColumnType, TableSchema, schema};
use tidemark_project::Files;

#[derive(Deserialize)]
struct SchemaFile {
    #[serde(default)]
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    name: String,
    description: String,
    schema: String,
    tables: Vec<Table>,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    identifier: String,
    description: String,
    columns: Vec<Column>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    description: String,
    data_type: String,
    #[serde(default)]
    data_tests: Vec<Value>,
}

/// The names all engines know these types by.
fn sql_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "string",
        ColumnType::Int => "bigint",
        ColumnType::Bool => "boolean",
        ColumnType::Timestamp => "timestamp",
        ColumnType::Date => "date",
    }
}

/// The tables written in the project by their identifier, with the file's path.
fn written() -> BTreeMap<String, (String, String, Table)> {
    let files = Files::embedded();
    let mut tables = BTreeMap::new();
    for (path, text) in files.under("staging", "yml") {
        let file: SchemaFile = serde_norway::from_str(text).expect("a schema file");
        for source in file.sources {
            assert_eq!(source.schema, "raw", "{path}: the schema of every source");
            assert!(!source.description.is_empty(), "{path}: no description");
            for table in source.tables {
                let value = (path.to_owned(), source.name.clone(), table);
                tables.insert(value.2.identifier.clone(), value);
            }
        }
    }
    tables
}

/// What is wrong with a column, in words that say what to write.
fn faults(columns: &[Column], column: &ColumnSchema) -> Vec<String> {
    let kind = sql_type(column.kind);
    let Some(found) = columns.iter().find(|c| c.name == column.name) else {
        return vec![format!(
            "add column `{}` with data_type: {kind}, description: {:?}",
            column.name, column.description
        )];
    };
    let mut faults = Vec::new();
    if found.data_type != kind {
        faults.push(format!(
            "`{}` has data_type {}, landing writes {kind}",
            column.name, found.data_type
        ));
    }
    let is_tested = found.data_tests.iter().any(|test| match test {
        Value::Mapping(map) => map.contains_key("not_null"),
        test => test.as_str() == Some("not_null"),
    });
    if !column.nullable && !is_tested {
        faults.push(format!(
            "add the test not_null to `{}`: landing promises it",
            column.name
        ));
    }
    if found.description.is_empty() {
        faults.push(format!("`{}` has no description", column.name));
    }
    faults
}

fn differences(table: &TableSchema, source: &str, found: &Table) -> Vec<String> {
    let mut faults: Vec<String> = table
        .columns
        .iter()
        .flat_map(|column| self::faults(&found.columns, column))
        .collect();
    if format!("{source}__{}", found.name) != table.name {
        faults.push(format!(
            "is source('{source}', '{}'), but must be {} with __ between",
            found.name, table.name
        ));
    }
    if found.description.is_empty() {
        faults.push("has no description".to_owned());
    }
    let known = |name: &str| table.columns.iter().any(|c| c.name == name);
    let unknown = found.columns.iter().filter(|c| !known(&c.name));
    faults.extend(unknown.map(|c| format!("remove column `{}`: landing has none", c.name)));
    if faults.is_empty() {
        let names = |c: Vec<&str>| c.join(", ");
        let expected = names(table.columns.iter().map(|c| c.name).collect());
        let got = names(found.columns.iter().map(|c| c.name.as_str()).collect());
        if expected != got {
            faults.push(format!(
                "columns stand in another order; landing's: {expected}"
            ));
        }
    }
    faults
}

#[test]
fn every_raw_table_is_a_source_with_its_columns() {
    let mut written = written();
    let mut report = Vec::new();
    for table in schema() {
        match written.remove(table.name) {
            None => report.push(format!(
                "staging/{0}/_{0}__sources.yml: add a table with identifier {1}",
                table.source, table.name
            )),
            Some((path, source, found)) => report.extend(
                differences(table, &source, &found)
                    .into_iter()
                    .map(|fault| format!("{path}: {}: {fault}", table.name)),
            ),
        }
    }
    let left = written.into_values();
    report.extend(left.map(|(path, _, table)| {
        format!(
            "{path}: remove {}: landing writes no such table",
            table.identifier
        )
    }));
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn a_stale_column_is_told_with_what_to_write() {
    let column = |name: &str, data_type: &str| Column {
        name: name.to_owned(),
        description: "x".to_owned(),
        data_type: data_type.to_owned(),
        data_tests: Vec::new(),
    };
    let table = &schema()[0];
    let told = differences(
        table,
        "stripe",
        &Table {
            name: "customers".to_owned(),
            identifier: table.name.to_owned(),
            description: "x".to_owned(),
            columns: vec![column("_ordinal", "string"), column("colour", "string")],
        },
    )
    .join("\n");
    for words in [
        "`_ordinal` has data_type string, landing writes bigint",
        "add the test not_null to `_ordinal`",
        "add column `id` with data_type: string",
        "remove column `colour`",
    ] {
        assert!(told.contains(words), "{words} is missing in\n{told}");
    }
}

#[derive(Deserialize)]
struct SeedFile {
    seeds: Vec<Seed>,
}

#[derive(Deserialize)]
struct Seed {
    name: String,
    description: String,
    #[serde(default)]
    config: BTreeMap<String, BTreeMap<String, String>>,
}

#[test]
fn every_seed_names_the_types_of_its_numbers_and_dates() {
    let files = Files::embedded();
    let text = files.text("seeds/_seeds.yml").expect("the seeds' file");
    let written: SeedFile = serde_norway::from_str(text).expect("a schema file");
    for (path, csv) in files.under("seeds", "csv") {
        let name = path.trim_start_matches("seeds/").trim_end_matches(".csv");
        let seed = written.seeds.iter().find(|s| s.name == name);
        let seed = seed.unwrap_or_else(|| panic!("seeds/_seeds.yml: add {name}"));
        assert!(!seed.description.is_empty(), "{name} has no description");
        let mut lines = csv.lines();
        let header = lines.next().expect("a header").split(',');
        let first = lines.next().expect("a row").split(',');
        for (column, value) in header.zip(first) {
            let kind = match value {
                value if value.parse::<i64>().is_ok() => "bigint",
                value if value.len() == 10 && value.as_bytes()[4] == b'-' => "date",
                _ => continue,
            };
            let types = seed.config.get("column_types");
            let found = types.and_then(|types| types.get(column));
            assert_eq!(
                found.map(String::as_str),
                Some(kind),
                "seeds/_seeds.yml: column_types of {name}: {column}"
            );
        }
    }
}
