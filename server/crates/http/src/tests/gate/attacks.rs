//! attacks: what a stranger, another site's page or a former user tries.
use tidemark_access::{Mode, Role};

use super::{Gated, ORIGIN, PASSWORD};

const MANIFEST: &str = "/api/v1/manifest";

#[tokio::test]
async fn a_session_that_was_planted_is_not_the_one_after_signing_in() {
    let gated = Gated::new(Mode::Password);
    let planted = format!("tidemark={}", "a".repeat(64));
    let answer = gated
        .sign_in("viewer", PASSWORD, &[ORIGIN, ("cookie", &planted)])
        .await;
    let given = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert_ne!(given, planted);
    assert_eq!(
        gated.get(MANIFEST, &[("cookie", &planted)]).await.status,
        401
    );
    assert_eq!(gated.get(MANIFEST, &[("cookie", &given)]).await.status, 200);
    // Signing in again ends the earlier session of that browser.
    gated
        .sign_in("viewer", PASSWORD, &[ORIGIN, ("cookie", &given)])
        .await;
    assert_eq!(gated.get(MANIFEST, &[("cookie", &given)]).await.status, 401);
    // Of two cookies of the name neither is believed.
    let cookie = gated.cookie("viewer").await;
    let two = format!("{planted}; {cookie}");
    assert_eq!(gated.get(MANIFEST, &[("cookie", &two)]).await.status, 401);
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("admin").await;
    let forged: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://localhost")],
        &[("sec-fetch-site", "cross-site"), ORIGIN],
        &[("sec-fetch-site", "same-site")],
    ];
    for more in forged {
        for path in [
            "/logout",
            "/account/sessions",
            "/account/tokens",
            "/account/tokens/1",
            "/api/v1/runs",
        ] {
            let mut headers = vec![("cookie", cookie.as_str())];
            headers.extend(more);
            let answer = gated.send("POST", path, &headers, "").await;
            assert_eq!(answer.status, 403, "{path} {more:?}");
        }
        // Signing a victim in as someone else is refused, too.
        let answer = gated.sign_in("viewer", PASSWORD, more).await;
        assert_eq!(answer.status, 403, "{more:?}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(
        gated.get(MANIFEST, &[("cookie", &cookie)]).await.status,
        200
    );
    let browser = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ORIGIN,
    ];
    assert_eq!(
        gated.send("POST", "/logout", &browser, "").await.status,
        200
    );
    assert_eq!(
        gated.get(MANIFEST, &[("cookie", &cookie)]).await.status,
        401
    );
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let gated = Gated::new(Mode::Password);
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:1",
        "/%0d%0a//x",
    ] {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("name", "viewer")
            .append_pair("password", PASSWORD)
            .append_pair("next", next)
            .finish();
        let form = ("content-type", "application/x-www-form-urlencoded");
        let answer = gated.send("POST", "/login", &[form, ORIGIN], &body).await;
        assert_eq!(answer.status, 303);
        let location = answer.header("location");
        assert!(
            location == "/" || location == "/%0d%0a//x",
            "{next}: {location}"
        );
    }
    let page = gated.get("/login?next=%22%3E%3Cscript%3E", &[]).await;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(!text.contains("<script"), "{text}");
}

#[tokio::test]
async fn guessing_a_password_stops_and_says_nothing_of_accounts() {
    let gated = Gated::new(Mode::Password);
    let unknown = gated
        .sign_in("nobody-here", "wrong password 1", &[ORIGIN])
        .await;
    let known = gated.sign_in("viewer", "wrong password 1", &[ORIGIN]).await;
    let text = |answer: &super::Answer, name: &str| {
        String::from_utf8_lossy(&answer.body).replace(name, "NAME")
    };
    assert_eq!(
        (unknown.status, known.status),
        (403.try_into().unwrap(), 403.try_into().unwrap())
    );
    assert_eq!(text(&unknown, "nobody-here"), text(&known, "viewer"));
    for _ in 0..4 {
        assert_eq!(
            gated
                .sign_in("viewer", "wrong password 1", &[ORIGIN])
                .await
                .status,
            403
        );
    }
    let right = gated.sign_in("viewer", PASSWORD, &[ORIGIN]).await;
    assert_eq!(right.status, 429, "even the right one has to wait");
    assert_eq!(right.header("retry-after"), "900");
    let elsewhere = gated
        .send_from(
            [10, 0, 7, 7].into(),
            "POST",
            "/login",
            &[
                ("content-type", "application/x-www-form-urlencoded"),
                ORIGIN,
            ],
            "name=viewer&password=correct+horse+battery",
        )
        .await;
    assert_eq!(elsewhere.status, 303, "the owner signs in from elsewhere");
}

