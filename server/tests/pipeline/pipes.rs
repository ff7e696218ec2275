//! A company that syncs its systems with Fivetran gets the same numbers from Fivetran's tables.

#[path = "../../crates/landing/tests/common/pipes.rs"]
mod shapes;

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::Value;
use shapes::Tables;
use tidemark_shared::mart::MARTS;
use tidemark_simulator::{SimulateOptions, simulate};

use crate::support::build;

const AS_OF: &str = "2026-06-17";

/// Taxes contained in a line are nowhere in Fivetran's tables, so the company has none.
fn untaxed(mut tables: Tables) -> Tables {
    for invoice in tables.get_mut("stripe/invoices").into_iter().flatten() {
        let lines = invoice["lines"]["data"].as_array_mut();
        for line in lines.into_iter().flatten().filter_map(Value::as_object_mut) {
            line.retain(|name, _| name != "tax_amounts" && name != "taxes");
        }
    }
    tables
}

fn copy_reference(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("reference")).expect("a folder");
    for file in fs::read_dir(from.join("reference")).expect("reference data") {
        let file = file.expect("an entry");
        fs::copy(file.path(), to.join("reference").join(file.file_name())).expect("a copy");
    }
}

#[test]
fn fivetrans_tables_give_the_same_marts() {
    let simulated = tempfile::tempdir().expect("a temporary folder");
    let options = SimulateOptions {
        customers: 60,
        days: 420,
        seed: 23,
        as_of: AS_OF.parse::<NaiveDate>().expect("a date"),
    };
    simulate(&options, simulated.path(), &mut |_, _, _| {}).expect("raw files");
    let tables = untaxed(shapes::native(simulated.path()));
    let (native, fivetran) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    shapes::write_json_lines(native.path(), &tables);
    shapes::write_csv(fivetran.path(), &shapes::fivetran(&tables));
    for raw in [&native, &fivetran] {
        copy_reference(simulated.path(), raw.path());
    }
    let expected = build(native.path(), AS_OF, &[]).expect("a build of the vendors' records");
    let found = build(fivetran.path(), AS_OF, &[]).expect("a build of Fivetran's tables");
    assert_eq!(found.built.quarantined, 0);
    for mart in MARTS {
        let (found, expected) = (found.csv(mart.name), expected.csv(mart.name));
        assert!(expected.lines().count() > 1, "{} is empty", mart.name);
        let pair = found
            .lines()
            .zip(expected.lines())
            .find(|(found, expected)| found != expected);
        assert!(found == expected, "{}: {pair:#?}", mart.name);
    }
}
