//! A company's records are the same whether we synced them or Fivetran, Airbyte or dlt did.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/pipes.rs"]
mod pipes;

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use chrono::NaiveDate;
use common::{column, first, landed, reasons};
use pipes::Tables;
use tempfile::TempDir;
use tidemark_landing::{Landed, LandingOptions, land};
use tidemark_simulator::{SimulateOptions, simulate};

/// Puts the vendors' records into a pipeline's shape.
type Shape = fn(&Tables) -> Tables;
/// Writes tables into a raw folder.
type Write = fn(&std::path::Path, &Tables);

/// A company in three systems, as their APIs give it.
fn company() -> TempDir {
    let raw = tempfile::tempdir().unwrap();
    let options = SimulateOptions {
        customers: 60,
        days: 400,
        seed: 5,
        as_of: NaiveDate::from_ymd_opt(2026, 6, 17).unwrap(),
    };
    simulate(&options, raw.path(), &mut |_, _, _| {}).unwrap();
    pipes::add_contacts(raw.path());
    raw
}

fn land_in(raw: &TempDir) -> Landed {
    let landed = land(raw.path(), &LandingOptions::default(), &mut |_| {}).unwrap();
    assert!(
        landed.quarantine.is_empty(),
        "{:#?}",
        &landed.quarantine[..1]
    );
    landed
}

/// The company as another pipeline lands it.
fn through(shape: Shape, write: Write) -> (Landed, Landed) {
    let raw = company();
    let other = tempfile::tempdir().unwrap();
    write(other.path(), &shape(&pipes::native(raw.path())));
    (land_in(&raw), land_in(&other))
}

fn batch<'l>(landed: &'l Landed, name: &str) -> &'l RecordBatch {
    let table = landed
        .tables
        .iter()
        .find(|table| table.name == name)
        .unwrap();
    &table.batch
}

/// Tables that the simulated company has nothing for.
const UNUSED: [&str; 3] = [
    "stripe__customer_discounts",
    "stripe__coupon_amounts",
    "stripe__coupon_products",
];

/// Tables of the three sources.
fn names(landed: &Landed) -> Vec<&'static str> {
    let names = landed.tables.iter().map(|table| table.name);
    let known = ["stripe__", "salesforce__", "zendesk__"];
    names
        .filter(|name| known.iter().any(|source| name.starts_with(source)))
        .filter(|name| !UNUSED.contains(name))
        .collect()
}

fn codes(landed: &Landed) -> Vec<&'static str> {
    landed.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn airbyte_and_dlt_give_the_very_same_tables() {
    let shapes: [(Shape, Write); 4] = [
        (pipes::airbyte, pipes::write_json_lines),
        (pipes::airbyte, pipes::write_csv),
        (pipes::dlt, pipes::write_json_lines),
        (pipes::dlt, pipes::write_csv),
    ];
    for (at, (shape, write)) in shapes.into_iter().enumerate() {
        let (native, other) = through(shape, write);
        for name in names(&native) {
            assert!(batch(&native, name).num_rows() > 0, "{name}");
            let is_equal = match name {
                // Prices seen in lines are no records and bear no stamp, so they come first.
                "stripe__prices" | "stripe__price_steps" | "stripe__products" => {
                    rows(&other, name, &[]) == rows(&native, name, &[])
                }
                _ => batch(&other, name) == batch(&native, name),
            };
            assert!(is_equal, "{name} by way {at}");
        }
        let told: Vec<_> = other
            .findings
            .iter()
            .filter(|told| told.code != "unknown_file" && !told.source.is_empty())
            .collect();
        assert!(told.is_empty(), "way {at}: {told:#?}");
    }
}

