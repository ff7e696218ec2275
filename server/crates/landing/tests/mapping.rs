//! Columns that the settings name for the fields that landing reads.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::first;
use tidemark_landing::{Landed, LandingOptions, land};

fn codes(landed: &Landed) -> Vec<&'static str> {
    landed.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn settings_name_the_column_that_stands_for_a_field() {
    let mapped = |files: &[(&str, &str)], fields: &[(&str, &str)]| {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let fields = fields
            .iter()
            .map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()));
        let place = ("salesforce".to_owned(), "Account".to_owned());
        let options = LandingOptions {
            fields: BTreeMap::from([(place, fields.collect())]),
            ..LandingOptions::default()
        };
        land(dir.path(), &options, &mut |_| {}).unwrap()
    };
    let native = "Id,Name,Industry,Sector__c,Headcount__c,CreatedDate,Changed__c\n001,Alder,Old,Retail,12,2026-01-01,2026-01-02\n002,Birch,Old,,7,2026-01-01,soon\n";
    let fivetran = "id,name,industry,sector_c,headcount_c,created_date,changed_c,_fivetran_synced\n001,Alder,Old,Retail,12,2026-01-01,2026-01-02,x\n";
    let json = r#"{"Id":"001","Name":"Alder","Industry":"Old","Sector__c":"Retail","Headcount__c":12,"CreatedDate":"2026-01-01","Changed__c":"2026-01-02"}"#;
    let fields = [
        ("Industry", "Sector__c"),
        ("NumberOfEmployees", "Headcount__c"),
        ("SystemModstamp", "Changed__c"),
    ];
    for (name, text) in [
        ("Account.csv", native),
        ("account.csv", fivetran),
        ("Account.jsonl", json),
    ] {
        let landed = mapped(&[(&format!("salesforce/{name}"), text)], &fields);
        assert_eq!(
            first(
                &landed,
                "salesforce__accounts",
                &["name", "industry", "number_of_employees"]
            ),
            "Alder Retail 12",
            "{name}"
        );
        if text == native {
            assert_eq!(codes(&landed), ["unreadable_value"]);
        } else {
            assert!(landed.findings.is_empty(), "{:#?}", landed.findings);
        }
    }
    let landed = mapped(
        &[("salesforce/Account.csv", native)],
        &[("Industry", "Sektor__c")],
    );
    let told: Vec<_> = landed
        .findings
        .iter()
        .map(|told| told.message.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "salesforce Account has no column Sektor__c, which the settings take for Industry; correct salesforce.fields.Account in the settings, or export the column"
        ]
    );
}
