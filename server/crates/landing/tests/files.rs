//! Files in every accepted form give the same records; whole unreadable files name themselves.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::io::Write as _;

use common::{column, first, landed, reasons, try_land};
use flate2::Compression;
use flate2::write::GzEncoder;

const TICKETS: &str = "{\"id\":1,\"status\":\"open\"}\n{\"id\":2,\"status\":\"solved\"}\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn all_forms_of_a_file_are_equal() {
    let zstd = zstd::encode_all(TICKETS.as_bytes(), 1).unwrap();
    let mut twice = gzip("{\"id\":1,\"status\":\"open\"}\n");
    twice.extend(gzip("{\"id\":2,\"status\":\"solved\"}"));
    let forms: [(&str, &[u8]); 10] = [
        ("zendesk/tickets.jsonl", TICKETS.as_bytes()),
        ("zendesk/Tickets.ndjson.gz", &gzip(TICKETS)),
        ("zendesk/tickets/a.jsonl.gz", &twice),
        ("zendesk/tickets/a.jsonl.zst", &zstd),
        ("zendesk/tickets.json", TICKETS.as_bytes()),
        ("zendesk/tickets.json", b"[{\"id\":1,\"status\":\"open\"},\n {\"id\":2,\"status\":\"solved\"}]"),
        ("zendesk/tickets.json", b"{\"tickets\":[{\"id\":1,\"status\":\"open\"},{\"id\":2,\"status\":\"solved\"}],\"end_of_stream\":true}"),
        ("zendesk/tickets.jsonl", b"{\"data\":[{\"id\":1,\"status\":\"open\"}]}\r\n{\"data\":[{\"id\":2,\"status\":\"solved\"}]}"),
        ("zendesk/tickets.csv", b"\xef\xbb\xbfStatus,ID\r\nopen,1\r\nsolved,2\r\n"),
        ("zendesk/tickets.csv.gz", &gzip("id,status,subject\n1,open,\"a\nb\"\nid,status,subject\n2,solved,")),
    ];
    for (name, bytes) in forms {
        let landed = try_land(&[(name, bytes)]).unwrap();
        assert!(
            landed.quarantine.is_empty(),
            "{name}: {:?}",
            landed.quarantine
        );
        assert_eq!(
            column(&landed, "zendesk__tickets", "id"),
            ["1", "2"],
            "{name}"
        );
        assert_eq!(
            column(&landed, "zendesk__tickets", "status"),
            ["open", "solved"],
            "{name}"
        );
        let object = &landed.sources[2].objects[0];
        assert_eq!(
            (object.object.as_str(), object.records),
            ("tickets", 2),
            "{name}"
        );
    }
}

#[test]
fn order_is_that_of_landing() {
    let one = |id: u32| format!("{{\"id\":{id},\"status\":\"open\"}}\n");
    let (first, second, third) = (one(1).repeat(30_000), one(2), one(3));
    let landed = landed(&[
        ("zendesk/tickets/part-2.jsonl", third.as_str()),
        ("zendesk/tickets/part-1.jsonl", second.as_str()),
        ("zendesk/tickets.jsonl", first.as_str()),
    ]);
    let ids = column(&landed, "zendesk__tickets", "id");
    assert_eq!(ids.len(), 30_002);
    assert_eq!(ids[29_999..], ["1", "2", "3"]);
    assert_eq!(
        column(&landed, "zendesk__tickets", "_ordinal")[30_001],
        "30002"
    );
}

#[test]
fn a_document_gives_the_lines_of_its_records() {
    let landed = landed(&[(
        "zendesk/tickets.json",
        "{\n\"tickets\": [\n{\"id\": 1, \"status\": \"open\"},\n{\"id\": 2, \"status\": \"lost\"}\n]}",
    )]);
    assert_eq!(landed.quarantine.len(), 1);
    assert_eq!(
        (
            landed.quarantine[0].line,
            landed.quarantine[0].text.as_str()
        ),
        (4, "{\"id\": 2, \"status\": \"lost\"}")
    );
}

