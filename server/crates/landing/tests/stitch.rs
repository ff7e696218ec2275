//! Tables of Stitch and other targets of Singer: flattened columns, and lists as tables of their own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{column, landed, reasons};

#[test]
fn flattened_columns_and_lists_are_put_back() {
    let landed = landed(&[
        (
            "zendesk/organizations.csv",
            "id,name,created_at,_sdc_sequence\n\
             7,Alder,2024-12-11T18:34:05Z,1774836000000\n\
             8,Birch,2024-12-11T18:34:05Z,1774836000000\n",
        ),
        (
            "zendesk/organizations__domain_names.csv",
            "_sdc_source_key_id,_sdc_level_0_id,value,_sdc_sequence\n\
             7,1,alder.test,1774836000000\n\
             7,0,alder.example,1774836000000\n\
             8,0,birch.example,1774836000000\n",
        ),
        (
            "zendesk/tickets.csv",
            "id,status,created_at,via__channel,satisfaction_rating__score,_sdc_sequence\n\
             1,solved,2026-03-01T10:00:00Z,email,good,1774836000000\n",
        ),
    ]);
    assert!(reasons(&landed).is_empty());
    assert_eq!(
        column(&landed, "zendesk__organization_domains", "domain"),
        ["alder.example", "alder.test", "birch.example"]
    );
    assert_eq!(column(&landed, "zendesk__tickets", "channel"), ["email"]);
    assert_eq!(
        column(&landed, "zendesk__tickets", "satisfaction"),
        ["good"]
    );
}
