//! pages: signing in and the account, as a browser without script sees them.
use tidemark_access::Mode;

use super::{Gated, ORIGIN, PASSWORD};

#[tokio::test]
async fn a_page_leads_to_signing_in_and_back_to_the_same_view() {
    let gated = Gated::new(Mode::Password);
    let answer = gated.get("/churn?range=90d&plan=Pro%2CTeam", &[]).await;
    assert_eq!(answer.status, 303);
    let location = answer.header("location").to_owned();
    assert_eq!(
        location,
        "/login?next=%2Fchurn%3Frange%3D90d%26plan%3DPro%252CTeam"
    );
    let page = gated.get(&location, &[]).await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(
        text.contains("name=\"next\" value=\"/churn?range=90d&amp;plan=Pro%2CTeam\""),
        "{text}"
    );
    for needed in [
        "<label for=\"name\">",
        "<label for=\"password\">",
        "current-password",
        "lang=\"en\"",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
    assert!(!text.contains("<script") && !text.contains("style="));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self'") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let signed_in = gated.sign_in("viewer", PASSWORD, &[ORIGIN]).await;
    assert_eq!(signed_in.header("location"), "/churn?range=90d");
    let style = gated.get("/access.css", &[]).await;
    assert!(String::from_utf8_lossy(&style.body).contains("--accent"));
}

#[tokio::test]
async fn the_api_answers_with_a_problem_instead() {
    let gated = Gated::new(Mode::Password);
    let detail = gated.get("/api/v1/manifest", &[]).await.problem(401);
    assert!(detail.contains("/login"), "{detail}");
    let cookie = gated.cookie("viewer").await;
    gated
        .get("/api/v1/runs", &[("cookie", &cookie)])
        .await
        .problem(403);
}

#[tokio::test]
async fn the_account_page_shows_sessions_and_makes_a_token_once() {
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("analyst").await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers = [("cookie", cookie.as_str()), ORIGIN, form];
    let made = gated
        .send(
            "POST",
            "/account/tokens",
            &headers,
            "name=%3Cb%3Enightly&read=yes&export=yes&days=30",
        )
        .await;
    let text = String::from_utf8_lossy(&made.body).into_owned();
    let token = text
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        token.starts_with("tidemark_") && text.contains("&lt;b&gt;nightly"),
        "{text}"
    );
    let bearer = format!("Bearer {token}");
    let manifest = gated
        .get("/api/v1/manifest", &[("authorization", &bearer)])
        .await;
    assert_eq!(manifest.status, 200);
    let page = gated.get("/account", &[("cookie", &cookie)]).await;
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(
        !text.contains(&token) && text.contains("(this one)"),
        "{text}"
    );
    let id = gated.accounts.tokens(Some("analyst")).unwrap()[0].id;
    let other = gated.cookie("operator").await;
    let path = format!("/account/tokens/{id}");
    let theirs = gated
        .send("POST", &path, &[("cookie", &other), ORIGIN], "")
        .await;
    assert_eq!(theirs.status, 404, "it is not theirs");
    let own = gated
        .send("POST", &path, &[("cookie", &cookie), ORIGIN], "")
        .await;
    assert_eq!(own.status, 303);
    let manifest = gated
        .get("/api/v1/manifest", &[("authorization", &bearer)])
        .await;
    assert_eq!(manifest.status, 401);
    for body in [
        "name=a&days=30",
        "name=&read=yes&days=30",
        "name=a&read=yes&days=0",
        "name=a&read=yes&days=366",
    ] {
        let answer = gated.send("POST", "/account/tokens", &headers, body).await;
        assert_eq!(answer.status, 400, "{body}");
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let gated = Gated::new(Mode::Password);
    let [here, there] = [gated.cookie("viewer").await, gated.cookie("viewer").await];
    let headers = [("cookie", here.as_str()), ORIGIN];
    assert_eq!(
        gated
            .send("POST", "/account/sessions", &headers, "")
            .await
            .status,
        200
    );
    for cookie in [&here, &there] {
        assert_eq!(
            gated
                .get("/api/v1/manifest", &[("cookie", cookie)])
                .await
                .status,
            401
        );
    }
}
