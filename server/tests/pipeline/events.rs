//! The list behind the numbers: added up, events are the daily marts, and reasons of churn are the churn; each names its record.

use std::collections::BTreeMap;

use crate::support::{Published, build, rows};
use tidemark_shared::Dimension;
use tidemark_shared::mart::{CUSTOMER_EVENTS, LIFECYCLE_DAILY, MartSpec, Role, SUPPORT_DAILY};

/// What is counted, of which day and dimension values.
type Fact = (String, String, Vec<String>);

/// A mart's rows with their cells by column.
fn table(published: &Published, mart: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows = rows(&published.csv(mart));
    let header = rows.remove(0);
    let row = |cells: Vec<String>| header.iter().cloned().zip(cells).collect();
    rows.into_iter().map(row).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> i64 {
    row[column].parse().expect("a whole number")
}

fn fact(row: &BTreeMap<String, String>, measure: &str) -> Fact {
    let values = Dimension::ALL.map(|dimension| row[dimension.key()].clone());
    (measure.to_owned(), row["day"].clone(), values.to_vec())
}

/// The sums of a daily mart's measures; keys beside day and dimensions are added over.
fn counted(published: &Published, mart: &MartSpec) -> BTreeMap<Fact, i64> {
    let mut sums = BTreeMap::new();
    for row in table(published, mart.name) {
        for column in mart.columns {
            if matches!(column.role, Role::Measure(_)) {
                *sums.entry(fact(&row, column.name)).or_insert(0) += number(&row, column.name);
            }
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// Tells the first of what two sets of sums do not share.
fn same(what: &str, wanted: &BTreeMap<Fact, i64>, got: &BTreeMap<Fact, i64>) -> Result<(), String> {
    let missing = wanted.iter().find(|(key, sum)| got.get(*key) != Some(*sum));
    let extra = got.iter().find(|(key, sum)| wanted.get(*key) != Some(*sum));
    match (missing, extra) {
        (None, None) => Ok(()),
        _ => Err(format!("{what}: wanted {missing:?}, got {extra:?}")),
    }
}

/// Events add up to both daily marts, reasons to the churn of them, for every day, combination of dimension values and measure.
///
/// # Errors
/// The first sum that differs.
pub(crate) fn add_up(published: &Published) -> Result<(), String> {
    let mut wanted = counted(published, &SUPPORT_DAILY);
    let daily = counted(published, &LIFECYCLE_DAILY);
    let churned: BTreeMap<Fact, i64> = daily
        .iter()
        .filter(|((measure, ..), _)| measure.contains("churn"))
        .map(|(fact, sum)| (fact.clone(), *sum))
        .collect();
    for (fact, sum) in daily {
        let other = wanted.insert(fact.clone(), sum);
        if other.is_some_and(|other| other != sum) {
            return Err(format!("the daily marts differ in {fact:?}"));
        }
    }
    let mut events = BTreeMap::new();
    for row in table(published, CUSTOMER_EVENTS.name) {
        *events.entry(fact(&row, &row["measure"])).or_insert(0) += number(&row, "value");
    }
    events.retain(|_, sum| *sum != 0);
    same("events", &wanted, &events)?;

    let mut reasons = BTreeMap::new();
    for row in table(published, "churn_reasons") {
        for (measure, column) in [("customers_churned", "customers"), ("mrr_churn", "mrr")] {
            let measure = format!("{measure}_{}", row["churn_kind"]);
            *reasons.entry(fact(&row, &measure)).or_insert(0) += number(&row, column);
        }
    }
    same("reasons of churn", &churned, &reasons)
}

/// Two help desks number their tickets alike: one customer's two tickets of one day and number are one row that counts both.
#[test]
fn tickets_of_one_number_in_two_help_desks_both_count() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a written file");
    };
    write(
        "salesforce/Account.csv",
        "Id,Name,CreatedDate\n001t00000000001AAA,Quill,2026-01-02T00:00:00.000Z\n",
    );
    write(
        "zendesk/organizations.jsonl",
        "{\"id\":7,\"name\":\"Quill\",\"external_id\":\"001t00000000001AAA\"}\n",
    );
    write(
        "zendesk/tickets.jsonl",
        "{\"id\":1,\"status\":\"open\",\"organization_id\":7,\"created_at\":\"2026-01-05T10:00:00Z\"}\n",
    );
    write(
        "support/tickets.csv",
        "ticket_id,customer_id,created_at\n1,001t00000000001AAA,2026-01-05T11:00:00Z\n",
    );
    let published = build(folder.path(), "2026-01-10", &[]).expect("a build");
    add_up(&published).expect("events that add up");
    let created: Vec<String> = table(&published, "customer_events")
        .into_iter()
        .filter(|row| row["measure"] == "tickets_created")
        .map(|row| format!("{} {} {}", row["customer_id"], row["record"], row["value"]))
        .collect();
    assert_eq!(created, ["001t00000000001AAA 1 2"]);
}
