//! What comes of exports that do as documented, and of their documented and undocumented oddities.

use serde_json::json;
use tidemark_connectors::{Mode, SyncError};
use tidemark_test_servers::zendesk::samples::{self, instant};
use tidemark_test_servers::zendesk::{BEGIN, Kind, Quirks, Zendesk};

use crate::zendesk::case::Case;

/// Changes a ticket in the account, at a time on its clock.
fn change(zendesk: &Zendesk, id: u64, at: i64) {
    let mut ticket = zendesk
        .get(Kind::Tickets, id)
        .unwrap_or_else(|| samples::ticket(id, at));
    ticket["priority"] = json!("urgent");
    ticket["updated_at"] = json!(instant(at));
    ticket["generated_timestamp"] = json!(at);
    zendesk.put(Kind::Tickets, &ticket, at);
}

#[tokio::test]
async fn the_first_pull_lands_everything_but_what_people_wrote() {
    let case = Case::paged();
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    for (id, ticket) in case.newest("tickets") {
        assert_eq!(
            ticket["metric_set"]["ticket_id"] == json!(id),
            id % 10 != 0,
            "{id}"
        );
        assert_eq!(ticket["via"], json!({"channel": "email"}));
        assert_eq!(ticket["satisfaction_rating"], json!({"score": "good"}));
    }
    let user = &case.newest("users")[&1];
    assert_eq!(user["email"], "person-1@example.com");
    let organization = &case.newest("organizations")[&1];
    assert_eq!(
        organization["domain_names"],
        json!(["organization-1.example"])
    );
    // Names, phones, subjects, texts, comments, notes and fields are all marked in the account.
    assert!(!case.written().contains("canary"));
    assert_eq!(case.notes(), [""; 0]);
}

#[tokio::test]
async fn the_next_pull_reads_what_changed_and_little_more() {
    let case = Case::paged();
    case.pull().await.unwrap();
    let landed = case.landed("tickets").len();
    let now = case.zendesk.controls.clock.seconds();
    change(&case.zendesk, 5, now + 10);
    change(&case.zendesk, 401, now + 20);
    case.zendesk.delete(Kind::Tickets, 6, now + 30);
    case.zendesk.delete(Kind::Users, 2, now + 30);
    case.zendesk.delete(Kind::Organizations, 3, now + 30);
    case.zendesk.controls.clock.advance(1000);
    case.zendesk.controls.requests.clear();
    case.pull().await.unwrap();
    case.assert_complete(401, 40);
    assert_eq!(case.landed("tickets").len(), landed + 3);
    assert_eq!(case.zendesk.controls.requests.total(), 3);
    assert_eq!(case.newest("tickets")[&6]["status"], "deleted");
    assert_eq!(case.newest("users")[&2]["active"], false);
    assert_eq!(
        case.newest("organizations")[&3]["deleted_at"],
        instant(now + 30)
    );
}

#[tokio::test]
async fn a_change_by_the_system_replaces_what_has_the_same_time() {
    let case = Case::paged();
    case.pull().await.unwrap();
    let now = case.zendesk.controls.clock.seconds();
    let mut ticket = case.zendesk.get(Kind::Tickets, 7).unwrap();
    ticket["organization_id"] = json!(77);
    ticket["generated_timestamp"] = json!(now);
    case.zendesk.put(Kind::Tickets, &ticket, now);
    case.zendesk.controls.clock.advance(100);
    case.pull().await.unwrap();
    assert_eq!(case.newest("tickets")[&7]["organization_id"], 77);
}

#[tokio::test]
async fn changes_shown_late_are_seen() {
    let case = Case::paged();
    let clock = &case.zendesk.controls.clock;
    let now = clock.seconds();
    change(&case.zendesk, 401, now - 300);
    case.zendesk
        .put(Kind::Users, &samples::user(41, now - 300), now - 300);
    case.zendesk.put(
        Kind::Organizations,
        &samples::organization(41, now - 300),
        now - 300,
    );
    for (kind, id) in [
        (Kind::Tickets, 401),
        (Kind::Users, 41),
        (Kind::Organizations, 41),
    ] {
        case.zendesk.show_from(kind, id, now + 120);
    }
    // Within the minute that exports hold back, too.
    change(&case.zendesk, 402, now - 10);
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    clock.advance(3600);
    case.pull().await.unwrap();
    case.assert_complete(402, 41);
}

#[tokio::test]
async fn neither_clock_needs_to_be_right() {
    for skew in [-400_000, 400_000] {
        let case = Case::paged();
        let clock = &case.zendesk.controls.clock;
        clock.advance(skew);
        case.pull().await.unwrap();
        change(&case.zendesk, 401, clock.seconds());
        clock.advance(61);
        case.pull().await.unwrap();
        case.assert_complete(401, 40);
    }
}

#[tokio::test]
async fn a_year_away_is_made_up_for() {
    let case = Case::paged();
    case.pull().await.unwrap();
    let now = case.zendesk.controls.clock.seconds();
    for id in 300..600 {
        change(&case.zendesk, id, now + i64::try_from(id).unwrap() * 5000);
    }
    case.zendesk.controls.clock.advance(365 * 86_400);
    case.zendesk.expire_cursors();
    case.pull().await.unwrap();
    case.assert_complete(599, 40);
}

#[tokio::test]
async fn a_full_pull_reads_everything_again() {
    let case = Case::paged();
    case.pull().await.unwrap();
    let before = case.all();
    case.pull_as(Mode::Full).await.unwrap();
    assert_eq!(case.landed("tickets").len(), 800);
    assert_eq!(case.all(), before);
    case.pull().await.unwrap();
    assert_eq!(case.landed("tickets").len(), 800);
}

