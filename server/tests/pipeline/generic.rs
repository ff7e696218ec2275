//! Generic files as people keep them, with mistakes: nothing is dropped in silence, each kind of mistake is named and the rest counts.

use std::fs;

use crate::support::{build, rows};
use tidemark_shared::api::Outcome;

#[test]
fn every_mistake_in_generic_files_is_named() {
    let raw = tempfile::tempdir().expect("a temporary folder");
    for (object, text) in [
        (
            "billing/subscription_periods.csv",
            "subscription_id,customer_id,plan,start_date,end_date,monthly_amount\n\
             S1,C1,Basic,2026-01-01,,10\n\
             S1,C1,Basic,2026-02-01,,5\n\
             S2,C2,Basic,2026-01-01,2026-01-01,10\n\
             S3,C3,Basic,2026-01-01,,10\n\
             S3,C4,Basic,2026-01-01,,20\n\
             S6,C7,Basic,2026-01-01,,1\n\
             S7,C7,Basic,2026-01-01,,1\n\
             S8,C7,Basic,2026-01-01,,1\n\
             S4,C5,Basic,2026-02-30,,10\n\
             S5,C6,Basic,2026-01-01,,ten\n",
        ),
        (
            "crm/accounts.csv",
            "account_id,name,created_at\nA1,Alder,\nA2,Birch,2026-01-10T00:00:00Z\n",
        ),
        (
            "support/tickets.csv",
            "ticket_id,customer_id,created_at,solved_at,first_reply_minutes,satisfaction\n\
             T1,C1,2026-01-10T00:00:00Z,2026-01-09T00:00:00Z,,\n\
             T2,C1,2026-01-10T00:00:00Z,,-5,great\n",
        ),
    ] {
        let path = raw.path().join(object);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }
    let published = build(raw.path(), "2026-03-01", &[]).expect("a build");
    assert_eq!(published.built.quarantined, 2, "30 February, and ten");
    let mut warned: Vec<(&str, u64)> = published
        .built
        .report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Warn)
        .map(|check| (check.name.as_str(), check.failing))
        .filter(|(name, _)| name.starts_with("warn_"))
        .collect();
    warned.sort_unstable();
    assert_eq!(
        warned,
        [
            ("warn_periods_landed_for_two", 1),
            ("warn_periods_that_end_before_they_start", 1),
            ("warn_periods_that_overlap", 1),
            ("warn_records_without_a_creation_date", 1),
            ("warn_ticket_words_not_understood", 1),
            ("warn_tickets_solved_before_created", 2),
        ]
    );
    let mart = rows(&published.csv("customers"));
    let (header, customers) = mart.split_first().expect("a header");
    let mrr = header
        .iter()
        .position(|name| name == "mrr")
        .expect("the column");
    let told: Vec<(&str, &str)> = customers
        .iter()
        .map(|row| (row[0].as_str(), row[mrr].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("A1", "0"),
            ("A2", "0"),
            ("C1", "1500"),
            ("C2", "0"),
            ("C4", "2000"),
            ("C7", "300")
        ],
        "overlapping periods add up, the newest landed customer of a period stands, every account is there"
    );
}
