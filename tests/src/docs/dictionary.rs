//! The data dictionary: every published mart column by column, and the models behind them.

use tidemark_project::Project;
use tidemark_shared::mart::{ColumnSpec, ColumnType, MARTS, MartSpec, MeasureUnit, Role};

use super::{line, row};

const HEAD: &str = "\
# Data dictionary

Made from the specification of the marts and from the descriptions of the models; a test fails when it is stale.
What the numbers mean is in [metrics.md](metrics.md); a contract per mart is in [contracts](contracts).

A snapshot publishes these marts as Arrow, Parquet, CSV and JSON under `/api/v1/snapshots/latest/`. Counts and amounts are whole
numbers of 64 bits; amounts are minor units (cents) of the reporting currency; dates are calendar days in the reporting time
zone, and a month is its first day. The columns of the grain identify a row, and rows are sorted by them. Rows whose measures are all
zero are left out. Measures add up over any rows, and in the marts by day also over days.
";

pub(super) fn document(project: &Project) -> String {
    let mut text = HEAD.to_owned();
    line!(text, "\n## Marts\n\n| mart | a row is |\n|---|---|");
    for mart in MARTS {
        let link = format!("[{0}](#{0})", mart.name);
        line!(text, "{}", row(&[&link, mart.description]));
    }
    for mart in MARTS {
        describe(&mut text, mart, project);
    }
    line!(
        text,
        "\n## Models\n\nIn the order in which they are built. `staging` is one source object each, in its newest version; \
         `intermediate` joins and spreads; `marts` are published.\n"
    );
    line!(
        text,
        "| layer | model | a row is | reads |\n|---|---|---|---|"
    );
    for model in &project.models {
        let reads: Vec<String> = model
            .sources
            .iter()
            .chain(&model.refs)
            .map(|name| format!("`{name}`"))
            .collect();
        let name = format!("`{}`", model.name);
        let description = model.doc.description.trim().replace('\n', " ");
        line!(
            text,
            "{}",
            row(&[&model.layer, &name, &description, &reads.join(", ")])
        );
    }
    text
}

fn describe(text: &mut String, mart: &MartSpec, project: &Project) {
    line!(text, "\n### {}\n\n{}\n", mart.name, mart.description);
    let grain: Vec<String> = mart
        .grain_columns()
        .iter()
        .map(|column| format!("`{}`", column.name))
        .collect();
    line!(text, "Grain: {}.", grain.join(", "));
    if let Some(model) = project.model(mart.name) {
        line!(text, "Model: `server/models/{}`.", model.path);
    }
    line!(
        text,
        "\n| column | type | unit | meaning |\n|---|---|---|---|"
    );
    for column in mart.columns {
        let name = format!("`{}`", column.name);
        let kind = type_name(column);
        line!(text, "{}", row(&[&name, &kind, unit(column), column.help]));
    }
}

fn type_name(column: &ColumnSpec) -> String {
    let name = match column.column_type {
        ColumnType::Date => "date",
        ColumnType::Text => "text",
        ColumnType::Int64 => "int64",
        ColumnType::Bool => "bool",
    };
    let maybe = if column.nullable {
        ", may be empty"
    } else {
        ""
    };
    format!("{name}{maybe}")
}

const fn unit(column: &ColumnSpec) -> &'static str {
    match column.role {
        Role::Measure(MeasureUnit::Count) => "count",
        Role::Measure(MeasureUnit::Cents) => "minor units",
        Role::Measure(MeasureUnit::Named) => "count or minor units",
        _ => "",
    }
}
