//! Many tickets in constant memory, and how fast.

use std::time::Instant;

use tidemark_test_servers::zendesk::Zendesk;

use crate::common::{many, most_held, tell_speed};
use crate::zendesk::case::Case;

/// What Zendesk gives at most: ten exports a minute of a thousand tickets.
const ZENDESK_PER_SECOND: f64 = 10.0 * 1000.0 / 60.0;

async fn pull(tickets: u64) {
    let zendesk = Zendesk::new();
    zendesk.make_tickets(tickets, 50, 1_600_000_000);
    let case = Case::new(zendesk);
    let begun = Instant::now();
    case.pull().await.expect("nothing goes wrong");
    tell_speed(
        "tickets",
        tickets,
        begun.elapsed().as_secs_f64(),
        ZENDESK_PER_SECOND,
    );
    println!("{} bytes on the disk", case.bytes("tickets"));
    let requests = &case.zendesk.controls.requests;
    let exports = requests.count("GET /api/v2/incremental/tickets/cursor.json");
    assert_eq!(exports, tickets.div_ceil(1000));
}

#[tokio::test]
async fn memory_does_not_grow_with_the_tickets() {
    pull(10_000).await;
    let few = most_held();
    pull(many(60_000)).await;
    let grown = most_held() - few;
    println!("{grown} MB more for many");
    assert!(grown < 24, "{grown} MB more");
}
