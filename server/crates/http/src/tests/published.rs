//! published: manifests, marts and documents; validators, encodings, caching.
use std::io::Read;

use axum::http::Method;

use super::site::Site;
use crate::operations::description;
use crate::routes::table;

const IMMUTABLE: &str = "private, max-age=31536000, immutable";

#[tokio::test]
async fn the_manifest_is_revalidated_and_names_what_can_be_had() {
    let (site, id) = Site::published();
    let answer = site.get("/api/v1/manifest").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-cache");
    let manifest = answer.json();
    assert_eq!(manifest["snapshot_id"], id.as_str());
    for (format, url) in manifest["marts"][0]["urls"].as_object().unwrap() {
        let file = site.get(url.as_str().unwrap()).await;
        assert_eq!(file.status, 200, "{format}");
        assert_eq!(file.header("cache-control"), IMMUTABLE);
    }
    let etag = answer.header("etag").to_owned();
    for tags in [
        etag.clone(),
        format!("W/{etag}"),
        format!("\"other\", {etag}"),
        "*".to_owned(),
    ] {
        let again = site
            .get_with("/api/v1/manifest", &[("if-none-match", &tags)])
            .await;
        assert_eq!(
            (again.status.as_u16(), again.body.len()),
            (304, 0),
            "{tags}"
        );
        assert_eq!(again.header("etag"), etag);
        assert_eq!(again.header("cache-control"), "no-cache");
        assert_eq!(again.header("vary"), "Accept-Encoding");
    }
    site.publish(2);
    let changed = site
        .get_with("/api/v1/manifest", &[("if-none-match", &etag)])
        .await;
    assert_eq!(changed.status, 200, "a new publication is seen at once");
}

#[tokio::test]
async fn a_mart_by_id_is_immutable_and_comes_in_the_encoding_asked_for() {
    let (site, id) = Site::published();
    let path = format!("/api/v1/snapshots/{id}/marketing_spend.csv");
    let plain = site.get(&path).await;
    assert_eq!(
        &plain.body[..],
        b"day,acquisition_channel,amount\n2022-01-08,Ads,7\n2022-01-09,Fairs,1\n"
    );
    assert_eq!(plain.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(plain.header("content-length"), plain.body.len().to_string());
    let mut etags = vec![plain.header("etag").to_owned()];
    for coding in ["br", "gzip"] {
        let answer = site.get_with(&path, &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert_eq!(answer.header("cache-control"), IMMUTABLE);
        let mut decoded = Vec::new();
        match coding {
            "br" => brotli::Decompressor::new(&answer.body[..], 4096)
                .read_to_end(&mut decoded)
                .unwrap(),
            _ => flate2::read::GzDecoder::new(&answer.body[..])
                .read_to_end(&mut decoded)
                .unwrap(),
        };
        assert_eq!(decoded, plain.body);
        let etag = answer.header("etag").to_owned();
        let again = site
            .get_with(
                &path,
                &[("accept-encoding", coding), ("if-none-match", &etag)],
            )
            .await;
        assert_eq!(again.status, 304);
        etags.push(etag);
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 3, "each encoding has a validator of its own");
}

#[tokio::test]
async fn every_format_has_its_media_type_and_parquet_is_never_encoded() {
    let (site, id) = Site::published();
    let cases = [
        ("arrow", "application/vnd.apache.arrow.stream", "br"),
        ("json", "application/json", "br"),
        ("csv", "text/csv; charset=utf-8", "br"),
        ("parquet", "application/vnd.apache.parquet", ""),
    ];
    for (extension, media_type, coding) in cases {
        let path = format!("/api/v1/snapshots/{id}/marketing_spend.{extension}");
        let answer = site
            .get_with(&path, &[("accept-encoding", "gzip, br")])
            .await;
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("content-encoding"), coding);
    }
    let path = format!("/api/v1/snapshots/{id}/marketing_spend.parquet");
    site.get_with(&path, &[("accept-encoding", "br, identity;q=0")])
        .await
        .problem(406);
}

#[tokio::test]
async fn latest_redirects_to_the_id() {
    let (site, id) = Site::published();
    for file in ["manifest", "marketing_spend.arrow", "quality.json"] {
        let answer = site.get(&format!("/api/v1/snapshots/latest/{file}")).await;
        assert_eq!(answer.status, 307);
        assert_eq!(
            answer.header("location"),
            format!("/api/v1/snapshots/{id}/{file}")
        );
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(site.get(answer.header("location")).await.status, 200);
    }
    site.get("/api/v1/snapshots/latest/nonsense.csv")
        .await
        .problem(404);
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let (site, id) = Site::published();
    let none = "0".repeat(32);
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nonsense",
        "/api/v2/manifest",
        "/api/v1/snapshots/nonsense/manifest",
        &format!("/api/v1/snapshots/{none}/manifest"),
        &format!("/api/v1/snapshots/{none}/marketing_spend.csv"),
        &format!("/api/v1/snapshots/{id}/marketing_spend"),
        &format!("/api/v1/snapshots/{id}/marketing_spend.xlsx"),
        &format!("/api/v1/snapshots/{id}/marketing_spend.csv.br"),
        &format!("/api/v1/snapshots/{id}/customers.csv"),
        &format!("/api/v1/snapshots/{id}/manifest.json"),
        &format!("/api/v1/snapshots/{id}/marketing_spend.csv/more"),
        "/api/v1/lineage",
    ] {
        let detail = site.get(path).await.problem(404);
        assert!(
            !detail.contains(site.folder.path().to_str().unwrap()),
            "no folder of the server: {detail}"
        );
    }
}

