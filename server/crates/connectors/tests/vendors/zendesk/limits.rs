//! Zendesk's limits are met as waits, not as refusals.

use std::time::Duration;

use tidemark_test_servers::zendesk::Limits;

use crate::zendesk::case::Case;

#[tokio::test]
async fn ten_exports_a_minute_are_kept_to() {
    let case = Case::paged();
    // A minute that is over before the second which the headers tell at least.
    case.zendesk.limit(Limits {
        minute: Duration::from_millis(900),
        ..Limits::default()
    });
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert_eq!(case.zendesk.refused(), 0);
    assert!(case.waits("all 10 exports a minute are used") >= 1);
}

#[tokio::test]
async fn a_limit_used_up_by_others_is_waited_out() {
    let case = Case::paged();
    case.zendesk.limit(Limits {
        account: 4,
        minute: Duration::from_millis(200),
        ..Limits::default()
    });
    // All but nothing is left of the account's minute when this begins.
    for _ in 0..4 {
        assert!(
            tidemark_connectors::zendesk::check(&case.config, &case.teller())
                .await
                .is_ok()
        );
    }
    case.zendesk.largest_page(1000);
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert!(case.waits("429") + case.waits("a minute are used") > 0);
}