#[tokio::test]
async fn a_header_of_a_client_does_not_hide_its_address() {
    let gated = Gated::new(Mode::Password);
    for guess in 0..5 {
        let address = format!("203.0.113.{guess}");
        let forwarded = ("x-forwarded-for", address.as_str());
        gated
            .sign_in("viewer", "wrong password 1", &[ORIGIN, forwarded])
            .await;
    }
    assert_eq!(
        gated.sign_in("viewer", PASSWORD, &[ORIGIN]).await.status,
        429
    );
}

#[tokio::test]
async fn disabling_an_account_ends_what_it_has_open() {
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("analyst").await;
    let mart = format!("/api/v1/snapshots/{}/marketing_spend.csv", gated.id);
    assert_eq!(gated.get(&mart, &[("cookie", &cookie)]).await.status, 200);
    let last = gated.accounts.audit().unwrap().pop().unwrap();
    assert_eq!(
        (last.actor.as_str(), last.action.as_str(), &last.detail),
        ("analyst", "downloaded", &mart)
    );
    gated
        .accounts
        .set_disabled("analyst", true, "test", super::now())
        .unwrap();
    assert_eq!(gated.get(&mart, &[("cookie", &cookie)]).await.status, 401);
    let answer = gated.sign_in("analyst", PASSWORD, &[ORIGIN]).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn what_one_person_read_is_not_stored_for_another() {
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("analyst").await;
    let mart = format!("/api/v1/snapshots/{}/marketing_spend.arrow", gated.id);
    for path in [
        "/",
        MANIFEST,
        "/api/v1/snapshots",
        "/api/v1/quality",
        "/account",
        "/api/v1/me",
        &mart,
    ] {
        let answer = gated.get(path, &[("cookie", &cookie)]).await;
        assert_eq!(answer.status, 200, "{path}");
        let caching = answer.header("cache-control");
        assert!(
            caching.starts_with("private") || caching == "no-store",
            "{path}: {caching}"
        );
        let varies = answer
            .headers
            .get_all("vary")
            .iter()
            .any(|vary| vary.to_str().unwrap().contains("Cookie"));
        assert!(varies, "{path}");
    }
    // A validator of what another person has proves nothing.
    let mine = gated.get(MANIFEST, &[("cookie", &cookie)]).await;
    let tag = mine.header("etag").to_owned();
    let stranger = gated.get(MANIFEST, &[("if-none-match", &tag)]).await;
    assert_eq!(stranger.status, 401);
    let viewer = gated.cookie("viewer-ads").await;
    let other = gated
        .get(MANIFEST, &[("cookie", &viewer), ("if-none-match", &tag)])
        .await;
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), tag);
    let left = gated
        .send("POST", "/logout", &[("cookie", &cookie), ORIGIN], "")
        .await;
    assert_eq!(left.header("clear-site-data"), "\"cache\"");
    assert!(left.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host_and_only_that_origin_counts() {
    let gated = Gated::set_up(Mode::Password, |_, options| {
        options.public_host = Some("numbers.acme.example".to_owned());
        options.public_origin = Some("https://numbers.acme.example".to_owned());
    });
    assert_eq!(
        gated.sign_in("viewer", PASSWORD, &[ORIGIN]).await.status,
        403
    );
    let origin = ("origin", "https://numbers.acme.example");
    let answer = gated.sign_in("viewer", PASSWORD, &[origin]).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-tidemark="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
    let plain = Gated::new(Mode::Password);
    let answer = plain
        .sign_in(Role::Viewer.name(), PASSWORD, &[ORIGIN])
        .await;
    assert!(answer.header("set-cookie").starts_with("tidemark="));
    assert_eq!(answer.header("strict-transport-security"), "");
}
