//! Lands whole raw folders that are kept outside the repository, where `TIDEMARK_ACCEPTANCE` names
//! their folder; otherwise says that it skips.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use tidemark_landing::{Landed, LandingOptions, land};

fn landed(folder: &str) -> Option<Landed> {
    let Some(root) = std::env::var_os("TIDEMARK_ACCEPTANCE") else {
        eprintln!("SKIPPED: TIDEMARK_ACCEPTANCE names no folder");
        return None;
    };
    let raw = PathBuf::from(root).join(folder);
    Some(land(&raw, &LandingOptions::default(), &mut |_| {}).unwrap())
}

#[test]
fn clean_files_are_read_completely() {
    let Some(landed) = landed("acme/raw") else {
        return;
    };
    assert!(landed.quarantine.is_empty(), "{:#?}", landed.quarantine);
    assert!(landed.findings.is_empty(), "{:#?}", landed.findings);
    for source in ["stripe", "salesforce", "zendesk", "reference"] {
        let summary = landed
            .sources
            .iter()
            .find(|found| found.source == source)
            .unwrap();
        assert!(summary.present && summary.objects.iter().all(|object| object.records > 0));
    }
    for source in ["billing", "crm", "support"] {
        let summary = landed
            .sources
            .iter()
            .find(|found| found.source == source)
            .unwrap();
        assert!(!summary.present && summary.objects.is_empty());
    }
}

#[test]
fn dirty_rows_are_quarantined_and_nothing_else() {
    let Some(landed) = landed("acme-nasty/raw") else {
        return;
    };
    let mut counts = BTreeMap::new();
    for row in &landed.quarantine {
        *counts
            .entry((row.source.as_str(), row.object.as_str()))
            .or_insert(0) += 1;
        assert!(!row.text.is_empty() && row.line > 0);
        println!("{}:{} {}", row.file, row.line, row.reason);
    }
    let expected = BTreeMap::from([
        (("stripe", "customers"), 4),
        (("stripe", "subscriptions"), 4),
        (("stripe", "invoices"), 6),
        (("salesforce", "Account"), 1),
        (("salesforce", "Lead"), 2),
        (("zendesk", "tickets"), 1),
        (("reference", "marketing_spend"), 1),
    ]);
    assert_eq!(counts, expected);
    println!("{:#?}", landed.findings);
}

#[test]
fn published_api_objects_are_read_or_quarantined_with_a_reason() {
    let Some(landed) = landed("api-shapes") else {
        return;
    };
    let stripe = &landed.sources[0];
    assert_eq!(stripe.objects.len(), 7);
    for row in &landed.quarantine {
        println!("{}:{} {}", row.file, row.line, row.reason);
    }
    for table in &landed.tables {
        println!("{} {}", table.name, table.batch.num_rows());
    }
}