#[test]
fn rows_that_cannot_be_read_are_kept() {
    let csv = b"Id,Name,CreatedDate,NumberOfEmployees,IsDeleted\n\
        1,a,2026-02-30,1,false\n2,b\n3,c,2026-01-01,1,false,x\n4,d,2026-01-01,many,false\n5,\"e\nf\",2026-01-01T00:00:00.000+0000,7,maybe\n\
        ,g,2026-01-01,1,false\n6,\xff,2026-01-01,1,false\n7,h\0,2026-01-01,1,false\n8,ok,2026-01-01,,\n9,\"open,2026-01-01,,\n";
    let landed = try_land(&[("salesforce/account.csv", csv)]).unwrap();
    let found: Vec<_> = landed
        .quarantine
        .iter()
        .map(|row| (row.line, row.reason.as_str()))
        .collect();
    let expected = [
        (3, "too few fields: 2 where the header names 5"),
        (4, "too many fields: 6 where the header names 5"),
        (8, "Id is missing"),
        (9, "not UTF-8 text (byte 3 of the record)"),
        (10, "Name holds a NUL character"),
        (12, "a quote is opened and never closed"),
    ];
    assert_eq!(found, expected);
    assert_eq!(landed.quarantine[2].text, ",g,2026-01-01,1,false");
    let dropped = landed
        .findings
        .iter()
        .filter(|finding| finding.code == "unreadable_value");
    let fields: Vec<_> = dropped.map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        fields,
        [
            "salesforce/account.csv: CreatedDate cannot be read in 1 records, which count without it \
             (first: CreatedDate is no possible point in time: \"2026-02-30\")",
            "salesforce/account.csv: IsDeleted cannot be read in 1 records, which count without it \
             (first: IsDeleted is neither true nor false: \"maybe\")",
            "salesforce/account.csv: NumberOfEmployees cannot be read in 1 records, which count without it \
             (first: NumberOfEmployees is neither a number nor a company size: \"many\")",
        ]
    );
    assert_eq!(
        column(&landed, "salesforce__accounts", "id"),
        ["1", "4", "5", "8"]
    );
    let object = &landed.sources[1].objects[0];
    assert_eq!((object.records, object.quarantined), (4, 6));
}

#[test]
fn unreadable_files_name_themselves() {
    let mut cut = gzip(TICKETS);
    cut.truncate(cut.len() - 12);
    let cases: [(&str, &[u8], &str); 4] = [
        ("zendesk/tickets.jsonl.gz", &cut, "gzip data is cut off"),
        (
            "zendesk/tickets.jsonl.zst",
            b"no zstd",
            "zstd data is cut off",
        ),
        ("zendesk/tickets.json", b"[{\"id\":1}", "not valid JSON"),
        ("zendesk/tickets.parquet", b"PAR1 not", "Parquet"),
    ];
    for (name, bytes, what) in cases {
        let error = try_land(&[(name, bytes)]).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(what), "{error}");
    }
}

