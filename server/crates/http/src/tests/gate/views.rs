//! views: nothing outside a person's policy is in any response.
use tidemark_access::Mode;

use super::{Gated, ORIGIN};
use crate::routes::{sign_in_table, table};

/// The value of the published mart that the policy `ads` does not show.
const CANARY: &str = "Fairs";

#[tokio::test]
async fn no_route_has_a_byte_of_a_row_outside_the_policy() {
    let gated = Gated::new(Mode::Password);
    // Another person's requests come first, so that whatever is remembered is of them.
    let everything = gated.cookie("admin").await;
    let all = gated
        .get(
            "/api/v1/snapshots/latest/marketing_spend.csv",
            &[("cookie", &everything)],
        )
        .await;
    let csv = gated
        .get(all.header("location"), &[("cookie", &everything)])
        .await;
    assert!(
        String::from_utf8_lossy(&csv.body).contains(CANARY),
        "the search finds what is there"
    );
    let role = gated.cookie("admin-ads").await;
    let viewer = gated.cookie("viewer-ads").await;
    let own = gated
        .get("/api/v1/manifest", &[("cookie", &role)])
        .await
        .json();
    let own = own["snapshot_id"].as_str().unwrap().to_owned();
    assert_ne!(own, gated.id.as_str());
    let mut searched = 0;
    for cookie in ["", &role, &viewer] {
        for (route, ..) in table().into_iter().chain(sign_in_table()) {
            for id in [gated.id.as_str(), &own, "latest", "1"] {
                for file in [
                    "marketing_spend.csv",
                    "marketing_spend.arrow",
                    "marketing_spend.json",
                    "marketing_spend.parquet",
                    "quality.json",
                    "policy.json",
                ] {
                    let path = route.replace("{id}", id).replace("{file}", file);
                    for method in ["GET", "POST"] {
                        let form = [("cookie", cookie), ORIGIN];
                        if method == "POST" && (path == "/logout" || path == "/account/sessions") {
                            continue;
                        }
                        let answer = gated.send(method, &path, &form, "").await;
                        let whole = format!(
                            "{:?}{}",
                            answer.headers,
                            String::from_utf8_lossy(&answer.body)
                        );
                        assert!(!whole.contains(CANARY), "{method} {path}: {whole}");
                        searched += 1;
                    }
                }
            }
        }
    }
    assert!(searched > 500);
    let path = format!("/api/v1/snapshots/{own}/marketing_spend.csv");
    let inside = gated.get(&path, &[("cookie", &role)]).await;
    assert!(String::from_utf8_lossy(&inside.body).contains("Ads"));
}

#[tokio::test]
async fn anothers_snapshot_is_not_found() {
    let gated = Gated::new(Mode::Password);
    let [admin, ads] = [
        gated.cookie("admin").await,
        gated.cookie("analyst-ads").await,
    ];
    let manifest = format!("/api/v1/snapshots/{}/manifest", gated.id);
    assert_eq!(
        gated.get(&manifest, &[("cookie", &admin)]).await.status,
        200
    );
    assert_eq!(gated.get(&manifest, &[("cookie", &ads)]).await.status, 404);
    let list = gated.get("/api/v1/snapshots", &[("cookie", &ads)]).await;
    assert!(!String::from_utf8_lossy(&list.body).contains(gated.id.as_str()));
    let page = format!("/churn?snapshot={}", gated.id);
    let page = gated.get(&page, &[("cookie", &ads)]).await;
    assert_eq!(page.header("link"), "", "nothing of it is announced");
}

#[tokio::test]
async fn a_publication_is_seen_by_every_policy_at_once() {
    let gated = Gated::new(Mode::Password);
    let ads = gated.cookie("viewer-ads").await;
    let id = async || {
        let manifest = gated
            .get("/api/v1/manifest", &[("cookie", &ads)])
            .await
            .json();
        manifest["snapshot_id"].as_str().unwrap().to_owned()
    };
    let before = id().await;
    gated.site.publish(5);
    assert_eq!(id().await, before, "only a row of another channel changed");
}

#[tokio::test]
async fn a_policy_that_is_gone_from_the_settings_shows_nothing() {
    let gated = Gated::new(Mode::Password);
    let grant = tidemark_access::Grant {
        role: tidemark_access::Role::Admin,
        policy: Some("gone".to_owned()),
    };
    gated
        .accounts
        .add_user("eve", &grant, super::PASSWORD, "test", super::now())
        .unwrap();
    let cookie = gated.cookie("eve").await;
    let detail = gated
        .get("/api/v1/manifest", &[("cookie", &cookie)])
        .await
        .problem(403);
    assert!(detail.contains("no policy gone"), "{detail}");
}