/// Rows of a table as text, sorted; without what only tells where a row stood.
fn rows(landed: &Landed, table: &str, without: &[&str]) -> Vec<String> {
    let schema = batch(landed, table).schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let names: Vec<_> = names
        .filter(|name| {
            !name.ends_with("_ordinal") && *name != "position" && !without.contains(name)
        })
        .collect();
    let columns: Vec<_> = names
        .iter()
        .map(|name| column(landed, table, name))
        .collect();
    let row = |at: usize| {
        names
            .iter()
            .zip(&columns)
            .map(|(name, cells)| format!("{name}={} ", cells[at]))
            .collect()
    };
    let mut rows: Vec<String> = (0..batch(landed, table).num_rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn fivetran_gives_the_same_rows_but_for_what_it_lacks() {
    for write in [pipes::write_json_lines as Write, pipes::write_csv] {
        let (native, other) = through(pipes::fivetran, write);
        let lacks: BTreeMap<&str, &[&str]> = BTreeMap::from([
            // Neither the currency nor the items: those have a table of their own.
            (
                "stripe__subscriptions",
                &["currency", "items_incomplete", "items_total", "livemode"][..],
            ),
            (
                "stripe__invoices",
                &["lines_incomplete", "lines_total", "livemode"],
            ),
            ("stripe__customers", &["livemode"]),
            ("stripe__prices", &["livemode"]),
            ("stripe__products", &["livemode"]),
            ("stripe__coupons", &["livemode"]),
            // Whether a price is metered stands with the price.
            ("stripe__subscription_items", &["quantity"]),
            (
                "stripe__subscription_discounts",
                &["percent_off_micros", "amount_off", "currency", "duration"],
            ),
            // Taxes contained in a line are nowhere.
            ("stripe__invoice_lines", &["tax_inclusive_amount"]),
        ]);
        for name in names(&native) {
            let without = lacks.get(name).copied().unwrap_or_default();
            let (mut expected, found) = (rows(&native, name, without), rows(&other, name, without));
            // Its lines and items only name their price.
            expected.retain(|row| !row.contains("embedded=true"));
            assert!(!expected.is_empty(), "{name}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{name}");
            }
            assert_eq!(found.len(), expected.len(), "{name}");
        }
        let told: Vec<_> = other
            .findings
            .iter()
            .filter(|told| told.code != "incomplete_list")
            .collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}

const NO_STRIPE: [(&str, &str); 3] = [
    ("stripe/customers.jsonl", ""),
    ("stripe/subscriptions.jsonl", ""),
    ("stripe/invoices.jsonl", ""),
];

/// Lands Stripe tables beside those it cannot do without.
fn stripe(files: &[(&str, &str)]) -> Landed {
    landed(&[&NO_STRIPE, files].concat())
}

#[test]
fn the_version_that_holds_is_the_newest_wherever_it_stands() {
    let landed = stripe(&[
        (
            "stripe/subscription_history.csv",
            "id,customer_id,status,created,_fivetran_active,_fivetran_start,_fivetran_end,_fivetran_synced\n\
         sub_1,c,active,2026-01-01 00:00:00,true,2026-03-01 00:00:00,9999-12-31 23:59:59,2026-04-01 00:00:00\n\
         sub_2,c,active,2026-01-01 00:00:00,true,2026-01-01 00:00:00,9999-12-31 23:59:59,2026-04-01 00:00:00\n\
         sub_1,c,trialing,2026-01-01 00:00:00,false,2026-01-01 00:00:00,2026-01-31 23:59:59,2026-05-01 00:00:00\n\
         sub_1,c,past_due,2026-01-01 00:00:00,false,2026-02-01 00:00:00,2026-02-28 23:59:59,2026-05-01 00:00:00\n",
        ),
        (
            "stripe/subscription_item.csv",
            "id,subscription_id,plan_id,quantity,_fivetran_synced\nsi,sub_1,p,2,2026-01-01\n",
        ),
    ]);
    assert_eq!(reasons(&landed), Vec::<&str>::new());
    assert_eq!(
        column(&landed, "stripe__subscriptions", "id"),
        ["sub_1", "sub_2", "sub_1", "sub_1"]
    );
    assert_eq!(
        column(&landed, "stripe__subscriptions", "status"),
        ["trialing", "active", "past_due", "active"]
    );
    assert_eq!(
        column(&landed, "stripe__subscriptions", "items_incomplete"),
        ["true"; 4]
    );
    assert_eq!(
        first(
            &landed,
            "stripe__subscription_items",
            &["id", "subscription_id", "price_id", "quantity"]
        ),
        "si sub_1 p 2"
    );
}

#[test]
fn what_a_pipeline_calls_deleted_is_deleted() {
    let landed = landed(&[
        NO_STRIPE[1],
        NO_STRIPE[2],
        (
            "stripe/customer.jsonl",
            r#"{"id":"c","name":"Alder","created":"2026-01-01","is_deleted":true,"_fivetran_synced":"2026-02-01T00:00:00Z"}"#,
        ),
        (
            "stripe/invoice_line_item.jsonl",
            r#"{"id":"il","invoice_id":"in","amount":5,"currency":"usd","period_start":"2026-01-01","_fivetran_deleted":true}"#,
        ),
        (
            "salesforce/account.csv",
            "id,name,created_date,_fivetran_active,_fivetran_start\n001,Alder,2026-01-01,false,2026-01-01\n001,Alder Ltd,2026-01-01,true,2026-02-01\n002,Birch,2026-01-01,false,2026-01-05\n",
        ),
        (
            "zendesk/ticket.csv",
            "id,status,created_at,_fivetran_deleted\n1,open,2026-01-01,true\n",
        ),
        (
            "zendesk/organizations.csv",
            "id,name,_airbyte_raw_id,_airbyte_extracted_at,_ab_cdc_deleted_at\n1,Alder,x,2026-01-01,\n2,Birch,y,2026-01-01,2026-02-01T00:00:00Z\n",
        ),
    ]);
    assert_eq!(
        column(&landed, "stripe__customers", "name"),
        ["Alder", "-"],
        "the last full version stays"
    );
    assert_eq!(
        column(&landed, "stripe__customers", "deleted"),
        ["false", "true"]
    );
    assert!(reasons(&landed).is_empty(), "{:?}", reasons(&landed));
    let removed = landed
        .findings
        .iter()
        .filter(|finding| finding.code == "removed_records");
    let messages: Vec<_> = removed.map(|finding| finding.message.as_str()).collect();
    assert!(
        messages
            .iter()
            .any(|message| message.contains("1 records that the pipeline marks as deleted;")),
        "{messages:#?}"
    );
    assert!(
        messages
            .iter()
            .any(|message| message.starts_with("stripe customers: 1 ")),
        "{messages:#?}"
    );
    assert_eq!(
        column(&landed, "salesforce__accounts", "name"),
        ["Alder", "Birch", "Alder Ltd"]
    );
    assert_eq!(
        column(&landed, "salesforce__accounts", "is_deleted"),
        ["true", "true", "false"]
    );
    assert_eq!(
        column(&landed, "salesforce__accounts", "system_modstamp"),
        ["1767225600", "1767571200", "1769904000"],
        "the pipeline's stamp where there is no other"
    );
    assert_eq!(column(&landed, "zendesk__tickets", "deleted"), ["true"]);
    assert_eq!(
        column(&landed, "zendesk__organizations", "deleted"),
        ["false", "true"]
    );
}

#[test]
fn columns_of_a_warehouse_in_capitals_are_recognised() {
    let landed = landed(&[
        (
            "zendesk/TICKET.csv",
            "_FIVETRAN_SYNCED,ID,STATUS,CREATED_AT,VIA_CHANNEL\n2026-01-01,7,open,2026-01-01,web\n",
        ),
        (
            "zendesk/SATISFACTION_RATING.csv",
            "ID,TICKET_ID,SCORE,UPDATED_AT,_FIVETRAN_SYNCED\n2,7,bad,2026-01-03,x\n1,7,good,2026-01-02,x\n",
        ),
    ]);
    assert_eq!(
        first(
            &landed,
            "zendesk__tickets",
            &["id", "status", "channel", "satisfaction"]
        ),
        "7 open web bad"
    );
}

#[test]
fn what_a_table_cannot_tell_is_told() {
    let missing = |landed: &Landed| -> Vec<String> {
        let told = landed
            .findings
            .iter()
            .filter(|told| told.code == "missing_table");
        told.map(|told| told.message.clone()).collect()
    };
    let alone = landed(&[
        (
            "zendesk/ticket.csv",
            "id,status,created_at,_fivetran_synced\n1,open,2026-01-01,x\n",
        ),
        (
            "zendesk/organization.csv",
            "id,name,_fivetran_synced\n1,Alder,x\n",
        ),
    ]);
    let told = missing(&alone);
    for table in ["ticket_metrics", "satisfaction_rating", "domain_name"] {
        assert!(
            told.iter().any(|told| told.contains(table)),
            "{table}: {told:#?}"
        );
    }
    let line =
        "id,invoice_id,amount,currency,period_start,_fivetran_synced\nil,in,5,usd,2026-01-01,x\n";
    let coupon = "id,percent_off,_fivetran_synced\nco,10,x\n";
    let lines = stripe(&[
        ("stripe/invoice_line_item.csv", line),
        ("stripe/coupon.csv", coupon),
    ]);
    assert!(
        missing(&lines)[0].contains("amounts of discounts"),
        "{:?}",
        missing(&lines)
    );
    let discount = "id,type,type_id,amount,_fivetran_synced\ndi,INVOICE_LINE_ITEM,il,2,x\n";
    let files = [
        ("stripe/invoice_line_item.csv", line),
        ("stripe/coupon.csv", coupon),
        ("stripe/discount.csv", discount),
    ];
    let whole = stripe(&files);
    assert!(missing(&whole).is_empty(), "{:?}", missing(&whole));
    assert_eq!(
        column(&whole, "stripe__invoice_lines", "discount_amount"),
        ["2"]
    );
    // Subscriptions without items anywhere would count nothing.
    let bare = stripe(&[(
        "stripe/subscription_history.csv",
        "id,customer_id,status,created,_fivetran_synced\ns,c,active,2026-01-01,x\n",
    )]);
    let told = bare
        .findings
        .iter()
        .find(|told| told.code == "missing_column")
        .unwrap();
    assert!(
        told.message.contains("items") && told.message.contains("subscription_item"),
        "{}",
        told.message
    );
    let flat = "id,customer,status,currency,created,lines__has_more,_dlt_id,_dlt_load_id\nin,c,paid,usd,1,false,a,1.5\n";
    let no_lines = landed(&[NO_STRIPE[0], NO_STRIPE[1], ("stripe/invoice.csv", flat)]);
    let mut told = no_lines.findings.iter();
    let told = &told
        .find(|told| told.code == "missing_column")
        .unwrap()
        .message;
    assert!(
        told.contains("no column lines") && told.contains("invoice_line_items"),
        "{told}"
    );
    assert_eq!(
        codes(&bare)
            .iter()
            .filter(|code| **code == "missing_column")
            .count(),
        1,
        "{:#?}",
        bare.findings
    );
}

#[test]
fn rows_of_a_list_that_fit_nowhere_are_told() {
    let landed = landed(&[
        ("zendesk/tickets.jsonl", ""),
        (
            "zendesk/organizations.csv",
            "id,name,_dlt_id,_dlt_load_id\n1,Alder,a,1767225600.5\n",
        ),
        (
            "zendesk/organizations__domain_names.csv",
            "value,_dlt_parent_id,_dlt_list_idx,_dlt_id\nb.example,a,1,x\na.example,a,0,y\nc.example,gone,0,z\nd.example,,0,w\n",
        ),
        (
            "zendesk/organizations__tags.csv",
            "value,_dlt_parent_id,_dlt_list_idx,_dlt_id\nx,a,0,q\n",
        ),
    ]);
    assert_eq!(
        column(&landed, "zendesk__organization_domains", "domain"),
        ["a.example", "b.example"]
    );
    assert_eq!(reasons(&landed), ["_dlt_parent_id is missing"]);
    assert_eq!(
        (
            landed.quarantine[0].line,
            landed.quarantine[0].object.as_str()
        ),
        (5, "organizations")
    );
    let mut codes = codes(&landed);
    codes.sort_unstable();
    // One row of four cannot be read, more than a table may have.
    let expected = [
        "empty_file",
        "orphan_rows",
        "unknown_file",
        "unreadable_records",
    ];
    assert_eq!(codes, expected);
}