#[tokio::test]
async fn documents_runs_and_the_list() {
    let (site, old) = Site::published();
    let new = site.publish(2);
    assert_eq!(
        site.get("/api/v1/quality").await.json(),
        serde_json::json!({"checks": []})
    );
    assert_eq!(site.get("/api/v1/runs").await.json(), serde_json::json!([]));
    let list = site.get("/api/v1/snapshots").await.json();
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["snapshot_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [new.as_str(), old.as_str()]);
    assert_eq!(
        (&list[0]["current"], &list[1]["current"]),
        (&true.into(), &false.into())
    );
    site.store.set_current(&old).unwrap();
    assert_eq!(
        site.get("/api/v1/manifest").await.json()["snapshot_id"],
        old.as_str()
    );
    assert_eq!(
        site.get("/api/v1/snapshots").await.json()[1]["current"],
        true
    );
}

#[tokio::test]
async fn before_the_first_publication_the_server_says_so() {
    let site = Site::empty();
    for path in [
        "/api/v1/manifest",
        "/api/v1/quality",
        "/api/v1/snapshots/latest/manifest",
        "/readyz",
    ] {
        let answer = site.get(path).await;
        assert!(answer.problem(503).contains("tidemark build"));
        assert_eq!(answer.header("retry-after"), "5");
    }
    assert_eq!(site.get("/healthz").await.status, 200);
    assert_eq!(
        site.get("/api/v1/snapshots").await.json(),
        serde_json::json!([])
    );
    let id = site.publish(1);
    assert_eq!(site.get("/readyz").await.json()["snapshot_id"], id.as_str());
}

#[tokio::test]
async fn only_get_and_head() {
    let (site, id) = Site::published();
    for path in [
        "/",
        "/nonsense",
        "/api/v1/manifest",
        &format!("/api/v1/snapshots/{id}/marketing_spend.csv"),
    ] {
        for method in [
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
            Method::PATCH,
        ] {
            let answer = site.ask(method, path, &[]).await;
            answer.problem(405);
            assert_eq!(answer.header("allow"), "GET,HEAD");
        }
        let (get, head) = (
            site.get(path).await,
            site.ask(Method::HEAD, path, &[]).await,
        );
        assert_eq!(get.status, head.status);
        assert!(head.body.is_empty());
        for name in ["content-length", "content-type", "etag", "cache-control"] {
            assert_eq!(get.header(name), head.header(name), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn metrics_count_by_route_and_know_the_snapshot() {
    let (site, _) = Site::published();
    site.get("/api/v1/manifest").await;
    site.get("/api/v1/snapshots/nonsense/manifest").await;
    site.get("/some/random/page").await;
    let text = String::from_utf8(site.get("/metrics").await.body.to_vec()).unwrap();
    for line in [
        "tidemark_http_requests_total{route=\"/api/v1/manifest\",status=\"200\"} 1",
        "tidemark_http_requests_total{route=\"/api/v1/snapshots/{id}/manifest\",status=\"404\"} 1",
        "tidemark_http_requests_total{route=\"app\",status=\"404\"} 1",
        "tidemark_http_request_duration_seconds_count{route=\"/api/v1/manifest\"} 1",
        "tidemark_http_request_duration_seconds_bucket{route=\"/api/v1/manifest\",le=\"+Inf\"} 1",
        "tidemark_snapshot_up 1",
        "tidemark_snapshot_damaged 0",
        "tidemark_mart_rows{mart=\"marketing_spend\"} 2",
        "tidemark_quality_findings{severity=\"error\"} 0",
        "tidemark_snapshot_as_of_timestamp_seconds 1709164800",
        "tidemark_snapshot_generated_timestamp_seconds 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn the_description_has_exactly_the_routes_and_each_status_it_lists_is_a_response() {
    let site = Site::empty();
    let without_webhook = site.get("/api/openapi.json").await.json();
    assert_eq!(without_webhook, description(false));
    let served = description(true);
    let mut described: Vec<&str> = served["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let table = table();
    let mut routes: Vec<&str> = table.iter().map(|(path, ..)| *path).collect();
    let paths = without_webhook["paths"].as_object().unwrap();
    assert_eq!(paths.len(), described.len() - 1);
    assert!(!paths.contains_key(crate::paths::STRIPE_WEBHOOK));
    described.sort_unstable();
    routes.sort_unstable();
    assert_eq!(described, routes);
    for (path, item) in served["paths"].as_object().unwrap() {
        let operation = item.get("get").unwrap_or(&item["post"]);
        assert!(operation["responses"]["200"].is_object(), "{path}");
    }
}
