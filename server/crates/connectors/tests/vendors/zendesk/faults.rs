//! Faults on the way, kills and revoked tokens: in the end, what has landed is the same.

use std::time::Duration;

use tidemark_connectors::zendesk::ZendeskAuth;
use tidemark_connectors::{Secret, SyncError};
use tidemark_test_servers::zendesk::{CLIENT_ID, CLIENT_SECRET, OAUTH_TOKEN};
use tidemark_test_servers::{Fault, Storm};

use tokio::task::JoinSet;

use crate::zendesk::case::Case;

/// Those after which the server asks for a second of waiting.
const SLOW: [Fault; 2] = [Fault::LimitedSecond, Fault::LimitedDate];

#[tokio::test]
async fn faults_of_all_kinds_change_nothing() {
    let plain = Case::paged();
    plain.pull().await.unwrap();
    for seed in 1..=3 {
        let case = Case::paged();
        case.zendesk
            .controls
            .faults
            .hold(Duration::from_millis(1_700));
        let storm = Storm {
            seed,
            per_hundred: 60,
            faults: Fault::ALL
                .into_iter()
                .filter(|fault| !SLOW.contains(fault))
                .collect(),
            ..Storm::default()
        };
        case.zendesk.controls.faults.storm(storm);
        case.pull().await.unwrap();
        assert!(case.zendesk.controls.faults.total() > 10);
        assert_eq!(case.all(), plain.all());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_fault_is_overcome() {
    let plain = Case::paged();
    plain.pull().await.unwrap();
    let mut pulls = JoinSet::new();
    for fault in Fault::ALL {
        pulls.spawn(async move {
            let case = Case::paged();
            let faults = &case.zendesk.controls.faults;
            faults.hold(Duration::from_millis(1_700));
            // On a first page, amid, twice in a row, and on the organizations'; with those that take a second, once.
            let on: &[u32] = match fault {
                fault if SLOW.contains(&fault) => &[5],
                // Slow is no failure: nothing is asked again, so there is no twentieth request.
                Fault::Slow => &[1, 5, 6],
                _ => &[1, 5, 6, 20],
            };
            faults.script((1..=20).map(|request| on.contains(&request).then_some(fault)));
            case.pull().await.unwrap();
            assert_eq!(faults.injected()[&fault], on.len() as u64, "{fault:?}");
            (fault, case.all())
        });
    }
    let expected = plain.all();
    while let Some(ended) = pulls.join_next().await {
        let (fault, all) = ended.unwrap();
        assert_eq!(all, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lasting_fault_ends_the_pull_with_all_pages_before_it() {
    let case = Case::paged();
    let script = (0..100).map(|request| (request >= 4).then_some(Fault::Internal));
    case.zendesk.controls.faults.script(script);
    let error = case.pull().await.unwrap_err();
    assert!(
        matches!(error, SyncError::Unavailable { attempts: 8, .. }),
        "{error}"
    );
    assert_eq!(case.landed("tickets").len(), 120);
    case.zendesk.controls.faults.calm();
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert_eq!(case.landed("tickets").len(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_request_loses_nothing() {
    let plain = Case::paged();
    plain.pull().await.unwrap();
    let requests = plain.zendesk.controls.requests.total();
    assert!(requests > 15, "{requests}");
    let mut killed = JoinSet::new();
    for n in 1..=requests {
        killed.spawn(async move {
            let case = Case::paged().saving_each_page();
            case.pull_until_request(n).await;
            case.pull().await.unwrap();
            (n, case.all())
        });
    }
    let expected = plain.all();
    while let Some(ended) = killed.join_next().await {
        let (n, all) = ended.unwrap();
        assert_eq!(all, expected, "killed at request {n}");
    }
}

#[tokio::test]
async fn kills_again_and_again_get_there_and_repeat_little() {
    let case = Case::paged().saving_each_page();
    let mut kills = 0;
    let mut until = 0;
    loop {
        until += 3;
        if !case.pull_until_request(until).await {
            break;
        }
        kills += 1;
    }
    assert!(kills > 4, "{kills}");
    case.assert_complete(400, 40);
    // A kill repeats a page at most.
    assert!(case.landed("tickets").len() <= 400 + 30 * kills);
}

#[tokio::test]
async fn a_revoked_token_ends_the_pull_and_a_new_one_goes_on() {
    let mut case = Case::paged();
    case.config.auth = ZendeskAuth::OauthToken(Secret::new(OAUTH_TOKEN));
    let zendesk = case.zendesk.clone();
    let revoke = async {
        while zendesk.controls.requests.total() < 5 {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        zendesk.revoke_tokens();
    };
    let (pulled, ()) = tokio::join!(case.pull(), revoke);
    let error = pulled.unwrap_err();
    assert!(matches!(error, SyncError::Refused { .. }), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
    let asked = case.zendesk.controls.requests.total();
    let landed = case.landed("tickets").len();
    assert!(landed > 0 && landed < 400);
    case.zendesk.token("canary-second", "read");
    case.config.auth = ZendeskAuth::OauthToken(Secret::new("canary-second"));
    case.pull().await.unwrap();
    case.assert_complete(400, 40);
    assert_eq!(case.landed("tickets").len(), 400);
    // Nothing was asked again in vain, and no secret was written.
    assert!(case.zendesk.controls.requests.total() - asked < 20);
    assert!(!case.written().contains("canary"));
}

#[tokio::test]
async fn a_client_gets_a_new_token_when_one_ends() {
    let mut case = Case::paged();
    case.config.auth = ZendeskAuth::Client {
        id: CLIENT_ID.to_owned(),
        secret: Secret::new(CLIENT_SECRET),
        scope: "read".to_owned(),
    };
    let zendesk = case.zendesk.clone();
    let expire = async {
        for request in [4, 9, 15] {
            while zendesk.controls.requests.total() < request {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            zendesk.revoke_tokens();
        }
    };
    let (pulled, ()) = tokio::join!(case.pull(), expire);
    pulled.unwrap();
    case.assert_complete(400, 40);
    assert!(case.zendesk.minted() > 2, "{}", case.zendesk.minted());
    // A token that is refused at once is not asked for again and again.
    case.zendesk.mint(-1, "read");
    case.zendesk.revoke_tokens();
    case.zendesk.controls.requests.clear();
    let error = case.pull().await.unwrap_err();
    assert!(matches!(error, SyncError::Refused { .. }), "{error}");
    assert_eq!(case.zendesk.controls.requests.total(), 4);
}
