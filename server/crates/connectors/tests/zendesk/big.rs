//! Many tickets in constant memory, and how fast.

use std::fs;
use std::time::Instant;

use tidemark_test_servers::zendesk::Zendesk;

use crate::case::Case;

/// What Zendesk gives at most: ten exports a minute of a thousand tickets.
const ZENDESK_PER_SECOND: f64 = 10.0 * 1000.0 / 60.0;

/// The most memory this process has held, in kB; `None` where the system does not tell.
fn most_held() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Pulls a few tickets, then many, and gives by how much the second pull needed more memory, in kB. The server is in it.
async fn growth(few: u64, many: u64) -> u64 {
    let mut held = Vec::new();
    for tickets in [few, many] {
        let zendesk = Zendesk::new();
        zendesk.make_tickets(tickets, 50, 1_600_000_000);
        let case = Case::new(zendesk);
        let begun = Instant::now();
        case.pull().await.expect("nothing goes wrong");
        let rate = tickets as f64 / begun.elapsed().as_secs_f64();
        println!(
            "{tickets} tickets at {rate:.0} a second, {:.0} times what Zendesk gives; {} bytes on the disk",
            rate / ZENDESK_PER_SECOND,
            case.bytes("tickets")
        );
        assert!(rate > ZENDESK_PER_SECOND, "slower than Zendesk itself");
        let pages = tickets.div_ceil(1000);
        let exports = case
            .zendesk
            .controls
            .requests
            .count("GET /api/v2/incremental/tickets/cursor.json");
        assert_eq!(exports, pages);
        held.extend(most_held());
    }
    match held[..] {
        [few, many] => many - few,
        _ => 0,
    }
}

#[tokio::test]
async fn memory_does_not_grow_with_the_tickets() {
    let grown = growth(10_000, 60_000).await;
    println!("{grown} kB more for six times the tickets");
    assert!(grown < 24_000, "{grown} kB more");
}

#[tokio::test]
#[ignore = "takes minutes: a million tickets"]
async fn a_million_tickets() {
    let grown = growth(60_000, 1_000_000).await;
    println!("{grown} kB more for a million");
    assert!(grown < 24_000, "{grown} kB more");
}
