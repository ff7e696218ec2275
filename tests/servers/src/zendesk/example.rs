//! An account with some of everything: changes by people and by the system, deletions, many records of one second.
use serde_json::{Value, json};

use super::samples::{self, instant};
use super::{Kind, Zendesk};

/// When the example's first record was made, in seconds since 1970.
pub const BEGIN: i64 = 1_700_000_000;

impl Zendesk {
    /// An account with so many tickets, a tenth as many users and as many organizations again, at least one each.
    #[must_use]
    pub fn example(tickets: u64) -> Self {
        let zendesk = Self::new();
        for id in 1..=tickets {
            zendesk.example_ticket(id);
        }
        for id in 1..=tickets.div_ceil(10) {
            let at = at(id);
            zendesk.put(Kind::Users, &samples::user(id, at), at);
            zendesk.put(Kind::Organizations, &samples::organization(id, at), at);
            if id % 9 == 0 {
                zendesk.delete(Kind::Users, id, at + 30);
                zendesk.delete(Kind::Organizations, id, at + 30);
            }
        }
        zendesk
    }

    fn example_ticket(&self, id: u64) {
        let at = at(id);
        let mut ticket = samples::ticket(id, at);
        let mut metrics = samples::metrics(id, at);
        if id.is_multiple_of(3) {
            let solved = at + 7200;
            ticket["status"] = json!(if id.is_multiple_of(2) {
                "closed"
            } else {
                "solved"
            });
            ticket["updated_at"] = json!(instant(solved));
            metrics["solved_at"] = json!(instant(solved));
            let minutes = json!({"calendar": 120, "business": 60});
            metrics["first_resolution_time_in_minutes"] = minutes.clone();
            metrics["full_resolution_time_in_minutes"] = minutes;
        }
        // The system changed every fourth after people did: its place in the export moves, its `updated_at` does not.
        let stamp = if id.is_multiple_of(4) {
            at + 9000
        } else {
            updated(&ticket, at)
        };
        ticket["generated_timestamp"] = json!(stamp);
        self.put(Kind::Tickets, &ticket, stamp);
        self.put_metrics(&metrics);
        if id.is_multiple_of(10) {
            self.delete(Kind::Tickets, id, stamp + 60);
        }
    }
}

/// Seven records come into being in the same minute's first second.
fn at(id: u64) -> i64 {
    BEGIN.saturating_add_unsigned(id / 7 * 60)
}

fn updated(ticket: &Value, at: i64) -> i64 {
    let status = ticket["status"].as_str();
    if matches!(status, Some("closed" | "solved")) {
        at + 7200
    } else {
        at
    }
}
