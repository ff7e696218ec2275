//! rights: each route with each role in each mode, as the table of routes says.
use axum::http::Method;
use tidemark_access::{Mode, Role};

use super::{Gated, ORIGIN, proxy};
use crate::gate::{Need, Needs};
use crate::paths;
use crate::routes::{sign_in_table, table};

/// Requests of every route: path, methods, what they need.
fn requests(gated: &Gated) -> Vec<(String, Method, Need)> {
    let mut requests = Vec::new();
    for (route, needs, _) in table().into_iter().chain(sign_in_table()) {
        if route == paths::STRIPE_WEBHOOK {
            continue;
        }
        let files = match needs {
            Needs::Files => vec![
                "marketing_spend.arrow",
                "marketing_spend.csv",
                "quality.json",
            ],
            _ => vec![""],
        };
        for file in files {
            let id = if route.contains("snapshots") {
                gated.id.as_str()
            } else {
                "1"
            };
            let path = route.replace("{id}", id).replace("{file}", file);
            for method in [
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::DELETE,
            ] {
                let need = needs.of(&method, &path);
                requests.push((path.clone(), method, need));
            }
        }
    }
    requests.push(("/".to_owned(), Method::GET, Need::PAGE));
    requests.push(("/nonsense".to_owned(), Method::GET, Need::PAGE));
    requests.push(("/api/v1/nonsense".to_owned(), Method::GET, Need::PAGE));
    requests.push(("/index.html".to_owned(), Method::GET, Need::PAGE));
    requests.push(("/icon.svg".to_owned(), Method::GET, Need::Nothing));
    requests
}

/// Whether a response says that the client is refused.
fn is_refusal(status: u16, location: &str) -> bool {
    status == 401 || status == 403 || (status == 303 && location.starts_with("/login"))
}

#[tokio::test]
async fn every_route_is_answered_for_the_roles_of_its_line_and_no_other() {
    for mode in [Mode::Password, Mode::Proxy] {
        for role in [
            None,
            Some(Role::Viewer),
            Some(Role::Analyst),
            Some(Role::Operator),
            Some(Role::Admin),
        ] {
            let gated = Gated::new(mode);
            for (path, method, need) in requests(&gated) {
                // These end the session that the others need.
                if method == Method::POST
                    && ["/logout", "/account/sessions"].contains(&path.as_str())
                {
                    continue;
                }
                let mut headers = vec![ORIGIN];
                let cookie;
                let group;
                match (mode, role) {
                    (_, None) => {}
                    (Mode::Password, Some(role)) => {
                        cookie = gated.cookie(role.name()).await;
                        headers.push(("cookie", &cookie));
                    }
                    (_, Some(role)) => {
                        group = role.name();
                        headers.push(("x-forwarded-user", "ada"));
                        headers.push(("x-forwarded-groups", group));
                    }
                }
                let answer = gated
                    .send_from(proxy(), method.as_str(), &path, &headers, "")
                    .await;
                let allowed = match need {
                    Need::Nothing | Need::Anyone => true,
                    Need::Person => role.is_some(),
                    Need::Role(needed, _) => role.is_some_and(|role| role >= needed),
                    Need::Never => false,
                };
                let refused = is_refusal(answer.status.as_u16(), answer.header("location"));
                let place = format!("{mode:?} {role:?} {method} {path}: {}", answer.status);
                // The sign-in page of a proxy's mode says that no one is signed in.
                if path == "/login" {
                    continue;
                }
                assert_eq!(refused, !allowed, "{place}");
                assert_ne!(answer.status, 500, "{place}");
                if refused && method != Method::HEAD {
                    let body = String::from_utf8_lossy(&answer.body).into_owned();
                    assert!(
                        !body.contains("Fairs") && !body.contains(gated.id.as_str())
                            || path.contains(gated.id.as_str()),
                        "{place}: {body}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_route_without_a_line_is_never_answered() {
    assert!(!Need::Never.allows(None));
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("admin").await;
    let answer = gated.get("/api/v1/nonsense", &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn readiness_shows_strangers_nothing_but_whether_it_is_ready() {
    let gated = Gated::new(Mode::Password);
    let answer = gated.get("/readyz", &[]).await;
    assert_eq!(answer.json(), serde_json::json!({"status": "ready"}));
    let cookie = gated.cookie("operator").await;
    let answer = gated.get("/readyz", &[("cookie", &cookie)]).await;
    assert_eq!(answer.json()["snapshot_id"], gated.id.as_str());
}
