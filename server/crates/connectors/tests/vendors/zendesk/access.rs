//! What `check` finds, and the words of refusals.

use tidemark_connectors::zendesk::{ZendeskAuth, check};
use tidemark_connectors::{Access, Secret, SyncError};
use tidemark_test_servers::zendesk::{CLIENT_ID, CLIENT_SECRET, EMAIL, OAUTH_TOKEN, Role, Zendesk};

use crate::zendesk::case::Case;

fn case() -> Case {
    Case::new(Zendesk::example(20))
}

fn client(secret: &str, scope: &str) -> ZendeskAuth {
    ZendeskAuth::Client {
        id: CLIENT_ID.to_owned(),
        secret: Secret::new(secret),
        scope: scope.to_owned(),
    }
}

async fn problems(case: &Case) -> Vec<(String, String)> {
    let found = check(&case.config, &case.teller())
        .await
        .expect("the credentials are good");
    let objects: Vec<&str> = found.iter().map(|access| access.object.as_str()).collect();
    assert_eq!(objects, ["tickets", "users", "organizations"]);
    let problem = |access: Access| Some((access.object, access.problem?));
    found.into_iter().filter_map(problem).collect()
}

#[tokio::test]
async fn good_credentials_of_each_kind_reach_everything() {
    let mut case = case();
    let narrow = "tickets:read users:read organizations:read";
    for auth in [
        case.config.auth.clone(),
        ZendeskAuth::OauthToken(Secret::new(OAUTH_TOKEN)),
        client(CLIENT_SECRET, "read"),
        client(CLIENT_SECRET, narrow),
    ] {
        case.config.auth = auth;
        assert_eq!(problems(&case).await, []);
        assert!(!format!("{:?}", case.config).contains("canary"));
        case.pull().await.unwrap();
    }
}

#[tokio::test]
async fn an_agent_is_told_to_be_an_admin() {
    let case = case();
    case.zendesk.role(Role::Agent);
    let problems = problems(&case).await;
    assert_eq!(problems.len(), 3);
    for (_, problem) in problems {
        assert!(
            problem.contains("make the user behind the credentials an admin"),
            "{problem}"
        );
        assert!(
            problem.contains("the user is of the role agent"),
            "{problem}"
        );
    }
    let error = case.pull().await.unwrap_err();
    assert!(matches!(error, SyncError::Forbidden { .. }), "{error}");
    assert_eq!(case.landed("tickets").len(), 0);
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let mut case = case();
    case.config.auth = client(CLIENT_SECRET, "tickets:read");
    let problems = problems(&case).await;
    let objects: Vec<&str> = problems.iter().map(|(object, _)| object.as_str()).collect();
    assert_eq!(objects, ["users", "organizations"]);
    assert!(
        problems[0].1.contains("allow the scope users:read"),
        "{}",
        problems[0].1
    );
    assert!(
        problems[1].1.contains("allow the scope organizations:read"),
        "{}",
        problems[1].1
    );
    // What may be read is kept for the time the rest may be, too.
    let error = case.pull().await.unwrap_err();
    assert!(error.to_string().contains("users:read"), "{error}");
    assert_eq!(case.landed("tickets").len(), 20);
}

#[tokio::test]
async fn refused_credentials_are_tried_once_and_never_shown() {
    let mut case = case();
    let wrong = Secret::new("canary-wrong");
    for (auth, words) in [
        (
            ZendeskAuth::ApiToken {
                email: EMAIL.to_owned(),
                token: wrong.clone(),
            },
            "Couldn't authenticate you",
        ),
        (ZendeskAuth::OauthToken(wrong.clone()), "expired, revoked"),
        (client("canary-wrong", "read"), "check client_id"),
        (
            client(CLIENT_SECRET, "tickets:read reed"),
            "name in [zendesk] scope what the client allows",
        ),
    ] {
        case.config.auth = auth;
        case.zendesk.controls.requests.clear();
        for error in [
            check(&case.config, &case.teller()).await.unwrap_err(),
            case.pull().await.unwrap_err(),
        ] {
            assert!(matches!(error, SyncError::Refused { .. }), "{error}");
            let message = error.to_string();
            assert!(
                message.contains(words) && !message.contains("canary"),
                "{message}"
            );
        }
        assert_eq!(case.zendesk.controls.requests.total(), 2);
    }
    assert!(!format!("{:?}", case.told()).contains("canary"));
}

#[tokio::test]
async fn a_wrong_address_is_called_one() {
    let mut case = case();
    let elsewhere = Zendesk::serve_nobody().unwrap();
    case.config.url = elsewhere.url().parse().unwrap();
    for error in [
        check(&case.config, &case.teller()).await.unwrap_err(),
        case.pull().await.unwrap_err(),
    ] {
        assert!(
            error.to_string().contains("as in https://acme.zendesk.com"),
            "{error}"
        );
    }
}