#[test]
fn reference_tables_stand_alone_as_the_newest_file() {
    let tickets = ("zendesk/tickets.jsonl", "");
    let landed = landed(&[
        tickets,
        (
            "reference/marketing_spend/2026-01.csv",
            "day,acquisition_channel,amount\n2026-01-01,Web,1\n",
        ),
        (
            "reference/marketing_spend/2026-02.csv",
            "day,acquisition_channel,amount,currency,note\n1970-01-02,Web,25.005,EUR,x\n1970-01-02,Web,25.005,EUR,y\n1970-01-02,,abc,,\n",
        ),
        (
            "reference/exchange_rates.csv",
            "currency,rate\nEUR,1.0837\ngbp,0\neur,1.1\n",
        ),
        (
            "reference/country_regions.csv",
            "country,region\n France ,Europe\n",
        ),
        (
            "reference/identity_overrides.csv",
            "source,id,account_id\nStripe,cus_1,001LswH00000087\n",
        ),
        (
            "reference/annotations.csv",
            "day,label,detail\n1970-01-03, Launch ,\"In Chile, at last\"\n1970-01-04,,nameless\nsoon,Fair,\n",
        ),
    ]);
    let notes = ["day", "label", "detail"];
    assert_eq!(
        first(&landed, "reference__annotations", &notes),
        "2 Launch In Chile, at last"
    );
    let spend = ["day", "acquisition_channel", "amount_micros", "currency"];
    assert_eq!(
        first(&landed, "reference__marketing_spend", &spend),
        "1 Web 25005000 eur"
    );
    assert_eq!(
        column(&landed, "reference__marketing_spend", "day").len(),
        2
    );
    assert_eq!(
        first(
            &landed,
            "reference__exchange_rates",
            &["currency", "rate_numerator", "rate_denominator"]
        ),
        "eur 10837 10000"
    );
    assert_eq!(
        column(&landed, "reference__country_regions", "country_key"),
        ["france"]
    );
    assert_eq!(
        column(&landed, "reference__identity_overrides", "account_id"),
        ["001LswH00000087ICA"]
    );
    assert_eq!(
        reasons(&landed),
        [
            "rate is not above zero",
            "amount is no number: \"abc\"",
            "label is missing",
            "day is no possible date: \"soon\""
        ]
    );
    let warnings = landed
        .findings
        .iter()
        .filter(|finding| finding.severity == tidemark_landing::Severity::Warn);
    let codes: Vec<_> = warnings.map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        [
            "unknown_column",
            "conflicting_rows",
            "repeated_rows",
            "empty_file"
        ]
    );
}

#[test]
fn generic_sources_and_json_records() {
    let landed = landed(&[
        (
            "billing/subscription_periods.csv",
            "subscription_id,customer_id,start_date,monthly_amount,end_date\ns1,c1,2026-01-01,49.995,\ns2,c1,2026-01-01,,\n",
        ),
        (
            "crm/accounts.csv",
            "account_id,name,domain,employees\n001LswH00000087,Acme GmbH,https://www.acme.example/x,12\n",
        ),
        (
            "support/tickets.jsonl",
            "{\"ticket_id\":\"t\",\"customer_id\":\"c\",\"created_at\":\"2026-01-01T00:00:00Z\"}\n",
        ),
        (
            "salesforce/Account.json",
            "{\"records\":[{\"attributes\":{\"type\":\"Account\"},\"Id\":\"001gswH00000090\",\"Website\":\"acme.example\",\"BillingAddress\":{\"country\":\"France\"}}]}",
        ),
        (
            "salesforce/Opportunity.csv",
            "ID,AMOUNT,CURRENCYISOCODE,ISWON,CLOSEDATE\n006,25000.005,JPY,true,1970-01-03\n",
        ),
    ]);
    assert_eq!(reasons(&landed), ["monthly_amount is missing"]);
    assert_eq!(
        first(
            &landed,
            "billing__subscription_periods",
            &["amount_micros", "end_date", "currency"]
        ),
        "49995000 - -"
    );
    assert_eq!(
        first(
            &landed,
            "crm__accounts",
            &["id", "name_key", "domain", "employees"]
        ),
        "001LswH00000087ICA acme acme.example 12"
    );
    assert_eq!(
        first(
            &landed,
            "support__tickets",
            &["id", "created_at", "solved_at"]
        ),
        "t 1767225600 -"
    );
    assert_eq!(
        first(
            &landed,
            "salesforce__accounts",
            &["id", "website_domain", "billing_country", "is_deleted"]
        ),
        "001gswH00000090ACA acme.example France false"
    );
    assert_eq!(
        first(
            &landed,
            "salesforce__opportunities",
            &["amount_micros", "currency", "is_won", "close_date"]
        ),
        "25000005000 jpy true 2"
    );
    assert!(landed.sources.iter().all(|source| source.present
        != ["stripe", "zendesk", "reference"].contains(&source.source.as_str())));
}

