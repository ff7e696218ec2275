//! proxy: whose word counts in mode `proxy`.
use tidemark_access::{Grant, Mode, Role};

use super::{Gated, proxy};

const HEADERS: [(&str, &str); 2] = [
    ("x-forwarded-user", "ada"),
    ("x-forwarded-groups", "x, admin"),
];

#[tokio::test]
async fn only_the_trusted_proxy_says_who_it_is() {
    let gated = Gated::new(Mode::Proxy);
    let me = gated
        .send_from(proxy(), "GET", "/api/v1/me", &HEADERS, "")
        .await
        .json();
    assert_eq!((&me["name"], &me["role"]), (&"ada".into(), &"admin".into()));
    for peer in ["10.10.0.1", "127.0.0.1", "::1"] {
        let answer = gated
            .send_from(
                peer.parse().unwrap(),
                "GET",
                "/api/v1/manifest",
                &HEADERS,
                "",
            )
            .await;
        assert_eq!(answer.status, 401, "{peer}");
    }
    // In another mode the header means nothing, whoever sends it.
    let password = Gated::new(Mode::Password);
    let answer = password
        .send_from(proxy(), "GET", "/api/v1/manifest", &HEADERS, "")
        .await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn two_names_are_none_and_a_cookie_is_not_looked_at() {
    let gated = Gated::new(Mode::Proxy);
    let two = [HEADERS[0], ("x-forwarded-user", "grace"), HEADERS[1]];
    let answer = gated
        .send_from(proxy(), "GET", "/api/v1/manifest", &two, "")
        .await;
    assert_eq!(answer.status, 401);
    let password = Gated::new(Mode::Password);
    let cookie = password.cookie("admin").await;
    let answer = gated
        .send_from(
            proxy(),
            "GET",
            "/api/v1/manifest",
            &[("cookie", &cookie)],
            "",
        )
        .await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_person_without_a_group_gets_what_everyone_gets() {
    let strangers = [("x-forwarded-user", "ada"), ("x-forwarded-groups", "x")];
    let gated = Gated::new(Mode::Proxy);
    let api = gated
        .send_from(proxy(), "GET", "/api/v1/manifest", &strangers, "")
        .await;
    api.problem(403);
    let page = gated.send_from(proxy(), "GET", "/", &strangers, "").await;
    assert_eq!(page.status, 403);
    assert!(String::from_utf8_lossy(&page.body).contains("Not allowed"));
    let open = Gated::set_up(Mode::Proxy, |access, _| {
        access.everyone = Some(Grant {
            role: Role::Viewer,
            policy: Some("ads".to_owned()),
        });
    });
    let me = open
        .send_from(proxy(), "GET", "/api/v1/me", &strangers, "")
        .await
        .json();
    assert_eq!(
        (&me["role"], &me["policy"]),
        (&"viewer".into(), &"ads".into())
    );
}
