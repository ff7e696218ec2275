//! tokens: programs, in every mode.
use chrono::TimeDelta;
use tidemark_access::{Grant, Mode, NewToken, Owner, Role, Scope};

use super::{Gated, now};

fn token(gated: &Gated, role: Role, scopes: &[Scope]) -> String {
    let new = NewToken {
        name: "test".to_owned(),
        owner: Owner::Own(Grant { role, policy: None }),
        scopes: scopes.to_vec(),
        ends_at: now() + TimeDelta::days(1),
    };
    let text = gated.accounts.add_token(&new, "test", now()).unwrap();
    format!("Bearer {text}")
}

#[tokio::test]
async fn a_token_does_what_its_scopes_and_role_allow() {
    for mode in [Mode::Password, Mode::Proxy] {
        let gated = Gated::new(mode);
        let csv = format!("/api/v1/snapshots/{}/marketing_spend.csv", gated.id);
        let reader = token(&gated, Role::Admin, &[Scope::Read]);
        let exporter = token(&gated, Role::Analyst, &[Scope::Export]);
        let viewer = token(&gated, Role::Viewer, &Scope::ALL);
        for (bearer, path, status) in [
            (&reader, "/api/v1/manifest", 200),
            (&reader, csv.as_str(), 403),
            (&reader, "/metrics", 200),
            (&exporter, "/api/v1/manifest", 403),
            (&exporter, &csv, 200),
            (&viewer, &csv, 403),
            (&viewer, "/api/v1/runs", 403),
            // No token manages an account.
            (&reader, "/account", 403),
        ] {
            let answer = gated.get(path, &[("authorization", bearer)]).await;
            assert_eq!(answer.status.as_u16(), status, "{mode:?} {path}");
        }
        let run = gated
            .send("POST", "/api/v1/runs", &[("authorization", &reader)], "")
            .await;
        assert_eq!(run.status, 403, "it may not request runs");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_even_with_a_good_cookie() {
    let gated = Gated::new(Mode::Password);
    let cookie = gated.cookie("admin").await;
    for wrong in ["Bearer tidemark_00", "Bearer ", "bearer x"] {
        let headers = [("cookie", cookie.as_str()), ("authorization", wrong)];
        assert_eq!(
            gated.get("/api/v1/manifest", &headers).await.status,
            401,
            "{wrong}"
        );
        assert_eq!(gated.get("/", &headers).await.status, 401, "{wrong}");
    }
}