#[test]
fn zendesk_objects() {
    let landed = landed(&[
        (
            "zendesk/tickets.jsonl",
            "{\"id\":7,\"status\":\"deleted\",\"priority\":null,\"via\":{\"channel\":\"email\"},\"organization_id\":9,\"satisfaction_rating\":{\"score\":\"good\"},\"updated_at\":\"2026-01-02T00:00:00Z\",\"metric_set\":{\"id\":1,\"ticket_id\":7,\"reopens\":2}}",
        ),
        (
            "zendesk/ticket_metrics.jsonl",
            "{\"id\":5,\"ticket_id\":7,\"reply_time_in_minutes\":{\"calendar\":3,\"business\":1},\"first_resolution_time_in_minutes\":{\"calendar\":null}}",
        ),
        (
            "zendesk/organizations.jsonl",
            "{\"id\":9,\"name\":\"Acme Inc\",\"external_id\":\"001LswH00000087\",\"domain_names\":[\"ACME.example\",\"b.example\"]}",
        ),
        (
            "zendesk/users.jsonl",
            "{\"id\":3,\"email\":\"x@acme.example\",\"active\":false}",
        ),
    ]);
    assert_eq!(reasons(&landed), Vec::<&str>::new());
    assert_eq!(
        first(
            &landed,
            "zendesk__tickets",
            &[
                "id",
                "organization_id",
                "channel",
                "satisfaction",
                "priority",
                "deleted"
            ]
        ),
        "7 9 email good - true"
    );
    assert_eq!(
        column(&landed, "zendesk__ticket_metrics", "reopens"),
        ["2", "-"]
    );
    assert_eq!(
        column(&landed, "zendesk__ticket_metrics", "first_reply_minutes"),
        ["-", "3"]
    );
    assert_eq!(
        first(
            &landed,
            "zendesk__organizations",
            &["name_key", "external_id"]
        ),
        "acme 001LswH00000087ICA"
    );
    assert_eq!(
        column(&landed, "zendesk__organization_domains", "domain"),
        ["acme.example", "b.example"]
    );
    assert_eq!(
        first(&landed, "zendesk__users", &["email_domain", "deleted"]),
        "acme.example true"
    );
    let through = landed.sources[2].objects[0].data_through.unwrap();
    assert_eq!(through.to_rfc3339(), "2026-01-02T00:00:00+00:00");
}

#[test]
fn deleted_and_suspended_tickets_are_counted() {
    let tickets = "{\"id\":1,\"status\":\"open\",\"created_at\":\"2026-01-01\"}\n\
        {\"id\":2,\"status\":\"deleted\",\"created_at\":\"2026-01-01\"}\n\
        {\"id\":3,\"status\":\"Suspended\",\"created_at\":\"2026-01-01\"}\n";
    let generic = "ticket_id,created_at,status\n1,2026-01-01,suspended\n2,2026-01-01,open\n";
    let landed = try_land(&[
        ("zendesk/tickets.jsonl", tickets.as_bytes()),
        ("support/tickets.csv", generic.as_bytes()),
    ])
    .unwrap();
    let removed = landed
        .findings
        .iter()
        .filter(|finding| finding.code == "removed_records");
    let messages: Vec<_> = removed.map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "zendesk tickets: 1 records of deleted tickets; they do not count",
            "zendesk tickets: 1 records of suspended tickets; they do not count",
            "support tickets: 1 records of suspended tickets; they do not count",
        ]
    );
    assert_eq!(column(&landed, "zendesk__tickets", "id"), ["1", "2", "3"]);
}

#[test]
fn numbers_of_employees_with_separators_are_read_and_reported() {
    let csv = b"Id,Name,NumberOfEmployees\n1,a,\"1,200\"\n2,b,10001+\n3,c,12.0\n";
    let landed = try_land(&[("salesforce/account.csv", csv)]).unwrap();
    assert_eq!(
        column(&landed, "salesforce__accounts", "number_of_employees"),
        ["1200", "10001", "12"]
    );
    let detected = landed
        .findings
        .iter()
        .filter(|finding| finding.code == "detected_format");
    let messages: Vec<_> = detected.map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "salesforce/account.csv: NumberOfEmployees has numbers with separators of thousands or a trailing +, \
             such as 1,200 or 1000+, which are read as whole numbers"
        ]
    );
}