#[tokio::test]
async fn an_empty_account_lands_empty_objects() {
    let case = Case::new(Zendesk::new());
    case.pull().await.unwrap();
    for object in ["tickets", "users", "organizations"] {
        assert!(case.bytes(object) > 0, "{object}");
    }
    case.assert_complete(0, 0);
}

#[tokio::test]
async fn pages_that_repeat_the_one_before_change_nothing() {
    let plain = Case::paged();
    plain.pull().await.unwrap();
    let case = Case::paged();
    case.zendesk.misbehave(Quirks {
        duplicate_pages: true,
        ..Quirks::default()
    });
    case.pull().await.unwrap();
    assert!(case.landed("tickets").len() > 700);
    assert_eq!(case.all(), plain.all());
}

#[tokio::test]
async fn a_cursor_that_leads_back_to_itself_is_asked_again() {
    let plain = Case::paged();
    plain.pull().await.unwrap();
    let case = Case::paged();
    case.zendesk.misbehave(Quirks {
        repeated_cursors: 3,
        ..Quirks::default()
    });
    case.pull().await.unwrap();
    assert_eq!(case.all(), plain.all());
    assert_eq!(case.waits("the cursor it was asked with"), 3);
}

#[tokio::test]
async fn cursors_that_never_end_are_given_up_and_gone_on_with_later() {
    let circles = [
        Quirks {
            repeated_cursors: u32::MAX,
            ..Quirks::default()
        },
        Quirks {
            cycle: Some(BEGIN),
            ..Quirks::default()
        },
    ];
    for quirks in circles {
        let case = Case::paged().saving_each_page();
        case.zendesk.misbehave(quirks);
        let error = case.pull().await.unwrap_err();
        assert!(matches!(error, SyncError::Protocol { .. }), "{error}");
        assert!(error.to_string().contains("lead in a circle"), "{error}");
        assert!(case.zendesk.controls.requests.total() < 40);
        assert!(!case.landed("tickets").is_empty());
        case.zendesk.misbehave(Quirks::default());
        case.pull().await.unwrap();
        case.assert_complete(400, 40);
    }
}

#[tokio::test]
async fn a_cursor_no_longer_taken_is_replaced_by_the_time_reached() {
    let case = Case::paged().saving_each_page();
    assert!(case.pull_until_request(8).await);
    let landed = case.landed("tickets").len();
    assert!(landed >= 150, "{landed}");
    case.zendesk.expire_cursors();
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert!(
        case.notes()[0].contains("does not take its cursor any more"),
        "{:?}",
        case.notes()
    );
    // The tickets of eleven minutes are read twice, not all of them.
    assert!(
        case.landed("tickets").len() < 400 + 110,
        "{}",
        case.landed("tickets").len()
    );
}

#[tokio::test]
async fn cursors_never_taken_are_no_reason_to_ask_for_ever() {
    let case = Case::paged();
    case.zendesk.misbehave(Quirks {
        refuse_cursors: true,
        ..Quirks::default()
    });
    let error = case.pull().await.unwrap_err();
    assert!(
        error.to_string().contains("The cursor is invalid"),
        "{error}"
    );
    assert!(case.zendesk.controls.requests.total() < 100);
    case.zendesk.misbehave(Quirks::default());
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
}

#[tokio::test]
async fn organizations_of_one_second_are_all_found() {
    for short_pages in [true, false] {
        let case = Case::paged();
        for id in 41..=140 {
            case.zendesk.put(
                Kind::Organizations,
                &samples::organization(id, BEGIN + 50),
                BEGIN + 50,
            );
        }
        for id in 41..=140 {
            case.zendesk
                .put(Kind::Users, &samples::user(id, BEGIN), BEGIN);
        }
        case.zendesk.misbehave(Quirks {
            short_pages,
            ..Quirks::default()
        });
        case.pull().await.unwrap();
        case.assert_complete(400, 140);
        assert!(
            case.notes()[0].contains("in one second"),
            "{:?}",
            case.notes()
        );
        // The list is read once, and what came before it is not read again.
        let requests = &case.zendesk.controls.requests;
        assert_eq!(requests.count("GET /api/v2/organizations.json"), 2);
        assert!(requests.count("GET /api/v2/incremental/organizations.json") < 12);
    }
}

#[tokio::test]
async fn tickets_without_metrics_are_told() {
    let case = Case::new(Zendesk::new());
    case.zendesk
        .put(Kind::Tickets, &samples::ticket(1, BEGIN), BEGIN);
    case.pull().await.unwrap();
    assert!(
        case.notes()[0].starts_with("1 tickets came without metrics"),
        "{:?}",
        case.notes()
    );
}

#[tokio::test]
async fn smaller_pages_are_asked_for_when_large_ones_take_too_long() {
    let case = Case::new(Zendesk::example(400));
    case.zendesk.misbehave(Quirks {
        too_large: Some(999),
        ..Quirks::default()
    });
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert_eq!(case.notes().len(), 1, "{:?}", case.notes());
    assert!(
        case.notes()[0].contains("HTTP 504 Gateway Timeout; asks for 100 records"),
        "{:?}",
        case.notes()
    );
    // Once is enough for all exports.
    let tickets = "GET /api/v2/incremental/tickets/cursor.json";
    let requests = &case.zendesk.controls.requests;
    assert_eq!(requests.count(tickets), 8 + 4);
    assert_eq!(requests.total(), 8 + 4 + 1 + 1);
}
